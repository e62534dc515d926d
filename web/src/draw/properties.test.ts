import { describe, expect, it } from 'vitest'
import { drawComponent } from './components/list'
import type { ChartResult, ChartSeries, ComponentResult } from './result'
import { walkMarks, type Scene, type Size } from './scene'
import { EN, chartOf, faultsOf, format, seeded, series } from './testing'
import { LIGHT } from './theme'

const SIZES: Size[] = [
  { width: 120, height: 80 },
  { width: 160, height: 96 },
  { width: 300, height: 200 },
  { width: 640, height: 240 },
]
const SERIES_TYPES = ['bar', 'line', 'area'] as const
const WORDS = [
  'North',
  'Very long name of a shop in the south',
  'é',
  '東京支店',
  '',
  'A B',
  '2,000',
]

type Random = () => number

function pick<T>(random: Random, list: readonly T[]): T {
  return list[Math.floor(random() * list.length)]!
}

/** A chart that could come from anybody: any mix of kinds, signs, sizes and gaps. */
function anyChart(random: Random): ComponentResult {
  const count = pick(random, [0, 1, 2, 3, 7, 12, 31, 120, 400])
  const scale = pick(random, [1e-9, 0.01, 1, 1e3, 1e7, 1e15, 1e305])
  const shift = pick(random, [0, -0.5, -1, 5])
  const gaps = pick(random, [0, 0.2, 0.95, 1])
  const values = () =>
    Array.from({ length: count }, () =>
      random() < gaps ? null : pick(random, [1, 1, 1, 0]) * (random() + shift) * scale,
    )
  const list: ChartSeries[] = Array.from({ length: pick(random, [1, 1, 2, 3, 5, 11]) }, (_, i) =>
    series(`${pick(random, WORDS)} ${i}`, values(), pick(random, SERIES_TYPES)),
  )
  const kind = pick(random, ['text', 'date', 'number'] as const)
  const step = pick(random, [60, 3600, 86_400, 2_678_400, 31_622_400])
  const places = Array.from({ length: count }, (_, i) => 1_000_000_000 + i * step)
  const labels = places.map((place) => (kind === 'text' ? pick(random, WORDS) : String(place)))
  const chart: Partial<ChartResult> = {
    orientation: pick(random, ['vertical', 'horizontal'] as const),
    stacking: pick(random, ['none', 'stacked', '100'] as const),
    legend: pick(random, ['auto', 'none', 'top', 'right', 'bottom']),
    x: {
      id: 'x',
      name: 'X',
      kind,
      items: { raw: kind === 'text' ? labels : places, text: labels },
    },
    y: {
      title: '',
      min: pick(random, [null, null, null, 0.2 * scale]),
      max: pick(random, [null, null, null, 0.6 * scale]),
      format: format({ as: pick(random, ['number', 'currency', 'percentage']), symbol: '€' }),
    },
  }
  return chartOf(labels, list, chart)
}

function draw(component: ComponentResult, size: Size): Scene {
  return drawComponent(component, size, LIGHT, EN)
}

describe('any chart', () => {
  it.each(SIZES)('is in order at $width×$height', (size) => {
    for (let seed = 1; seed <= 250; seed++) {
      const component = anyChart(seeded(seed))
      expect(faultsOf(draw(component, size)), `seed ${seed}`).toEqual([])
    }
  })

  it('draws the same scene twice', () => {
    for (let seed = 1; seed <= 20; seed++) {
      const component = anyChart(seeded(seed))
      expect(draw(component, SIZES[2]!)).toEqual(draw(component, SIZES[2]!))
    }
  })

  it('has at most six gridlines', () => {
    for (let seed = 1; seed <= 250; seed++) {
      const scene = draw(anyChart(seeded(seed)), { width: 900, height: 900 })
      let lines = 0
      walkMarks(scene.marks, (_, parts) => (lines += parts.includes('grid') ? 1 : 0))
      expect(lines, `seed ${seed}`).toBeLessThanOrEqual(6)
    }
  })
})

describe('extremes', () => {
  const size = { width: 640, height: 240 }
  const many = Array.from({ length: 5000 }, (_, i) => Math.sin(i / 90) * 400 + 500)
  const labels = many.map((_, i) => `Item ${i}`)

  it.each(SERIES_TYPES)('draws 5,000 points as %s', (type) => {
    const scene = draw(chartOf(labels, [series('S', many, type)]), size)
    expect(faultsOf(scene)).toEqual([])
    expect(scene.hits).toHaveLength(5000)
  })

  it('keeps the path of 5,000 points short', () => {
    const scene = draw(chartOf(labels, [series('S', many, 'line')]), size)
    let longest = 0
    walkMarks(scene.marks, (mark) => {
      if (mark.kind === 'path') longest = Math.max(longest, mark.d.length)
    })
    expect(longest).toBeLessThan(4 * 640 * 16)
  })

  it.each([
    ['no series', []],
    ['no points', [series('S', [])]],
    ['only blanks', [series('S', [null, null, null])]],
  ])('says "No data" for %s', (_, list: ChartSeries[]) => {
    const scene = draw(chartOf(list[0]?.items.raw.map(String) ?? [], list), size)
    expect(JSON.stringify(scene.marks)).toContain('No data')
    expect(scene.name).toContain('no data')
    expect(faultsOf(scene)).toEqual([])
  })

  it('survives texts, truths and infinities among numbers', () => {
    const odd = series('S', [1, 2, 3])
    odd.items.raw = ['x', true, Infinity, NaN, 4]
    const scene = draw(chartOf(['a', 'b', 'c', 'd', 'e'], [odd]), size)
    expect(scene.hits.map((hit) => hit.index)).toEqual([4])
  })
})
