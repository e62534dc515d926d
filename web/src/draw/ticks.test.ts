import { describe, expect, it } from 'vitest'
import { EN, format } from './testing'
import { valueAxis, type Extent } from './ticks'

function axis(min: number, max: number, changes: Partial<Extent> = {}, most = 5, as = format()) {
  const extent = { min, max, zero: true, fixedMin: null, fixedMax: null, ...changes }
  const { ticks, ...ends } = valueAxis(extent, most, as, EN)
  return { ...ends, texts: ticks.map((t) => t.text), values: ticks.map((t) => t.value) }
}

describe('texts', () => {
  it('share the unit and the decimals', () => {
    expect(axis(0, 512_400).texts).toEqual(['0', '200k', '400k', '600k'])
    expect(axis(0, 1_200_000).texts).toEqual(['0', '0.5M', '1.0M', '1.5M'])
    expect(axis(0, 0.3, {}, 6).texts).toEqual(['0.0', '0.1', '0.2', '0.3'])
  })

  it('carry symbol, sign and percent', () => {
    const euro = format({ as: 'currency', symbol: '€' })
    expect(axis(-30_000, 40_000, {}, 5, euro).texts).toEqual([
      '\u2212€40k',
      '\u2212€20k',
      '€0',
      '€20k',
      '€40k',
    ])
    expect(axis(0, 0.5, {}, 3, format({ as: 'percentage' })).texts).toEqual(['0%', '50%'])
  })

  it('are not shortened against the author', () => {
    expect(axis(0, 20_000, {}, 3, format({ abbreviate: 'none' })).texts).toEqual([
      '0',
      '10,000',
      '20,000',
    ])
  })
})

describe('range', () => {
  it('begins at zero for bars', () => {
    expect(axis(900, 1000)).toMatchObject({ min: 0, max: 1000 })
    expect(axis(-1000, -900)).toMatchObject({ min: -1000, max: 0 })
  })

  it('leaves zero out for lines far from it', () => {
    expect(axis(900, 1000, { zero: false }).min).toBeGreaterThanOrEqual(880)
    expect(axis(100, 1000, { zero: false }).min).toBe(0)
  })

  it('obeys the author, but never cuts the foot of bars', () => {
    expect(axis(10, 80, { zero: false, fixedMin: 20, fixedMax: 50 })).toMatchObject({
      min: 20,
      max: 50,
    })
    expect(axis(10, 80, { fixedMin: 20 }).min).toBe(0)
  })

  it('ignores ends in the wrong order', () => {
    const { min, max } = axis(10, 80, { zero: false, fixedMin: 90, fixedMax: 5 })
    expect(min).toBeLessThan(max)
  })

  it.each([
    ['zeros', 0, 0],
    ['one value', 7, 7],
    ['one negative value', -7, -7],
    ['values a double cannot tell apart', 1e15, 1e15 + 0.25],
  ])('is not empty for %s', (_, min, max) => {
    const got = axis(min, max, { zero: false })
    expect(got.max).toBeGreaterThan(got.min)
    expect(got.texts.length).toBeGreaterThan(1)
    expect(new Set(got.texts).size).toBe(got.texts.length)
  })
})

it('never has more than six ticks, whatever is asked for', () => {
  for (let max = 1; max < 400; max++) {
    const { values, max: end } = axis(0, max, {}, 40)
    expect(values.length).toBeLessThanOrEqual(6)
    expect(end).toBeGreaterThanOrEqual(max)
    expect(values[values.length - 1]).toBe(end)
  }
})
