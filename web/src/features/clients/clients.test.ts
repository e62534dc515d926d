import { expect, test } from 'vitest'
import type { Client, ClientOutcome } from '$api/contract'
import { staleSources } from '$api/clients'
import { changeOf, EMPTY_FORM, happens } from './bulk'
import { parseColumns, toggleColumn } from './columns'
import { draftOf, limitsOf } from './limits'
import { daysUntil, dataState, isFull, setUpSteps } from './status'
import { parseTags } from '$lib/tags'

const client: Client = {
  id: '1',
  slug: 'marigold-home',
  name: 'Marigold Home',
  display_name: 'Marigold Home',
  description: '',
  status: 'active',
  seats_used: 2,
  seats_limit: 6,
  dashboards_used: 0,
  dashboards_limit: 5,
  last_sign_in_at: null,
  sources_total: 4,
  sources_fresh: 4,
  instances_total: 0,
  instances_behind: 0,
  instances_edited: 0,
  instances_rebound: 0,
  instances_orphaned: 0,
  properties_missing: 0,
  can_sign_in: true,
  trial_ends_at: null,
  trial_extended: false,
  external_id: '',
  tags: [],
  status_note: '',
  next_statuses: ['disabled'],
  private_links_used: 0,
  private_links_limit: 5,
  api_calls_used: 0,
  api_calls_limit: 1000,
  created_at: '2026-03-02T09:30:00Z',
  version: 1,
}

test('the data of a client is named by its worst state', () => {
  expect(dataState(client)).toBe('fresh')
  expect(dataState({ ...client, sources_fresh: 3 })).toBe('stale')
  expect(dataState({ ...client, sources_total: 0, sources_fresh: 0 })).toBe('none')
  expect(dataState({ ...client, sources_fresh: 3, status: 'disabled' })).toBe('paused')
})

test('set-up is counted from what is there', () => {
  const facts = { groups: 1, users: 0, branding_later: true, imported: 0, made: 2, held: [] }
  const done = setUpSteps(facts)
    .filter((step) => step.done)
    .map((step) => step.id)
  expect(done).toEqual(['added', 'groups', 'branding', 'import'])
})

test('an empty limit is none', () => {
  const limits = { seats: 5, dashboards: -1, private_links: 0, api_calls: 1000 }
  expect(draftOf(limits).dashboards).toBeNull()
  expect(limitsOf(draftOf(limits))).toEqual(limits)
})

test('tags are typed into one field', () => {
  expect(parseTags(' retail, gold ;;south ')).toEqual(['retail', 'gold', 'south'])
})

test('days of a trial are rounded up and never below none', () => {
  const now = Date.parse('2026-03-02T09:30:00Z')
  expect(daysUntil('2026-03-04T10:00:00Z', now)).toBe(3)
  expect(daysUntil('2026-03-01T10:00:00Z', now)).toBe(0)
})

test('columns live in the address', () => {
  expect(parseColumns('tags,colour')).toEqual(['tags'])
  expect(toggleColumn(['tags'], 'created_at')).toBe('tags,created_at')
  expect(toggleColumn(['tags'], 'tags')).toBeNull()
})

test('a change of many clients is shown in words', () => {
  const form = { ...EMPTY_FORM, add: 'gold', limits: { ...EMPTY_FORM.limits, seats: 9 } }
  expect(changeOf('tags', form, ['a'])).toEqual({
    clients: ['a'],
    add_tags: ['gold'],
    remove_tags: [],
  })
  expect(changeOf('limits', form, ['a'])).toEqual({ clients: ['a'], seats: 9 })
  const limits = { seats: 5, dashboards: -1, private_links: 5, api_calls: 1000 }
  const outcome: ClientOutcome = {
    slug: 'a',
    name: 'A',
    before: { status: 'active', tags: [], ...limits },
    after: { status: 'disabled', tags: ['gold'], ...limits, dashboards: 1200 },
    changes: ['status', 'tags', 'dashboards'],
    problem: null,
  }
  expect(happens(outcome)).toBe(
    'Status: Active → Disabled · Tags: none → gold · Dashboards: No limit → 1,200',
  )
})

test('no limit is never full', () => {
  expect(isFull(12, 12)).toBe(true)
  expect(isFull(12, -1)).toBe(false)
  expect(isFull(0, 0)).toBe(true)
})

test('data of a disabled client is not stale, it is paused', () => {
  const stale = { ...client, sources_fresh: 1 }
  expect(staleSources(stale)).toBe(3)
  expect(staleSources({ ...stale, status: 'disabled' as const })).toBe(0)
})
