import { addTexts } from '../text'

/** Texts of the sign-in page. */
export const signIn = addTexts({
  'signIn.heading': 'Sign in to {name}',
  'signIn.email': 'Email',
  'signIn.password': 'Password',
  'signIn.submit': 'Sign in',
  'signIn.reset': 'Reset password',
  'signIn.back': 'Back to sign in',
  'reset.title': 'Reset password',
  'reset.text': 'Type your email address. If somebody can sign in with it, a link is on its way.',
  'reset.submit': 'Send link',
  'reset.sent':
    'If somebody can sign in with {email}, a link is on its way. It opens once, within 60 minutes.',
  'reset.old': 'Your password is older than your account allows. Choose another one to go on.',
  'reset.newTitle': 'Choose a new password',
  'reset.for': 'For {email} in {account}.',
  'reset.new': 'New password',
  'reset.set': 'Set password',
  'reset.ask': 'Ask for a new link',
  'password.hint': 'At least 10 characters.',
  'welcome.title': 'Join {account}',
  'welcome.text': '{inviter} invites you to {account}.',
  'welcome.groups': 'You will be in {groups}.',
  'welcome.name': 'Your name',
  'welcome.password': 'Choose a password',
  'welcome.submit': 'Join {account}',
  'welcome.failed': 'This invitation cannot be opened.',
  'support.title': 'Enter as support',
  'support.text':
    'The account has let the operator of the server in. What you do is told in its activity.',
  'support.enter': 'Enter',
})
