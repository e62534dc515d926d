import { describe, expect, test } from 'vitest'
import { DARK, type KlipResult } from '$draw/index'
import { drawComponent } from '$draw/components/list'
import { arrange, columnsFor, gridHeight, rectOf, widthOf, type Contents, type Item } from './flow'
import { EN } from '$draw/testing'
import { wantedSteps } from './heights'
import { compact, findOverlap } from './layout'

const item = (id: string, x: number, y: number, w: number, h: number, auto = true): Item => ({
  id,
  x,
  y,
  w,
  h,
  auto,
})
/** Ids that begin with "v" are values and want 5 steps, "t" are tables that want 10. */
const contents: Contents = {
  wanted: (i) => (i.id.startsWith('v') ? 5 : i.id.startsWith('t') ? 10 : null),
  pairs: (i) => i.id.startsWith('v'),
}
const show = (items: Item[]) => items.map((i) => `${i.id} ${i.x},${i.y} ${i.w}x${i.h}`)

const trading = [
  item('v1', 0, 0, 3, 6),
  item('v2', 3, 0, 3, 6),
  item('v3', 6, 0, 3, 6),
  item('v4', 9, 0, 3, 6),
  item('c1', 0, 6, 6, 12),
  item('c2', 6, 6, 6, 12),
  item('t1', 0, 18, 5, 12),
  item('c3', 5, 18, 7, 12),
]

test('columns follow the width of the grid', () => {
  expect([1392, 1052, 1051, 668, 667, 320].map(columnsFor)).toEqual([12, 12, 6, 6, 2, 2])
})

test('pixels of boxes meet without gaps of their own', () => {
  for (const width of [1392, 1120, 1057, 788, 358]) {
    let right = -16
    for (let x = 0; x < 12; x++) {
      const rect = rectOf({ id: '', x, y: 1, w: 1, h: 5 }, 12, width)
      expect(rect.x - right).toBe(16)
      right = rect.x + rect.width
    }
    expect(right).toBe(width)
  }
  expect(rectOf({ id: '', x: 0, y: 2, w: 6, h: 13 }, 12, 1168)).toEqual({
    x: 0,
    y: 48,
    width: 576,
    height: 296,
  })
  expect(widthOf(6, 12, 1168)).toBe(576)
  expect(gridHeight([])).toBe(0)
})

describe('twelve columns', () => {
  test('a row is as tall as its tallest wish; a height of one’s own stays', () => {
    const out = arrange(
      [...trading, item('t2', 0, 30, 6, 14, false), item('v5', 6, 30, 6, 4)],
      12,
      contents,
    )
    expect(show(out).slice(0, 4)).toEqual(['v1 0,0 3x5', 'v2 3,0 3x5', 'v3 6,0 3x5', 'v4 9,0 3x5'])
    expect(show(out)).toContain('c1 0,5 6x12')
    expect(show(out)).toContain('t1 0,17 5x12')
    expect(show(out)).toContain('t2 0,29 6x14')
    expect(show(out)).toContain('v5 6,29 6x14')
    expect(compact(out)).toEqual(out)
  })

  test('beside a tall one, stacked Klips keep what they want', () => {
    const out = arrange(
      [item('c1', 0, 0, 6, 12), item('v1', 6, 0, 6, 6), item('v2', 6, 6, 6, 6)],
      12,
      contents,
    )
    expect(show(out)).toEqual(['c1 0,0 6x12', 'v1 6,0 6x5', 'v2 6,5 6x5'])
  })
})

test('six columns: small ones pair up and the last of a row fills it', () => {
  expect(show(arrange(trading, 6, contents))).toEqual([
    'v1 0,0 3x5',
    'v2 3,0 3x5',
    'v3 0,5 3x5',
    'v4 3,5 3x5',
    'c1 0,10 6x12',
    'c2 0,22 6x12',
    't1 0,34 6x10',
    'c3 0,44 6x12',
  ])
  expect(show(arrange([item('v1', 0, 0, 3, 5), item('c1', 3, 0, 9, 8)], 6, contents))[0]).toBe(
    'v1 0,0 6x5',
  )
})

test('phones: values in pairs, all else alone, in the order of reading', () => {
  const out = arrange(
    [...trading.slice(0, 3), item('v5', 0, 5, 5, 1), ...trading.slice(4)],
    2,
    contents,
  )
  expect(show(out).slice(0, 5)).toEqual([
    'v1 0,0 1x5',
    'v2 1,0 1x5',
    'v3 0,5 2x5',
    'v5 0,10 2x5',
    'c1 0,15 2x12',
  ])
  expect(findOverlap(out)).toBeNull()
})

describe('heights of contents', () => {
  const value: KlipResult = {
    title: 'Revenue',
    title_visible: true,
    warnings: [],
    locale: EN,
    components: [
      {
        id: 'a',
        name: 'Value',
        type: 'simple_value',
        value: {
          primary: { name: 'Revenue', raw: 428190, text: '$428,190' },
          secondary: { name: 'vs prior 30 days', raw: 1, text: '1' },
          change: { text: '8.4%', direction: 'up', good: true },
        },
      },
    ],
  }
  const table = (rows: number): KlipResult => ({
    ...value,
    components: [
      {
        id: 'a',
        name: 'Table',
        type: 'table',
        table: {
          show_header: true,
          striped: false,
          rows,
          total_rows: rows,
          columns: [
            {
              id: 'c',
              name: 'Name',
              kind: 'text',
              align: 'left',
              items: { raw: Array(rows).fill('x'), text: Array(rows).fill('x') },
            },
          ],
        },
      },
    ],
  })

  test('a value fits its number and its change', () => {
    expect(wantedSteps(value, 324, false)).toBe(6)
    expect(wantedSteps({ ...value, title_visible: false }, 171, true)).toBeGreaterThanOrEqual(5)
  })

  test('a table shows its rows, up to a limit, and is never under its least height', () => {
    expect(wantedSteps(table(6), 500, false)).toBe(Math.ceil((50 + 4 + 28 + 6 * 34 + 16) / 24))
    expect(wantedSteps(table(1), 500, false)).toBe(8)
    expect(wantedSteps(table(500), 500, false)).toBe(24)
  })

  test('charts take what they get, and four to three on phones', () => {
    const chart: KlipResult = {
      ...value,
      components: [
        {
          id: 'a',
          name: 'Chart',
          type: 'chart',
          chart: {
            orientation: 'vertical',
            stacking: 'none',
            legend: 'auto',
            x: { id: 'x', name: 'x', kind: 'text', items: { raw: ['a'], text: ['a'] } },
            y: {
              title: '',
              min: null,
              max: null,
              format: {
                as: 'number',
                decimals: 0,
                prefix: '',
                suffix: '',
                symbol: '',
                abbreviate: 'auto',
                multiply: true,
                thousands: true,
              },
            },
            series: [
              { id: 's', name: 's', type: 'bar', color: null, items: { raw: [1], text: ['1'] } },
            ],
          },
        },
      ],
    }
    expect(wantedSteps(chart, 358, false)).toBeNull()
    expect(wantedSteps(chart, 358, true)).toBe(12)
    const [component] = chart.components
    if (component)
      expect(drawComponent(component, { width: 300, height: 200 }, DARK, EN).marks).not.toEqual([])
  })
})
