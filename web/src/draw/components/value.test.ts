import { describe, expect, it } from 'vitest'
import { measureText } from '../measure'
import type { ValueResult } from '../result'
import { walkMarks, type Size } from '../scene'
import { EN, faultsOf } from '../testing'
import { DARK, LIGHT } from '../theme'
import { layOutValue, numberSize, TRACKING } from '../value-layout'
import { drawValue } from './value'

const value: ValueResult = {
  primary: { name: 'Net sales', raw: 428190, text: '€428,190' },
  secondary: { name: 'vs prior 30 days', raw: 395000, text: '€395,000' },
  change: { text: '8.4%', direction: 'up', good: true },
}

function draw(size: Size, result = value, theme = LIGHT) {
  return drawValue({ id: 'v', name: 'Value', type: 'simple_value', value: result }, size, theme, EN)
}

function textsOf(size: Size, result = value) {
  const texts: { text: string; fill: string }[] = []
  walkMarks(draw(size, result).marks, (mark) => {
    if (mark.kind === 'text') texts.push({ text: mark.text, fill: mark.fill })
  })
  return texts
}

it('puts the note below the change where there is no room beside it', () => {
  const notes = (size: Size) => {
    const found: { text: string; y: number }[] = []
    walkMarks(draw(size).marks, (mark) => {
      if (mark.kind === 'text' && /^(8.4%|vs)/.test(mark.text)) found.push(mark)
    })
    return found.map(({ text, y }) => ({ text, y: y - found[0]!.y }))
  }
  const whole = 'vs prior 30 days'
  expect(notes({ width: 300, height: 120 })[1]).toEqual({ text: whole, y: 0 })
  expect(notes({ width: 120, height: 120 })[1]).toEqual({ text: whole, y: 18 })
  expect(notes({ width: 120, height: 70 })[1]).toMatchObject({ y: 0 })
  expect(notes({ width: 120, height: 70 })[1]!.text).toMatch(/…$/)
})

describe('number', () => {
  it('grows from 24 to 44 px with the width', () => {
    expect(numberSize('9', 100)).toBe(24)
    expect(numberSize('9', 303)).toBeCloseTo(30, 0)
    expect(numberSize('9', 1200)).toBe(44)
  })

  it.each([40, 80, 160, 300])('is never cut at %d px', (width) => {
    const text = '\u2212€123,456,789.00'
    const size = numberSize(text, width)
    const font = { size, weight: 600, tabular: true, tracking: TRACKING } as const
    if (size > 8) expect(measureText(text, font)).toBeLessThanOrEqual(width)
  })

  it('is a dash when there is none', () => {
    const none = { ...value, primary: { ...value.primary, raw: null, text: '' } }
    expect(layOutValue(none, 300, '').number).toBe('\u2013')
  })
})

describe('second line', () => {
  it('colours the change by what is good', () => {
    expect(textsOf({ width: 300, height: 100 })[2]).toEqual({ text: '8.4%', fill: LIGHT.good })
    const worse = { ...value, change: { ...value.change!, good: false } }
    expect(textsOf({ width: 300, height: 100 }, worse)[2]?.fill).toBe(LIGHT.bad)
  })

  it('is grey words when nothing changed', () => {
    const same = { ...value, change: { text: '0%', direction: 'same', good: null } as const }
    expect(textsOf({ width: 300, height: 100 }, same)[2]).toEqual({
      text: 'no change',
      fill: LIGHT.ink2,
    })
  })

  it('is the second number when nothing is compared', () => {
    const { primary, secondary } = value
    const texts = textsOf({ width: 300, height: 100 }, { primary, secondary: secondary! })
    expect(texts.map((t) => t.text)).toEqual([
      'Net sales',
      '€428,190',
      '€395,000',
      'vs prior 30 days',
    ])
  })
})

it('does not repeat the title of the Klip', () => {
  expect(layOutValue(value, 300, 'Net sales').label).toBe('')
  expect(layOutValue(value, 300, 'Trading').label).toBe('Net sales')
})

it.each([
  [120, 80],
  [96, 30],
  [300, 92],
  [620, 200],
])('is in order at %d×%d', (width, height) => {
  expect(faultsOf(draw({ width, height }, value, DARK))).toEqual([])
})
