import { describe, expect, it } from 'vitest'
import { drawChart } from '../components/chart'
import type { DrawOptions } from '../components/list'
import type { ChartResult, ChartSeries } from '../result'
import { walkMarks, type Mark, type Scene } from '../scene'
import { EN, boundsOf, chartOf, series } from '../testing'
import { LIGHT } from '../theme'
import { pushApart } from './ends'

const SIZE = { width: 600, height: 240 }
const LABELS = ['A', 'B', 'C', 'D']

function draw(list: ChartSeries[], changes: Partial<ChartResult> = {}, options?: DrawOptions) {
  return drawChart(chartOf(LABELS, list, changes), SIZE, LIGHT, EN, options)
}

function marksOf(scene: Scene, part: string): Mark[] {
  const found: Mark[] = []
  walkMarks(scene.marks, (mark, parts) => {
    if (parts.includes(part)) found.push(mark)
  })
  return found
}

function textsOf(scene: Scene, part: string): string[] {
  return marksOf(scene, part).flatMap((mark) => (mark.kind === 'text' ? [mark.text] : []))
}

describe('bars', () => {
  it('stand on zero and are as long as their values', () => {
    const scene = draw([series('S', [10, 20, 0, -10])])
    const [a, b, zero, negative] = scene.hits.map((hit) => hit.box)
    expect(b!.height).toBeCloseTo(2 * a!.height, 0)
    expect(a!.y + a!.height).toBeCloseTo(negative!.y, 0)
    expect(zero!.height).toBe(0)
  })

  it('leave a gap for what is missing, and none of it answers', () => {
    const scene = draw([series('S', [10, null, 30, 40])])
    expect(scene.hits.map((hit) => hit.index)).toEqual([0, 2, 3])
    expect(marksOf(scene, 'bars')).toHaveLength(3)
  })

  it('keep 1.5 px between piled fills and add up', () => {
    const list = [series('S', [10, 10, 10, 10]), series('T', [10, 10, 10, 10])]
    const scene = draw(list, { stacking: 'stacked' })
    const [low, high] = scene.hits.filter((hit) => hit.index === 0).map((hit) => hit.box)
    expect(low!.y - (high!.y + high!.height)).toBeCloseTo(1.5, 1)
    expect(low!.x).toBe(high!.x)
  })

  it('fill the height in shares of 100%', () => {
    const list = [series('S', [1, 5, 10, 3]), series('T', [3, 5, 0, null])]
    const scene = draw(list, { stacking: '100' })
    for (let i = 0; i < 4; i++) {
      const boxes = scene.hits.filter((hit) => hit.index === i).map((hit) => hit.box)
      expect(Math.min(...boxes.map((box) => box.y))).toBeCloseTo(scene.plot!.y, 1)
    }
    expect(textsOf(scene, 'value-axis')).toContain('100%')
  })

  it('stand side by side without touching each other', () => {
    const scene = draw([series('S', [1, 2, 3, 4]), series('T', [1, 2, 3, 4])])
    const [left, right] = scene.hits.filter((hit) => hit.index === 0).map((hit) => hit.box)
    expect(right!.x - (left!.x + left!.width)).toBeGreaterThanOrEqual(1.5)
  })

  it('lie down with their values instead of an axis', () => {
    const scene = draw([series('S', [10, 20, 30, 40])], { orientation: 'horizontal' })
    expect(textsOf(scene, 'ends')).toEqual(['10', '20', '30', '40'])
    expect(marksOf(scene, 'grid')).toEqual([])
    expect(textsOf(scene, 'label-axis')).toEqual(LABELS)
  })

  it('keep a value too small to see one pixel long', () => {
    const scene = draw([series('S', [1, 1e6, 1e6, 1e6])])
    expect(scene.hits[0]!.box.height).toBe(1)
  })
})

