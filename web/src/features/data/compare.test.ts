import { expect, test } from 'vitest'
import type { SheetPreview } from '$api/contract'
import { compareSheets, datePattern, marksOf, mayBreak } from './compare'

type Column = SheetPreview['columns'][number]

/** A sheet of columns written as "name:type". */
function sheet(columns: string[], more: Partial<SheetPreview> = {}): SheetPreview {
  return {
    name: '',
    hidden: false,
    header_row: 1,
    rows: 10,
    columns: columns.map((text, i) => {
      const [name = '', type = 'text'] = text.split(':')
      return {
        name,
        letter: String.fromCharCode(65 + i),
        type: type as Column['type'],
        pattern: '',
        blank: 0,
        misfit: 0,
        sample: [],
      }
    }),
    preview: [],
    ...more,
  }
}

const kinds = (before: SheetPreview[], after: SheetPreview[]) =>
  compareSheets(before, after).changes.map((change) => `${change.kind} ${change.name}`)

test('the same columns are no change, whatever their rows hold', () => {
  const before = [sheet(['Region', 'Sales:number'])]
  const after = [sheet(['Region', 'Sales:number'], { rows: 900, name: 'other name' })]
  const found = compareSheets(before, after)
  expect(found).toEqual({ changes: [], sheetsNew: [], sheetsMissing: [] })
  expect(mayBreak(found)).toBe(false)
})

test('what may break a Klip stands before what is new', () => {
  const before = [sheet(['Order', 'Region', 'Sales:number', 'Day:date'])]
  const after = [sheet(['Order', 'Channel', 'Sales', 'Day:date'])]
  expect(kinds(before, after)).toEqual(['missing Region', 'type Sales', 'new Channel'])
})

test('a column that stands elsewhere has moved, and may be of another type as well', () => {
  const before = [sheet(['A1', 'Sales:number'])]
  const after = [sheet(['Id', 'A1', 'Sales'])]
  expect(kinds(before, after)).toEqual(['type Sales', 'moved A1', 'moved Sales', 'new Id'])
})

test('new columns alone break nothing', () => {
  const found = compareSheets([sheet(['A1'])], [sheet(['A1', 'More'])])
  expect(found.changes).toHaveLength(1)
  expect(mayBreak(found)).toBe(false)
})

test('the second of two equal names is compared with the second', () => {
  const before = [sheet(['Total:number', 'Total'])]
  expect(kinds(before, [sheet(['Total:number', 'Total'])])).toEqual([])
  expect(kinds(before, [sheet(['Total:number'])])).toEqual(['missing Total'])
})

test('without a row of names columns are compared by letter', () => {
  const before = [sheet(['x', 'y:number'], { header_row: 0 })]
  const after = [sheet(['q', 'z'], { header_row: 0 })]
  expect(kinds(before, after)).toEqual(['type B'])
})

test('sheets of a workbook are found by name', () => {
  const before = [sheet(['A1'], { name: 'Orders' }), sheet(['B1'], { name: 'Targets' })]
  const after = [sheet(['A1', 'New'], { name: 'Orders' }), sheet(['B1'], { name: 'Goals' })]
  const found = compareSheets(before, after)
  expect(found.changes.map((change) => change.sheet)).toEqual(['Orders'])
  expect([found.sheetsMissing, found.sheetsNew]).toEqual([['Targets'], ['Goals']])
  expect(mayBreak(found)).toBe(true)
})

test('each side marks its own columns by letter', () => {
  const before = sheet(['Order', 'Region', 'Sales:number'])
  const after = sheet(['Order', 'Sales', 'Channel'])
  const found = compareSheets([before], [after])
  expect([...marksOf(found, before, 'was')]).toEqual([
    ['B', 'missing'],
    ['C', 'type'],
  ])
  expect([...marksOf(found, after, 'now')]).toEqual([
    ['B', 'type'],
    ['C', 'new'],
  ])
})

test('only a date pattern that the server cannot find by itself is handed on', () => {
  const dated = (...patterns: string[]) => {
    const one = sheet(patterns.map((_, i) => `c${i}:date`))
    one.columns.forEach((column, i) => (column.pattern = patterns[i] ?? ''))
    return [one]
  }
  expect(datePattern(dated('yyyy-MM-dd', 'd MMM yyyy', 'MMM yyyy', 'dd-MMM-yyyy'))).toBeUndefined()
  expect(datePattern(dated('EEE, dd MMM yyyy HH:mm:ss XXX'))).toBeUndefined()
  expect(datePattern(dated('yyyy-MM-dd', 'dd/MM/yyyy'))).toBe('dd/MM/yyyy')
  expect(datePattern(dated('MM/dd/yyyy HH:mm'))).toBe('MM/dd/yyyy HH:mm')
})
