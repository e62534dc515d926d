import { expect, test } from 'vitest'
import { parseSort, ROW, sortText, visibleRows } from './table-types'

test('short lists render whole, long ones the window and a margin', () => {
  expect(visibleRows(100, -2000, 800)).toEqual({ from: 0, to: 100 })
  expect(visibleRows(5000, 300, 800)).toEqual({ from: 0, to: 24 })
  expect(visibleRows(5000, -100 * ROW, 800)).toEqual({ from: 88, to: 128 })
})

test('scrolled past a list that shrank, something is still rendered', () => {
  const { from, to } = visibleRows(200, -1000 * ROW, 800)
  expect(from).toBeLessThan(to)
  expect(to).toBe(200)
})

test('an order survives the address', () => {
  const by = { column: 'name', down: false }
  expect(parseSort(null, by)).toBe(by)
  expect(parseSort(sortText({ column: 'seats', down: true }), by)).toEqual({
    column: 'seats',
    down: true,
  })
})