describe('lines', () => {
  it('break at gaps and show a point without neighbours', () => {
    const scene = draw([series('S', [1, null, 3, null], 'line')])
    const dots = marksOf(scene, 'line').filter((mark) => mark.kind === 'circle')
    expect(dots).toHaveLength(2)
  })

  it('have a second cue from the fourth on', () => {
    const list = Array.from({ length: 6 }, (_, i) => series(`S${i}`, [i, i, i, i], 'line'))
    const scene = draw(list)
    const dashed = marksOf(scene, 'line').flatMap((m) => (m.kind === 'path' ? [m.dash] : []))
    expect(dashed.slice(0, 3)).toEqual([undefined, undefined, undefined])
    expect(new Set(dashed.slice(3).map(String)).size).toBe(3)
  })

  it('are cut, not bent, where the author cut the axis', () => {
    const y = { ...chartOf([], []).chart!.y, min: 0, max: 10 }
    const scene = draw([series('S', [5, 50, 5, 5], 'line')], { y })
    expect(scene.marks.some((mark) => mark.kind === 'clip')).toBe(true)
    const path = marksOf(scene, 'clip').find((mark) => mark.kind === 'path')!
    expect(boundsOf(path).y).toBeLessThan(scene.plot!.y)
  })
})

describe('explanations', () => {
  const two = [series('Shops', [1, 2, 3, 4], 'line'), series('Web', [4, 3, 2, 1], 'line')]

  it('stand at the ends of lines with the last value', () => {
    const scene = draw(two)
    expect(textsOf(scene, 'ends')).toEqual(['4', 'Shops', '1', 'Web'])
    expect(textsOf(scene, 'legend')).toEqual([])
  })

  it('are a legend where the last value is missing', () => {
    const scene = draw([two[0]!, series('Web', [4, 3, 2, null], 'line')])
    expect(textsOf(scene, 'ends')).toEqual([])
    expect(textsOf(scene, 'legend')).toEqual(['Shops', 'Web'])
  })

  it('are left to the caller on request', () => {
    const bars = [series('S', [1, 2, 3, 4]), series('T', [1, 2, 3, 4])]
    const scene = draw(bars, {}, { legend: 'outside' })
    expect(scene.legend.map((entry) => entry.name)).toEqual(['S', 'T'])
    expect(textsOf(scene, 'legend')).toEqual([])
  })

  it('are a legend where the author wants it, even for one series', () => {
    const scene = draw([series('S', [1, 2, 3, 4])], { legend: 'right' })
    const [mark] = marksOf(scene, 'legend')
    expect(boundsOf(mark!).x).toBeGreaterThan(500)
  })

  it('are not there when the author wants none', () => {
    const scene = draw([series('S', [1, 2, 3, 4]), series('T', [1, 2, 3, 4])], { legend: 'none' })
    expect(textsOf(scene, 'legend')).toEqual([])
  })

  it('are the last value alone for a lone line', () => {
    expect(textsOf(draw([series('S', [1, 2, 3, 428_190], 'line')]), 'ends')).toEqual(['428.2k'])
  })

  it('are pushed apart inside the plot', () => {
    expect(pushApart([50, 51, 52], 16, 0, 100)).toEqual([50, 66, 82])
    const low = pushApart([98, 99, 100], 16, 0, 100)
    expect(low[2]).toBeLessThanOrEqual(98)
    expect(low[1]! - low[0]!).toBeGreaterThanOrEqual(16)
  })
})

describe('colours', () => {
  it('are the brand for one series and the palette for more', () => {
    const theme = { ...LIGHT, series: '#123456' }
    const one = drawChart(chartOf(LABELS, [series('S', [1, 2, 3, 4])]), SIZE, theme, EN)
    expect(one.hits[0]?.color).toBe('#123456')
    const two = draw([series('S', [1]), series('T', [1])])
    expect(two.hits.map((hit) => hit.color)).toEqual(LIGHT.palette.slice(0, 2))
  })

  it('follow the slot that the author chose', () => {
    const fixed = { ...series('S', [1, 2, 3, 4]), color: 3 }
    expect(draw([fixed]).hits[0]?.color).toBe(LIGHT.palette[2])
  })
})

it('folds series beyond eight into the sum of the rest', () => {
  const list = Array.from({ length: 11 }, (_, i) => series(`S${i}`, [1, 1, 1, null]))
  const scene = draw(list)
  const last = scene.hits.filter((hit) => hit.series === 7)
  expect(last.map((hit) => [hit.name, hit.value])).toEqual([
    ['Other', '4'],
    ['Other', '4'],
    ['Other', '4'],
  ])
})
