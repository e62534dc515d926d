import { expect, test } from 'vitest'
import type { Credential } from '$api/contract'
import { signingFacts, signingOf } from './signing'

const aws = { key_id: 'AKID', region: 'eu-central-1', service: 's3' }

test('the fields of a key of AWS begin with what is known, never with a secret', () => {
  expect(signingOf(undefined).aws).toEqual({ key_id: '', region: '', service: '' })
  const fields = signingOf({ kind: 'aws_sigv4', aws } as Credential)
  expect(fields.aws).toEqual(aws)
  expect(fields.session).toBe('')
})

test('a session token is sent when there is one', () => {
  const fields = signingOf({ kind: 'aws_sigv4', aws } as Credential)
  expect(signingFacts(fields)).toEqual({ aws })
  expect(signingFacts({ ...fields, session: ' token\n' })).toEqual({ aws, session_token: 'token' })
})
