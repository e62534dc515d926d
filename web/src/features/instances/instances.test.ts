import { describe, expect, test } from 'vitest'
import type { Instance } from '$api/contract'
import { reachOf } from './reach'
import { countStates, isIn, parseState } from './states'
import {
  backText,
  behindText,
  clientText,
  editsText,
  pushText,
  reasonText,
  remedyText,
  resultText,
  stateText,
  versionText,
} from './wording'

const NOW = Date.parse('2025-11-26T12:00:00Z')

function instance(client: string, part: Partial<Instance> = {}): Instance {
  return {
    client: { slug: client.toLowerCase(), name: client, status: 'active' },
    id: client,
    name: 'Revenue',
    has_version: 12,
    state: 'behind',
    edited: false,
    edited_by: '',
    edited_at: null,
    rebound: false,
    imported_at: '2025-09-08T12:00:00Z',
    updated_at: '2025-09-08T12:00:00Z',
    dashboards: 1,
    block: '',
    blocked_by: [],
    ...part,
  }
}

const behind = instance('Fjord')
const current = instance('Solstice', { state: 'up_to_date', has_version: 14 })
const edited = instance('Harbour', {
  edited: true,
  edited_by: 'Ines',
  edited_at: '2025-11-26T10:00:00Z',
})
const blocked = (
  client: string,
  names: string[],
  block: Instance['block'] = 'datasource_changed',
) => instance(client, { state: 'blocked', block, blocked_by: names })

describe('reach', () => {
  const reach = (...items: Instance[]) => reachOf({ items, hidden: 0 })

  test('counts all that are not blocked, and of these what changes and what loses edits', () => {
    expect(reach(behind, current, edited)).toEqual({
      clients: 3,
      changes: 2,
      overwritten: 1,
      blocked: [],
      possible: true,
    })
  })

  test('leaves edits of blocked instances out: they stay', () => {
    const kept = { ...blocked('Tide', ['Orders']), edited: true }
    expect(reach(behind, kept)).toMatchObject({ clients: 1, overwritten: 0, possible: true })
  })

  test('gathers blocked instances by cause', () => {
    const { blocked: causes } = reach(
      behind,
      blocked('Tide', ['Orders']),
      blocked('Elm', ['Stock']),
      blocked('Oak', ['Orders']),
      blocked('Ash', ['Orders'], 'binding_broken'),
    )
    expect(causes.map((one) => one.clients)).toEqual([['Tide', 'Oak'], ['Elm'], ['Ash']])
  })

  test('an edited instance can be updated even when it has the version', () => {
    expect(reach({ ...current, edited: true })).toMatchObject({ changes: 1, possible: true })
  })

  test('nothing is possible when all have it, all are blocked or a client is out of reach', () => {
    expect(reach(current).possible).toBe(false)
    expect(reach(blocked('Tide', ['Orders'])).possible).toBe(false)
    expect(reachOf({ items: [behind], hidden: 1 }).possible).toBe(false)
  })
})

describe('wording', () => {
  test('of states and versions', () => {
    expect(stateText(behind, 14)).toBe('2 behind')
    expect(stateText(instance('X', { has_version: 0 }), 14)).toBe('Behind')
    expect(stateText(current, 14)).toBe('Up to date')
    expect(stateText(blocked('Tide', ['Orders']), 14)).toBe('Cannot be updated')
    expect(versionText(behind, 14)).toBe('12 → 14')
    expect(versionText(current, 14)).toBe('14')
    expect(versionText(instance('X', { has_version: 0 }), 14)).toBe('older → 14')
  })

  test('of results names what happens to edits', () => {
    expect(resultText(behind, 14)).toBe('Version 14')
    expect(resultText(edited, 14)).toBe('Version 14, edits kept as a version')
    expect(resultText(current, 14)).toBe('Unchanged')
    expect(resultText(blocked('Tide', ['Orders']), 14)).toBe('Stays as it is')
  })

  test('of edits says who and when', () => {
    expect(editsText(edited, NOW)).toBe('Ines, 2 h')
    expect(editsText(behind, NOW)).toBe('None')
    expect(clientText(behind, NOW)).toBe('Revenue, imported 8 Sep')
  })

  test('of every block has a reason that names the data and something to do', () => {
    for (const block of [
      'merged_model',
      'datasource_added',
      'datasource_changed',
      'binding_broken',
    ] as const) {
      expect(reasonText({ block, names: ['Orders'] })).toContain('Orders')
      expect(reasonText({ block, names: ['Orders', 'Stock'] })).toContain('Orders and Stock')
      expect(remedyText({ block })).toMatch(/again/)
    }
    expect(reasonText({ block: '', names: [] })).toBe('')
  })
})

describe('states', () => {
  test('an edited instance counts besides its state', () => {
    const items = [behind, current, edited, blocked('Tide', ['Orders'])]
    expect(countStates(items)).toEqual({
      up_to_date: 1,
      behind: 2,
      edited: 1,
      rebound: 0,
      blocked: 1,
    })
    expect(items.filter((one) => isIn(one, 'edited'))).toEqual([edited])
  })

  test('an address that names no state shows all', () => {
    expect(parseState('behind')).toBe('behind')
    expect(parseState('else')).toBeNull()
    expect(parseState(null)).toBeNull()
  })

  test('says how far they are behind at most', () => {
    expect(behindText({ behind_by: [] })).toBe('')
    expect(behindText({ behind_by: [{ versions: 1, instances: 4 }] })).toBe('by 1 version')
    const two = [
      { versions: 1, instances: 4 },
      { versions: 3, instances: 1 },
    ]
    expect(behindText({ behind_by: two })).toBe('by up to 3 versions')
    expect(behindText({ behind_by: [...two, { versions: 0, instances: 1 }] })).toBe(
      'by more than is kept',
    )
  })
})

describe('roll back', () => {
  const push = {
    id: 'a',
    at: '2025-11-26T10:00:00Z',
    until: '2025-12-26T10:00:00Z',
    by: 'Maya',
    version: 14,
    instances: 12,
    open: 12,
    rolled_back: 0,
  }

  test('says what became of an update', () => {
    expect(pushText(push)).toBe('12 clients')
    expect(pushText({ ...push, open: 0, rolled_back: 12 })).toBe('12 clients, rolled back')
    expect(pushText({ ...push, open: 9, rolled_back: 1 })).toBe(
      '12 clients, 1 rolled back, 2 changed since',
    )
  })

  test('says what becomes of an instance', () => {
    const open = { state: 'open', back_to: 12, edited: false } as const
    expect(backText(open)).toBe('Back to version 12')
    expect(backText({ ...open, back_to: 0 })).toBe('Back to an older version')
    expect(backText({ ...open, edited: true })).toBe('Back to version 12, with its own edits')
    expect(backText({ ...open, state: 'changed_since' })).toBe('Changed since, stays as it is')
    expect(backText({ ...open, state: 'rolled_back' })).toBe('Rolled back already')
    expect(backText({ ...open, state: 'rolled_back' }, true)).toBe('Back to version 12')
  })
})
