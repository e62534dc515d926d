import { expect, test } from 'vitest'
import { nameList } from './names'

test('names read as a sentence', () => {
  expect(nameList([])).toBe('')
  expect(nameList(['a'])).toBe('a')
  expect(nameList(['a', 'b'])).toBe('a and b')
  expect(nameList(['a', 'b', 'c'])).toBe('a, b and c')
  expect(nameList(['a', 'b', 'c', 'd'])).toBe('a, b and 2 more')
  expect(nameList(['a', 'b', 'c'], 2)).toBe('a and 2 more')
  expect(nameList(['a', 'b', 'c', 'd'], Infinity)).toBe('a, b, c and d')
})
