import { expect, test } from 'vitest'
import type { Credential } from '$api/contract'
import { signingFacts, signingOf } from './signing'

const aws = { key_id: 'AKID', region: 'eu-central-1', service: 's3' }
const signature = { algorithm: 'sha512', encoding: 'base64', text: '{request.path}' }

test('the fields of a key of AWS begin with what is known, never with a secret', () => {
  expect(signingOf(undefined).aws).toEqual({ key_id: '', region: '', service: '' })
  const fields = signingOf({ kind: 'aws_sigv4', aws } as Credential)
  expect(fields.aws).toEqual(aws)
  expect(fields.session).toBe('')
})

test('a session token is sent when there is one', () => {
  const fields = signingOf({ kind: 'aws_sigv4', aws } as Credential)
  expect(signingFacts('aws_sigv4', fields)).toEqual({ aws })
  expect(signingFacts('aws_sigv4', { ...fields, session: ' token\n' })).toEqual({
    aws,
    session_token: 'token',
  })
})

test('what an HMAC signs, and where it stands, is kept as it is', () => {
  const place = { in: 'query', name: 'sig', prefix: 'v1= ' } as const
  const fields = signingOf({ kind: 'hmac', signature, ...place } as Credential)
  expect(signingFacts('hmac', fields)).toEqual({ signature, ...place })
})

test('a new HMAC begins with a text that signs the whole request', () => {
  const fields = signingOf(undefined)
  expect(fields.in).toBe('header')
  for (const part of ['method', 'path', 'query', 'date', 'body'])
    expect(fields.signature.text).toContain(`{request.${part}}`)
})

test('fields of another kind are not taken for those of an HMAC', () => {
  const fields = signingOf({ kind: 'api_key', in: 'query', name: 'key' } as Credential)
  expect(fields).toMatchObject({ in: 'header', name: 'X-Signature', prefix: '' })
})
