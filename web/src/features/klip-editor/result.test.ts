import { expect, test } from 'vitest'
import type { ComponentResult, FormulaAnswer, KlipResult } from '$api/contract'
import { EN } from '$draw/testing'
import type { Question } from './evaluation.svelte'
import { keepGood } from './keep-good'
import { itemsOf, kindOfAll, plainText, rowsText } from './result'

const answer = (items: FormulaAnswer['items'], kinds: string[] = []): FormulaAnswer => ({
  items,
  kinds,
  count: items.length,
  warnings: [],
  elapsed_ms: 6,
})
const asked: Question = {
  part: 's1',
  text: 'x',
  selection: { from: 0, to: 0 },
  klip: null,
  sources: [],
  active: '',
  rows: 2,
}
const chart = (raw: number[], text: string[]): ComponentResult =>
  ({
    id: 'c1',
    name: 'Chart',
    type: 'chart',
    chart: {
      x: { items: { raw: ['Nov', 'Dec'], text: ['Nov', 'Dec'] } },
      series: [{ id: 's1', items: { raw, text } }],
    },
  }) as unknown as ComponentResult
const result = (...components: ComponentResult[]): KlipResult => ({
  title: '',
  title_visible: true,
  components,
  warnings: [],
  locale: EN,
})

test('items are written as the picture writes them, with their labels', () => {
  const drawn = result(chart([1, 2], ['1k', '2k']))
  expect(itemsOf(answer([1, 2]), drawn, asked, 9)).toEqual([
    { label: 'Nov', text: '1k', title: '1' },
    { label: 'Dec', text: '2k', title: '2' },
  ])
})

test('a picture of other items lends nothing', () => {
  const drawn = result(chart([1, 3], ['1k', '3k']))
  expect(itemsOf(answer([1, 2]), drawn, asked, 9).map((item) => item.text)).toEqual(['1', '2'])
})

test('the kind is that of all items that are not blank', () => {
  expect(kindOfAll(['number', 'blank', 'number'])).toBe('number')
  expect(kindOfAll(['number', 'text'])).toBe('mixed')
  expect(kindOfAll(['blank'])).toBe('blank')
})

test('values are shown in full', () => {
  expect(plainText(1234567)).toBe('1,234,567')
  expect(plainText(-0.1 - 0.2)).toBe('−0.3')
  expect(plainText(51103.05)).toBe('51,103.05')
  expect(plainText(null)).toBe('blank')
  expect(plainText('')).toBe('')
})

test('a sample says what it is a sample of', () => {
  expect(rowsText(6, 8412, true)).toBe('8,412 rows in 6 ms')
  expect(rowsText(6, 8412, false)).toBe('first 5,000 of 8,412 rows in 6 ms')
  expect(rowsText(6, 0, false)).toBe('6 ms')
})

test('a component with an error keeps its last good picture', () => {
  const good = chart([1], ['1'])
  const bad = { id: 'c1', name: 'Chart', type: 'chart', error: { part: 's1' } } as ComponentResult
  const other = { ...bad, id: 'c2' }
  const kept = keepGood(result(good), result(bad, other))
  expect(kept.result.components).toEqual([good, other])
  expect(kept.stale).toEqual(['c1'])
  expect(keepGood(kept.result, result(chart([2], ['2']))).stale).toEqual([])
})
