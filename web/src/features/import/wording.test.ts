import { expect, test } from 'vitest'
import type { ImportItem, ImportPlan } from '$api/contract'
import {
  countsOf,
  dashboardsMissing,
  makeUp,
  parseKind,
  stateSentence,
  stateText,
  subline,
  totals,
} from './wording'

const NOW = Date.parse('2025-11-26T12:00:00Z')

function item(part: Partial<ImportItem>): ImportItem {
  return {
    id: 'k',
    kind: 'klip',
    name: 'Revenue',
    new_name: 'Revenue',
    selected: false,
    state: 'new',
    uses: [],
    needed_by: [],
    earlier: [],
    warnings: [],
    left_out: [],
    ...part,
  }
}

const earlier = [{ id: 'e', name: 'Revenue', imported_at: '2025-09-08T12:00:00Z', edited: false }]
const here = item({ state: 'already_here', new_name: 'Revenue (2)', earlier })
const edited = item({ state: 'edited_here', new_name: 'Revenue (2)', earlier })
const reused = item({ id: 's', kind: 'source', name: 'Orders', state: 'reused', earlier })
const source = item({ id: 's', kind: 'source', rows: 8384, connector: 'upload' })

test('a state says what becomes of the item', () => {
  expect(stateSentence(item({}), NOW)).toBe('It is new here and keeps its name.')
  expect(stateSentence(item({ new_name: 'Revenue (2)' }), NOW)).toBe(
    'It is new here. The name is taken, so it becomes Revenue (2).',
  )
  expect(stateSentence(here, NOW)).toBe(
    'Revenue is here since 8 Sep and stays as it is. This copy becomes Revenue (2).',
  )
  expect(stateSentence(edited, NOW)).toMatch(/was edited here. It stays as it is, with the edits/)
  expect(stateSentence(reused, NOW)).toMatch(/here since 8 Sep and unchanged\. .* no copy is made/)
})

test('every state has a word of its own', () => {
  const words = [item({}), here, edited, reused].map(stateText)
  expect(new Set(words).size).toBe(4)
})

test('the line under a name says the state first, then what the item is made of', () => {
  const plan = { items: [source] }
  expect(subline(here, plan, 'chart', NOW)).toBe('Already here, second copy')
  expect(subline(edited, plan, 'chart', NOW)).toBe('Edited here, second copy')
  expect(subline(reused, plan, undefined, NOW)).toBe('Here since 8 Sep')
  expect(subline(item({}), plan, 'table', NOW)).toBe('Table')
})

test('an item is made of what the plan has of it', () => {
  const plan = { items: [source] }
  expect(makeUp(item({ uses: ['s', 'gone'] }), plan, undefined)).toBe('1 data source')
  expect(makeUp(item({ kind: 'dashboard', uses: ['s'] }), plan, undefined)).toBe(
    '1 Klip, layout kept',
  )
  expect(makeUp(source, plan, undefined)).toBe('File, 8,384 rows')
  expect(makeUp(item({ kind: 'source', rows: 1 }), plan, undefined)).toBe('1 row')
})

test('the counts of the filters add up', () => {
  const plan = { items: [item({}), item({ id: 'k2' }), here, edited, reused] }
  expect(countsOf(plan)).toEqual({ all: 5, new: 2, already_here: 1, edited_here: 1, reused: 1 })
  expect(totals(plan)).toEqual({ fresh: 4, reused: 1 })
})

test('dashboards are missing only where there is a limit', () => {
  const room = (used: number, limit: number, needed: number): Pick<ImportPlan, 'dashboards'> => ({
    dashboards: { used, limit, needed },
  })
  expect(dashboardsMissing(room(5, -1, 3))).toBe(0)
  expect(dashboardsMissing(room(3, 5, 2))).toBe(0)
  expect(dashboardsMissing(room(5, 5, 2))).toBe(2)
})

test('an address may name a kind in the words of the lists', () => {
  expect(parseKind('klips')).toBe('klip')
  expect(parseKind('data')).toBe('source')
  expect(parseKind('dashboard')).toBe('dashboard')
  expect(parseKind(null)).toBe('dashboard')
})
