import { expect, test } from 'vitest'
import type { Activity } from '$api/contract'
import { activity } from '$lib/messages/activity'
import { changes, deed, GROUPS, whence } from './words'

const line = (more: Partial<Activity>): Activity => ({
  id: '1',
  at: '2026-03-02T09:30:00Z',
  client: null,
  person: { id: 'a', name: 'Maya' },
  from_agency: false,
  agency: '',
  visiting: false,
  via: 'session',
  action: 'property.changed',
  subject: 'companyId',
  subject_name: 'companyId',
  detail: {},
  ip: '',
  user_agent: '',
  ...more,
})

test('a line reads as a sentence', () => {
  expect(deed(line({}))).toBe('changed the property companyId')
  expect(deed(line({ action: 'tea.made', subject_name: 'Assam' }))).toBe('tea.made Assam')
  expect(deed(line({ action: 'mail.sent_again', subject_name: 'password_reset' }))).toBe(
    'sent a mail again',
  )
})

test('every action can be filtered by', () => {
  const first = Object.keys(activity).flatMap(
    (key) => /^activity\.did\.(\w+)\./.exec(key)?.[1] ?? [],
  )
  expect([...new Set(first)].sort()).toEqual([...GROUPS].sort())
})

test('before and after', () => {
  const detail = {
    value: { before: 'A', after: 'B' },
    locked: { after: true },
    note: { before: '', after: 'x' },
    gone: { before: 'y' },
    with: 3,
  }
  expect(changes(line({ detail }))).toEqual([
    'value: A → B',
    'locked: yes',
    'note: none → x',
    'gone: y, now none',
    'with: 3',
  ])
})

test('a list is words, not code', () => {
  expect(changes(line({ detail: { roles: ['admin', 'editor'], groups: [] } }))).toEqual([
    'roles: admin, editor',
    'groups: none',
  ])
})

test('visitors say where they come from, the agency itself does not', () => {
  const visit = { from_agency: true, visiting: true, agency: 'Northlight' }
  expect(whence(line(visit))).toBe('visiting from Northlight')
  expect(whence(line({ ...visit, person: { id: '', name: 'Northlight' } }))).toBe('')
  expect(whence(line({ via: 'api_key' }))).toBe('by API key')
})
