import { expect, test } from 'vitest'
import type { BarItem } from '$api/contract'
import { moved, sideOrder } from './bar-actions.svelte'

const item = (id: string, open: boolean, favourite: boolean): BarItem => ({
  id,
  title: id,
  open,
  why: open ? 'own' : '',
  favourite,
  home: false,
  locked: false,
})

test('favourites come first, also those that are not open; what is neither is left out', () => {
  const list = [item('a', true, false), item('b', true, true), item('c', false, true)]
  const home = item('d', false, false) // only opens first
  expect(sideOrder([...list, home]).map((one) => one.id)).toEqual(['b', 'c', 'a'])
})

test('moving stays inside the list', () => {
  expect(moved('abcd'.split(''), 0, 2).join('')).toBe('bcad')
  expect(moved('abcd'.split(''), 3, -1).join('')).toBe('abdc')
  const list = ['a', 'b']
  expect(moved(list, 1, 1)).toBe(list)
  expect(moved(list, 0, -1)).toBe(list)
  expect(moved(list, -1, 1)).toBe(list)
  expect(moved(list, 0, 0)).toBe(list)
})
