import { describe, expect, it } from 'vitest'
import { chartTable } from './as-table'
import { CELL_FONT, layOutColumns } from './columns'
import { drawTable } from './components/table'
import { measureText } from './measure'
import type { ComponentResult, TableColumn, TableResult } from './result'
import { walkMarks } from './scene'
import { EN, chartOf, faultsOf, series } from './testing'
import { LIGHT } from './theme'

function column(name: string, text: string[], kind: TableColumn['kind'] = 'text'): TableColumn {
  const align = kind === 'number' ? 'right' : 'left'
  return { id: name, name, kind, align, items: { raw: text, text } }
}

function table(columns: TableColumn[], changes: Partial<TableResult> = {}): TableResult {
  const rows = columns[0]?.items.text.length ?? 0
  return { show_header: true, striped: false, rows, total_rows: rows, columns, ...changes }
}

const sold = ['3,214', '2,108', '\u22121,642,000.55']
const products = ['House blend of the year, one kilogram', 'Kenya Nyeri, 250 g', 'Decaf']
const both = table([column('Product', products), column('Sold', sold, 'number')])

describe('columns', () => {
  it('give left-over width to texts', () => {
    const { columns, width } = layOutColumns(both, 600)
    expect(width).toBeCloseTo(600, 0)
    expect(columns[1]!.width).toBeLessThan(110)
    expect(columns[1]!.align).toBe('right')
  })

  it.each([600, 300, 220, 120, 10])('never cut a number at %d px', (room) => {
    const { columns } = layOutColumns(both, room)
    for (const text of sold) {
      expect(columns[1]!.width).toBeGreaterThanOrEqual(measureText(text, CELL_FONT))
    }
  })

  it('grow past the room rather than cut numbers', () => {
    expect(layOutColumns(both, 60).width).toBeGreaterThan(60)
  })

  it('make room for totals', () => {
    const total = { raw: 1, text: '9,999,999,999.00', label: 'Sum' }
    const { columns } = layOutColumns(
      table([column('A', ['x']), { ...column('N', ['1'], 'number'), total }]),
      100,
    )
    expect(columns[1]!.width).toBeGreaterThan(measureText(total.text, CELL_FONT))
  })

  it('share the width when all are numbers', () => {
    const { width } = layOutColumns(table([column('N', ['1'], 'number')]), 200)
    expect(width).toBe(200)
  })
})

describe('table scene', () => {
  const component = (t: TableResult): ComponentResult => ({
    id: 't',
    name: 'Best sellers',
    type: 'table',
    table: t,
  })
  const textsOf = (t: TableResult, width: number, height: number) => {
    const scene = drawTable(component(t), { width, height }, LIGHT, EN)
    expect(faultsOf(scene)).toEqual([])
    const texts: string[] = []
    walkMarks(scene.marks, (mark) => {
      if (mark.kind === 'text') texts.push(mark.text)
    })
    return texts
  }

  it('draws header and rows', () => {
    expect(textsOf(both, 600, 200)).toEqual(['Product', 'Sold', ...pairs(3)])
  })

  it('says how many rows it leaves out', () => {
    expect(textsOf({ ...both, total_rows: 40 }, 600, 120)).toEqual([
      'Product',
      'Sold',
      ...pairs(2),
      '38 more rows',
    ])
  })

  it('leaves out columns that do not fit instead of cutting numbers', () => {
    expect(textsOf(both, 120, 300)).toContain('1 more columns')
  })

  function pairs(count: number): string[] {
    return products.slice(0, count).flatMap((name, i) => [name, sold[i]!])
  }
})

it('shows any chart as a table with full values', () => {
  const chart = chartOf(['Jul', ''], [series('Revenue', [395000, null])]).chart!
  const got = chartTable(chart, EN)
  expect(got.columns.map((c) => c.items.text)).toEqual([
    ['Jul', '(blank)'],
    ['395000', ''],
  ])
  expect(got.rows).toBe(2)
})
