import { readFileSync } from 'node:fs'
import path from 'node:path'
import { expect, it } from 'vitest'
import { generate } from './gen-metrics.mjs'
import { fitText, measureText } from './measure'

const FONT = { size: 10, weight: 400 } as const

it('knows the widths of Inter', () => {
  // Advances of the font itself: H 743, i 242, space 281 of 1000.
  expect(measureText('Hi', FONT)).toBeCloseTo(9.85)
  expect(measureText('H i', FONT)).toBeCloseTo(12.66)
})

it('sets tabular digits equally wide', () => {
  const width = (text: string) => measureText(text, { ...FONT, tabular: true })
  expect(width('111')).toBe(width('888'))
  expect(measureText('111', FONT)).toBeLessThan(measureText('888', FONT))
})

it.each([
  ['an unknown sign', '\u{2603}', 6],
  ['a Chinese character', '語', 10],
  ['a Korean syllable', '한', 10],
  ['a full-width digit', '１', 10],
  ['an emoji', '😀', 10],
  ['a combining mark', '\u0301', 0],
])('gives %s its fixed width', (_, text, width) => {
  expect(measureText(text, FONT)).toBeCloseTo(width)
})

it('spaces letters by the tracking', () => {
  expect(measureText('HH', { ...FONT, tracking: -0.1 })).toBeCloseTo(14.86 - 2)
})

it('shortens only what does not fit', () => {
  expect(fitText('Wholesale', 100, FONT)).toBe('Wholesale')
  const short = fitText('Wholesale', 30, FONT)
  expect(short).toMatch(/^Wh.*…$/)
  expect(measureText(short, FONT)).toBeLessThanOrEqual(30)
  expect(fitText('Wholesale', 3, FONT)).toBe('')
})

it('has the metrics that the generator writes', () => {
  const file = path.join(import.meta.dirname, 'metrics.gen.ts')
  expect(readFileSync(file, 'utf8')).toBe(generate())
})
