import { expect, test } from 'vitest'
import { ApiError } from '$api/client'
import type { Credential } from '$api/contract'
import { hasText } from '$lib/text'
import {
  hostLines,
  hostsOf,
  hostText,
  isNamed,
  KINDS,
  replacementsFor,
  stateOf,
  usesText,
  wrong,
} from './words'

const credential = (change: Partial<Credential>): Credential =>
  ({
    id: 'a',
    kind: 'bearer',
    hosts: ['https://api.shop.test:443'],
    state: 'ok',
    ok_at: null,
    sources: 0,
    accounts: 0,
    ...change,
  }) as Credential

test('hosts stand without what goes without saying, and are read back', () => {
  expect(hostText('https://api.shop.test:443')).toBe('api.shop.test')
  expect(hostText('https://api.shop.test:4430')).toBe('api.shop.test:4430')
  expect(hostText('http://reports.lan:80')).toBe('http://reports.lan')
  expect(hostText('http://reports.lan:8080')).toBe('http://reports.lan:8080')
  const lines = hostLines(['https://a.test:443', 'http://b.test:8080'])
  expect(hostsOf(` ${lines}\n\n, c.test`)).toEqual(['a.test', 'http://b.test:8080', 'c.test'])
})

test('a state is refused before anything else', () => {
  expect(stateOf(credential({})).tone).toBe('ring')
  expect(stateOf(credential({ ok_at: '2026-03-01T09:00:00Z' })).label).toBe('Good')
  const certificate = {
    subject: '',
    issuer: '',
    not_after: '2026-03-01T09:00:00Z',
    fingerprint: '',
  }
  expect(stateOf(credential({ certificate })).label).toBe('Certificate ended')
  const later = { ...certificate, not_after: '9026-03-01T09:00:00Z' }
  expect(stateOf(credential({ certificate: later })).tone).toBe('ring')
  const refused = credential({ state: 'needs_reauthorization', ok_at: '2026-03-01T09:00:00Z' })
  expect(stateOf(refused)).toEqual({ tone: 'bad', label: 'Refused' })
})

test('other accounts are counted when there are some', () => {
  expect(usesText({ sources: 0, accounts: 0 })).toBe('–')
  expect(usesText({ sources: 2, accounts: 1 })).toBe('2 data sources')
  expect(usesText({ sources: 23, accounts: 5 })).toBe('23 data sources in 5 accounts')
})

test('a failure is told at its field', () => {
  const again = new ApiError({
    code: 'bad_credential',
    field: 'secret',
    params: { reason: 'secret_again' },
  })
  expect(wrong(again, 'secret')).toMatch(/^Give the secret again/)
  expect(wrong(again, 'hosts')).toBeUndefined()
  const taken = new ApiError({
    code: 'name_required',
    field: 'label',
    detail: 'Give it a name.',
    status: 422,
  })
  expect(wrong(taken, 'label')).toBe('Give it a name.')
  expect(wrong(null, 'label')).toBeUndefined()
})

test('only what is for all the same hosts can take a place', () => {
  const one = credential({ hosts: ['https://a.test:443', 'https://b.test:443'] })
  const fits = credential({ id: 'b', hosts: [...one.hosts, 'https://c.test:443'] })
  const others = [
    credential({ id: 'c', hosts: ['https://a.test:443'] }),
    credential({ id: 'd', hosts: one.hosts, kind: 'basic' }),
  ]
  expect(replacementsFor(one, [one, fits, ...others])).toEqual([fits])
})

test('each kind of account has its words, and those with a password a user name', () => {
  for (const kind of KINDS) {
    const secret = kind === 'mtls' ? [] : ['secret', 'newSecret'] // a certificate has fields of its own
    for (const key of ['kind', ...secret])
      expect(hasText(`connections.${key}.${kind}`), `${key} of ${kind}`).toBe(true)
    const named = ['basic', 'digest', 'wsse', 'two_step', 'ntlm', 'database']
    expect(isNamed(kind), kind).toBe(named.includes(kind))
  }
})
