import { expect, test } from 'vitest'
import type { Account } from '$api/account'
import { entriesFor, isClosed, isCurrent, isViewer, NAVIGATION } from './navigation'

function account(kind: Account['kind'], permissions: string[]): Account {
  return {
    slug: 'a',
    name: 'A',
    kind,
    person: { id: '1', name: 'P', email: 'p@example.com' },
    role: 'x',
    visit: null,
    fileBytes: 1,
    asViewer: false,
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

test('pages of entries that a person does not have are closed, shared ones are not', () => {
  const viewer = account('client', ['account.profile'])
  for (const path of ['/a/clients', '/a/clients/new', '/a/klips/1', '/a/data'])
    expect(isClosed(viewer, path), path).toBe(true)
  for (const path of ['/a', '/a/dashboards', '/a/dashboards/1', '/a/clientsx'])
    expect(isClosed(viewer, path), path).toBe(false)
  const client = account('client', [...lists, 'client.access'])
  expect(isClosed(client, '/a/clients')).toBe(true)
  expect(isClosed(client, '/a/klips/1')).toBe(false)
})

test('keys after G are unique', () => {
  expect(new Set(NAVIGATION.map((entry) => entry.key)).size).toBe(NAVIGATION.length)
})
