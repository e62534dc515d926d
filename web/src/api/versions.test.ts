import { expect, test } from 'vitest'
import { differenceText, differencesText, type Difference } from './versions'

const change = (part: Partial<Difference>): Difference => ({
  kind: 'changed',
  what: 'series',
  name: 'Revenue',
  of: '',
  ...part,
})

test('each change is a sentence', () => {
  expect(differenceText(change({ of: 'colour' }))).toBe('Series “Revenue”: colour')
  expect(differenceText(change({ name: '', of: 'description', what: 'Klip' }))).toBe(
    'Klip: description',
  )
  expect(differenceText(change({ kind: 'added' }))).toBe('Series “Revenue” added')
  expect(differenceText(change({ kind: 'removed' }))).toBe('Series “Revenue” removed')
  expect(differenceText(change({ kind: 'moved', what: 'Klip' }))).toBe('Klip “Revenue” moved')
  expect(differenceText(change({ kind: 'resized', what: 'Klip' }))).toBe('Klip “Revenue” resized')
  expect(differenceText(change({ kind: 'renamed', of: 'Sales' }))).toBe(
    'Series “Sales” is called “Revenue” now',
  )
  expect(differenceText(change({ kind: 'renamed' }))).toBe('Series is called “Revenue” now')
  expect(differenceText(change({ kind: 'replaced', what: 'data source', of: 'Orders' }))).toBe(
    'Data source “Orders” replaced by “Revenue”',
  )
})

test('several are the first and a number', () => {
  expect(differencesText([])).toBe('')
  expect(differencesText([change({ of: 'colour' })])).toBe('Series “Revenue”: colour')
  expect(differencesText([change({ of: 'colour' }), change({}), change({})])).toBe(
    'Series “Revenue”: colour and 2 more',
  )
})
