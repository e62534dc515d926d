import type { Message } from '../text'

/** Texts of the sign-in page. */
export const signIn = {
  'signIn.title': 'Sign in',
  'signIn.heading': 'Sign in to {name}',
  'signIn.email': 'Email',
  'signIn.password': 'Password',
  'signIn.submit': 'Sign in',
} as const satisfies Record<string, Message>
