import { expect, test } from 'vitest'
import type { Credential } from '$api/contract'
import { draftOf, factsOf, newRow } from './sign-in'

const saved = {
  name: 'X-Session',
  in: 'header',
  prefix: '',
  sign_in: {
    method: 'POST',
    url: 'https://api.shop.test/login',
    parameters: [{ name: 'app', value: 'x', in: 'query' }],
    body: 'u={auth.username}&p={auth.password}',
    response: 'text',
    token_path: 'sid=(.+)',
    token_ttl_s: 60,
    logout_method: 'POST',
    logout_url: 'https://api.shop.test/logout',
  },
} as unknown as Credential

test('what is saved is in the form, and comes back as it was', () => {
  const draft = draftOf(saved)
  expect(draft).toMatchObject({ find: 'expression', token: 'sid=(.+)', use: 'header', ttl: 60 })
  expect(factsOf(draft)).toEqual({
    sign_in: saved.sign_in,
    in: 'header',
    name: 'X-Session',
    prefix: '',
  })
})

test('a new one sends JSON and puts the token where most services want it', () => {
  const draft = draftOf()
  draft.url = 'https://api.shop.test/login'
  draft.token = 'token'
  expect(factsOf(draft)).toEqual({
    sign_in: {
      method: 'POST',
      url: 'https://api.shop.test/login',
      body: '{"username": "{auth.username}", "password": "{auth.password}"}',
      response: 'json',
      token_selector: 'token',
    },
    in: 'header',
    name: '',
    prefix: 'Bearer',
  })
})

test('what has no place is not sent: empty rows, a body with GET, a name for Authorization', () => {
  const draft = draftOf(saved)
  Object.assign(draft, { method: 'GET', use: 'authorization', prefix: 'Token', logoutUrl: ' ' })
  draft.rows = [newRow(), newRow({ name: 'u', value: '{auth.username}', place: 'cookie' })]
  const facts = factsOf(draft)
  expect(facts).toMatchObject({ name: '', prefix: 'Token', in: 'header' })
  expect(facts.sign_in.parameters).toEqual([{ name: 'u', value: '{auth.username}', in: 'cookie' }])
  expect(facts.sign_in).not.toHaveProperty('body')
  expect(facts.sign_in).not.toHaveProperty('logout_method')
})
