import { expect, test } from 'vitest'
import type { Client } from '$api/contract'
import { attentionOf, staleSources, sumOf } from '$api/clients'
import { dataState, isFull, nextStatuses } from './status'

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
  can_sign_in: true,
  trial_ends_at: null,
  version: 1,
}

test('the data of a client is named by its worst state', () => {
  expect(dataState(client)).toBe('fresh')
  expect(dataState({ ...client, sources_fresh: 3 })).toBe('stale')
  expect(dataState({ ...client, sources_total: 0, sources_fresh: 0 })).toBe('none')
  expect(dataState({ ...client, sources_fresh: 3, status: 'disabled' })).toBe('paused')
})

test('nothing goes back to set-up', () => {
  for (const status of ['setup', 'trial', 'active', 'disabled'] as const) {
    expect(nextStatuses(status)).not.toContain('setup')
    expect(nextStatuses(status)).not.toContain(status)
  }
})

test('no limit is never full', () => {
  expect(isFull(12, 12)).toBe(true)
  expect(isFull(12, -1)).toBe(false)
  expect(isFull(0, 0)).toBe(true)
})

test('attention counts what needs somebody and leaves disabled clients alone', () => {
  const stale = { ...client, sources_fresh: 1 }
  const behind = { ...client, instances_total: 4, instances_behind: 2 }
  const off = { ...stale, status: 'disabled' as const }
  const found = attentionOf([client, stale, behind, off])
  expect(found).toEqual({ stale: [stale], behind: [behind] })
  expect(sumOf(found.stale, staleSources)).toBe(3)
})
