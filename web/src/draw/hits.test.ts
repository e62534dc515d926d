import { describe, expect, it } from 'vitest'
import { drawChart } from './components/chart'
import { findHit, nameHit, stepHit, tipAt } from './hits'
import { EN, chartOf, series } from './testing'
import { LIGHT } from './theme'

const component = chartOf(
  ['Jul', 'Aug', 'Sep'],
  [series('Revenue', [395, null, 410]), series('Target', [400, 405, 415], 'line')],
)
const scene = drawChart(component, { width: 600, height: 240 }, LIGHT, EN)

it('names a mark with the words of its tooltip, its own series first', () => {
  const hit = scene.hits.find((h) => h.series === 0 && h.index === 0)!
  expect(nameHit(scene, hit)).toBe('Jul, Revenue 395, Target 400')
  const { title, rows } = tipAt(scene, 0)
  const words = [title, ...rows.map((row) => `${row.name} ${row.value}`)]
  expect(words.sort()).toEqual(nameHit(scene, hit).split(', ').sort())
})

it('lists a tooltip from top to bottom', () => {
  expect(tipAt(scene, 0).rows.map((row) => row.name)).toEqual(['Target', 'Revenue'])
})

describe('finding', () => {
  it('answers with the nearest item and, in it, the nearest series', () => {
    const at = scene.slots![2]!.at
    const bar = scene.hits.find((h) => h.series === 0 && h.index === 2)!
    expect(findHit(scene, at + 3, bar.box.y + 50)).toBe(bar)
    expect(findHit(scene, scene.slots![1]!.at, 200)?.name).toBe('Target')
  })

  it('answers nothing outside of the plot', () => {
    expect(findHit(scene, 300, 239)).toBeNull()
  })
})

describe('walking', () => {
  const of = (index: number) => scene.hits.find((h) => h.series === 0 && h.index === index)!

  it('stays in the series and skips gaps', () => {
    expect(stepHit(scene, of(0), 1)).toBe(of(2))
    expect(stepHit(scene, of(2), -1)).toBe(of(0))
  })

  it('stops at the ends and jumps to them', () => {
    expect(stepHit(scene, of(2), 1)).toBe(of(2))
    expect(stepHit(scene, of(2), 'first')).toBe(of(0))
    expect(stepHit(scene, of(0), 'last')).toBe(of(2))
  })
})
