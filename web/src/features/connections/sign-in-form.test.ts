// @vitest-environment jsdom
import { cleanup, fireEvent, screen } from '@testing-library/svelte'
import { afterEach, expect, test } from 'vitest'
import { ApiError } from '$api/client'
import { show } from '$api/testing'
import { draftOf, factsOf } from './sign-in'
import SignInFields from './sign-in-fields.svelte'

afterEach(cleanup)

test('what is typed is sent', async () => {
  const draft = draftOf()
  show(SignInFields, { draft, failure: null })
  await fireEvent.input(screen.getByRole('textbox', { name: /^Address of the sign-in/ }), {
    target: { value: 'https://api.shop.test/login' },
  })
  expect(factsOf(draft).sign_in.url).toBe('https://api.shop.test/login')
})

test('each failure is told at its field', () => {
  for (const [field, reason, words] of [
    ['sign_in_url', 'sign_in_password', /into the address, the body/],
    ['token_path', 'token_path', /no regular expression/],
    ['sign_in_parameters', 'sign_in_parameter', /Each parameter has a name/],
    ['logout_url', 'sign_in_url', /one of the hosts/],
  ] as const) {
    const failure = new ApiError({ code: 'bad_credential', field, params: { reason } })
    show(SignInFields, { draft: draftOf(), failure })
    expect(screen.getByText(words)).toBeTruthy()
    cleanup()
  }
})
