import { expect, test } from 'vitest'
import type { Account } from '$api/account'
import { entriesFor, isCurrent, isViewer, NAVIGATION } from './navigation'

function account(kind: Account['kind'], permissions: string[]): Account {
  return {
    slug: 'a',
    name: 'A',
    kind,
    person: { id: '1', name: 'P', email: 'p@example.com' },
    role: 'x',
    visit: null,
    can: (permission) => permissions.includes(permission),
  }
}

const lists = ['dashboard.library', 'klip.library', 'datasource.library']
const ids = (a: Account) => entriesFor(a).map((entry) => entry.id)

test('entries follow kind and permissions', () => {
  const all = ['home', 'clients', 'dashboards', 'klips', 'data']
  expect(ids(account('parent', [...lists, 'client.access']))).toEqual(all)
  expect(ids(account('client', [...lists, 'client.access']))).toEqual([
    'dashboards',
    'klips',
    'data',
  ])
  expect(ids(account('parent', lists))).not.toContain('clients')
})

test('somebody without lists is a viewer', () => {
  expect(isViewer(account('client', ['account.profile']))).toBe(true)
  expect(isViewer(account('client', lists))).toBe(false)
})

test('the current entry includes pages below it, home only itself', () => {
  const [home, clients] = NAVIGATION
  if (!home || !clients) throw new Error('entries are missing')
  expect(isCurrent(clients, 'a', '/a/clients/new')).toBe(true)
  expect(isCurrent(clients, 'a', '/a/clientsx')).toBe(false)
  expect(isCurrent(home, 'a', '/a/clients')).toBe(false)
})

test('keys after G are unique', () => {
  expect(new Set(NAVIGATION.map((entry) => entry.key)).size).toBe(NAVIGATION.length)
})
