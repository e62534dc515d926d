import { expect, test } from 'vitest'
import { hasText } from '$lib/text'
import { roleName } from './api'
import { groupPermissions } from './groups'

/** Every permission of the server's list of roles, read from the matrix of the documents. */
const matrix = Object.values(
  import.meta.glob('../../../../docs/permissions.md', {
    query: '?raw',
    eager: true,
    import: 'default',
  }),
)[0] as string
const permissions = [...matrix.matchAll(/^\| ([a-z][^|]*\.[^|]*) \|/gm)].flatMap(
  ([, cell = '']) => {
    const names = cell.replace(/ P$/, '').split(' / ')
    const noun = names[0]?.split('.')[0] ?? ''
    return names.map((name) => (name.startsWith('.') ? noun + name : name))
  },
)

test('every permission has words', () => {
  expect(permissions.length).toBeGreaterThan(50)
  expect(permissions.filter((name) => !hasText(`permission.${name}`))).toEqual([])
})

test('groups hold each permission once', () => {
  const grouped = groupPermissions([...permissions, 'new.thing'])
  expect(grouped.flatMap((group) => group.permissions).toSorted()).toEqual(
    [...permissions, 'new.thing'].toSorted(),
  )
  expect(grouped.at(-1)?.permissions).toContain('new.thing')
})

test('groups without permissions are left out', () => {
  expect(groupPermissions(['klip.edit']).map((group) => group.id)).toEqual(['klips'])
})

test('built-in roles are worded, others carry their name', () => {
  expect(roleName({ id: 'view_only', name: '', built_in: true })).toBe('View Only')
  expect(roleName({ id: 'editor', name: 'My editor', built_in: false })).toBe('My editor')
})
