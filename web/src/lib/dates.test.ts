import { expect, test } from 'vitest'
import { ago, minutesUntil } from './dates'

const now = Date.parse('2025-11-20T12:00:00Z')

test.each([
  ['2025-11-20T11:59:30Z', 'now'],
  ['2025-11-20T12:00:30Z', 'now'],
  ['2025-11-20T11:48:00Z', '12 min'],
  ['2025-11-20T09:30:00Z', '2 h'],
  ['2025-11-19T12:00:00Z', '19 Nov'],
  ['2024-09-08T12:00:00Z', '8 Sep 2024'],
])('%s is %s ago', (iso, text) => {
  expect(ago(iso, now)).toBe(text)
})

test('minutes until a time never go below zero', () => {
  expect(minutesUntil('2025-11-20T12:53:10Z', now)).toBe(54)
  expect(minutesUntil('2025-11-20T11:00:00Z', now)).toBe(0)
})
