import { expect, test } from 'vitest'
import { candidatesOf, matching, sameShares } from './candidates'

const all = candidatesOf({
  users: [
    { id: '1', name: 'Inès Brandt', email: 'ines@solstice.example' },
    { id: '2', name: 'Rui Costa', email: 'rui@solstice.example' },
  ],
  groups: [{ id: '9', name: 'Directors', members: 6 }],
})
const names = (text: string, shares: Parameters<typeof matching>[1] = []) =>
  matching(all, shares, text).map((one) => one.name)

test('matching looks at names and addresses, without accents', () => {
  expect(names('')).toEqual(['Directors', 'Inès Brandt', 'Rui Costa'])
  expect(names('ines')).toEqual(['Inès Brandt'])
  expect(names('solstice rui')).toEqual(['Rui Costa'])
  expect(names('nobody')).toEqual([])
  expect(matching(all, [], '', 1)).toHaveLength(1)
})

test('who has a right already is not offered, but a group of the same id is another', () => {
  expect(names('', [{ kind: 'user', id: '1', right: 'view' }])).toEqual(['Directors', 'Rui Costa'])
  expect(names('', [{ kind: 'group', id: '1', right: 'view' }])).toHaveLength(3)
})

test('order does not make a difference, rights do', () => {
  const a = { kind: 'user', id: '1', right: 'view' } as const
  const b = { kind: 'group', id: '9', right: 'edit' } as const
  expect(sameShares([a, b], [b, { ...a, name: 'x' }])).toBe(true)
  expect(sameShares([a], [{ ...a, right: 'edit' }])).toBe(false)
})
