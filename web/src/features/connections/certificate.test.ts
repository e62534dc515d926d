import { expect, test } from 'vitest'
import type { Credential } from '$api/contract'
import { certificateFacts, certificateOf, hasEnded } from './certificate'

const certificate = {
  subject: 'CN=ada',
  issuer: 'CN=shop',
  not_after: '2026-03-01T09:00:00Z',
  fingerprint: 'ab',
}
const has = { kind: 'bearer', certificate } as Credential
const lacks = { kind: 'bearer', certificate: null } as unknown as Credential
const pair = { chain: 'C', key: 'K' }
const empty = { chain: '', key: '' }

test('the fields tell nothing of what is there but that it is', () => {
  expect(certificateOf(has)).toEqual({ on: true, ...empty })
  expect(certificateOf(lacks).on).toBe(false)
  expect(certificateOf(undefined).on).toBe(false)
})

test('what is there stays when nothing is given, and goes when it is switched off', () => {
  expect(certificateFacts('bearer', has, certificateOf(has))).toEqual({})
  expect(certificateFacts('bearer', has, { on: true, ...pair })).toEqual({ certificate: pair })
  expect(certificateFacts('bearer', has, { on: false, ...pair })).toEqual({ certificate: empty })
  expect(certificateFacts('bearer', lacks, certificateOf(lacks))).toEqual({})
})

test('one that is switched on and left empty is asked for', () => {
  expect(certificateFacts('bearer', undefined, { on: true, ...empty })).toEqual({
    certificate: empty,
  })
  expect(certificateFacts('mtls', undefined, certificateOf(undefined))).toEqual({
    certificate: empty,
  })
  expect(certificateFacts('mtls', { ...has, kind: 'mtls' }, certificateOf(has))).toEqual({})
})

test('a database has none', () => {
  expect(certificateFacts('database', undefined, { on: true, ...pair })).toEqual({})
})

test('a certificate ends at its moment', () => {
  const end = Date.parse(certificate.not_after)
  expect(hasEnded(has, end - 1)).toBe(false)
  expect(hasEnded(has, end)).toBe(true)
  expect(hasEnded(lacks, end)).toBe(false)
})
