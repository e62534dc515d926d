import { expect, it } from 'vitest'
import { drawComponent } from './components/list'
import type { ComponentResult } from './result'
import { walkMarks } from './scene'
import { drawSpark, sparkName } from './sparkline'
import { EN, faultsOf, localeOf } from './testing'
import { DARK, LIGHT } from './theme'

const box = { x: 10, y: 5, width: 104, height: 20 }
const draw = (...spark: (number | null)[]) => drawSpark(spark, box, LIGHT)

it('is a line from edge to edge that ends in a dot', () => {
  expect(draw(4, 9, 1)).toEqual([
    { kind: 'path', d: 'M12,17L62,7L112,23', stroke: LIGHT.series, strokeWidth: 1.5, cap: 'round' },
    { kind: 'circle', cx: 112, cy: 23, r: 2, fill: LIGHT.series },
  ])
})

it('has gaps, and dots for numbers between them', () => {
  expect(draw(1, null, 2, 3).map((mark) => mark.kind)).toEqual(['path', 'circle', 'circle'])
  expect(draw(1, 2, null, null).map((mark) => mark.kind)).toEqual(['path', 'circle'])
  expect(draw(5)).toEqual([{ kind: 'circle', cx: 12, cy: 15, r: 2, fill: LIGHT.series }])
  expect(draw()).toEqual([])
  expect(draw(null, null)).toEqual([])
})

it('survives any number', () => {
  expect(JSON.stringify(draw(-1e308, 1e308, 0))).not.toContain('null')
  expect(draw(7, 7)[0]).toMatchObject({ d: 'M12,15L112,15' })
})

it('says how many numbers there are and where they lead', () => {
  expect(sparkName([4.5, 9, 12_500], localeOf('de-DE'))).toBe('3 values, 4,5 to 12,5k')
  expect(sparkName([9], EN)).toBe('9')
  expect(sparkName([null], EN)).toBe('No data')
})

it('stands in its cell of a table, one in each row', () => {
  const sparks = [[9], [4, 2], [7, 1], [5, null, 6]]
  const table: ComponentResult = {
    ...{ id: 't', name: 'Lines', type: 'table' },
    table: {
      ...{ show_header: true, striped: false, rows: 4, total_rows: 4 },
      columns: [
        column('Region', 'text', ['East', 'North', 'South', 'West']),
        { ...column('Line', 'sparkline', ['9', '4,2', '7,1', '5,,6']), sparks },
      ],
    },
  }
  for (const width of [140, 300, 700]) {
    const scene = drawComponent(table, { width, height: 200 }, DARK, EN)
    expect(faultsOf(scene)).toEqual([])
    const kinds: string[] = []
    walkMarks(scene.marks, (mark, parts) => {
      if (parts.includes('sparkline')) kinds.push(mark.kind)
      if (mark.kind === 'text') expect(mark.text).not.toBe('4,2')
    })
    expect(kinds).toEqual(['circle', 'path', 'circle', 'path', 'circle', 'circle', 'circle'])
  }
})

function column(name: string, kind: 'text' | 'sparkline', text: string[]) {
  return { id: name, name, kind, align: 'left' as const, items: { raw: text, text } }
}
