import { describe, expect, it } from 'vitest'
import { EN, chartOf, localeOf, series } from '../testing'
import { LIGHT } from '../theme'
import { chooseLabels, type Strip } from './labels'
import { readChart } from './model'

function strip(count: number, width: number, changes: Partial<Strip> = {}): Strip {
  const step = width / count
  const places = Array.from({ length: count }, (_, i) => (i + 0.5) * step)
  return { places, step, from: 0, to: width, scale: null, room: 80, most: 16, ...changes }
}

function textLabels(labels: string[], width: number, changes?: Partial<Strip>) {
  const values = labels.map((_, i) => i)
  const model = readChart(chartOf(labels, [series('S', values)]).chart!, LIGHT, EN)
  return chooseLabels(model, strip(labels.length, width, changes), EN)
}

function dateLabels(dates: string[], width: number, locale = EN, changes?: Partial<Strip>) {
  const raw = dates.map((d) => Date.parse(`${d}Z`) / 1000)
  const component = chartOf(dates, [series('S', raw)])
  component.chart!.x = { id: 'x', name: 'Day', kind: 'date', items: { raw, text: dates } }
  const model = readChart(component.chart!, LIGHT, locale)
  const { labels } = chooseLabels(model, strip(dates.length, width, changes), locale)
  return labels.map(({ text, sub }) => (sub ? `${text} / ${sub}` : text))
}

function months(first: number, count: number): string[] {
  return Array.from({ length: count }, (_, i) =>
    new Date(Date.UTC(2024, first + i, 1)).toISOString().slice(0, 16),
  )
}

function days(count: number, step = 1): string[] {
  return Array.from({ length: count }, (_, i) =>
    new Date(Date.UTC(2025, 8, 1 + i * step)).toISOString().slice(0, 16),
  )
}

describe('texts', () => {
  it('all stand when there is room', () => {
    const got = textLabels(['North', 'East', 'South'], 300)
    expect(got.labels.map((l) => l.text)).toEqual(['North', 'East', 'South'])
    expect(got.tilted).toBe(false)
  })

  it('tilt when only that lets each stand', () => {
    const names = Array.from({ length: 12 }, (_, i) => `Shop in street ${i}`)
    const got = textLabels(names, 400)
    expect(got.tilted).toBe(true)
    expect(got.labels).toHaveLength(12)
  })

  it('are thinned when there is no height to tilt', () => {
    const names = Array.from({ length: 12 }, (_, i) => `Shop in street ${i}`)
    const got = textLabels(names, 400, { room: 24 })
    expect(got.tilted).toBe(false)
    expect(got.labels.length).toBeLessThan(12)
    expect(got.labels[0]?.text).toBe('Shop in street 0')
  })

  it('are at most as many as wanted', () => {
    const names = Array.from({ length: 60 }, (_, i) => String(i))
    expect(textLabels(names, 900, { most: 6 }).labels.length).toBeLessThanOrEqual(6)
  })

  it('name a blank', () => {
    expect(textLabels(['A', ''], 300).labels[1]?.text).toBe('(blank)')
  })
})

describe('dates', () => {
  it('name months and the year below its first one', () => {
    expect(dateLabels(months(10, 4), 300)).toEqual(['Nov / 2024', 'Dec', 'Jan / 2025', 'Feb'])
  })

  it('pick quarters and years as the span grows', () => {
    expect(dateLabels(months(0, 24), 340)).toEqual([
      'Jan / 2024',
      'Apr',
      'Jul',
      'Oct',
      'Jan / 2025',
      'Apr',
      'Jul',
      'Oct',
    ])
    expect(dateLabels(months(0, 120), 400).slice(0, 2)).toEqual(['2025', '2026'])
  })

  it('never mark monthly data by days, nor yearly data by months', () => {
    expect(dateLabels(months(0, 3), 900)).toEqual(['Jan / 2024', 'Feb', 'Mar'])
    expect(dateLabels(['2023-01-01T00:00', '2024-01-01T00:00'], 900)).toEqual(['2023', '2024'])
  })

  it('mark days, in the order of the locale', () => {
    expect(dateLabels(days(3), 300)).toEqual(['1 Sep / 2025', '2 Sep', '3 Sep'])
    expect(dateLabels(days(3), 300, localeOf('en-US'))[0]).toBe('Sep 1 / 2025')
  })

  it('begin weeks on the day of the locale', () => {
    expect(dateLabels(days(28), 260)).toEqual(['1 Sep / 2025', '8 Sep', '15 Sep', '22 Sep'])
    expect(dateLabels(days(28), 260, { ...localeOf('en-US'), first_weekday: 0 }).slice(-1)).toEqual(
      ['Sep 28'],
    )
  })

  it('mark hours with the day below', () => {
    const hours = ['00', '06', '12', '18'].map((h) => `2025-09-01T${h}:00`)
    expect(dateLabels(hours, 300)).toEqual(['00:00 / 1 Sep', '06:00', '12:00', '18:00'])
  })

  it('stand at true starts of periods on a continuous axis', () => {
    const scale = (s: number) => ((s - Date.UTC(2025, 8, 1) / 1000) / (60 * 86_400)) * 300
    const got = dateLabels(days(61), 300, EN, { scale, most: 3 })
    expect(got).toEqual(['Sep / 2025', 'Oct', 'Nov'].slice(0, got.length))
  })

  it('fall back to texts when they are not in order', () => {
    const mixed = [days(2)[1]!, days(2)[0]!]
    expect(dateLabels(mixed, 400)).toEqual(mixed)
  })
})
