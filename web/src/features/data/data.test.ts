import { expect, test } from 'vitest'
import { ApiError } from '$api/client'
import { columnsInView, columnWidths, ROW, rowsInView } from './grid'
import { refusal, refuseUnsent } from './refusals'
import { proposeName, sizeText } from './sizes'

const MOST = 100 * 2 ** 20
import { blankText, fillOf, misfitText, since, type Column } from './wording'

test('sizes have one unit and no needless decimals', () => {
  expect(sizeText(0)).toBe('0 bytes')
  expect(sizeText(1)).toBe('1 byte')
  expect(sizeText(1023)).toBe('1,023 bytes')
  expect(sizeText(9.54 * 1024)).toBe('9.5 KB')
  expect(sizeText(9.96 * 1024)).toBe('10 KB')
  expect(sizeText(704_512)).toBe('688 KB')
  expect(sizeText(2 * 2 ** 20)).toBe('2 MB')
  expect(sizeText(MOST)).toBe('100 MB')
  expect(sizeText(1.25 * 2 ** 30)).toBe('1.3 GB')
})

test('a file name becomes a name for people', () => {
  expect(proposeName('us-employment_2024.csv')).toBe('Us employment 2024')
  expect(proposeName('Q3.final.xlsx')).toBe('Q3 final')
  expect(proposeName('Umsätze 2025.json')).toBe('Umsätze 2025')
  expect(proposeName('.csv')).toBe('.csv')
})

test('a file that is empty or too large is not sent', () => {
  expect(refuseUnsent({ name: 'a.csv', size: 0 }, MOST)?.title).toBe('a.csv cannot be read.')
  expect(refuseUnsent({ name: 'a.csv', size: MOST }, MOST)).toBeNull()
  expect(refuseUnsent({ name: 'a.csv', size: MOST + 43 * 2 ** 20 }, MOST)?.title).toBe(
    'a.csv has 143 MB; a file may have 100 MB at most.',
  )
})

const file = { name: 'a.csv', size: 10 }
const failed = (code: string, more: object = {}) =>
  refusal(new ApiError({ code, status: 422, ...more }), file, MOST)

test('a refusal says what to do', () => {
  expect(failed('format_unsupported', { detail: 'This is a PDF. Export CSV.' })).toMatchObject({
    detail: 'This is a PDF. Export CSV.',
    retry: false,
  })
  expect(failed('format_mismatch', { detail: 'The file is not text.' }).detail).toBe(
    'The file is not text. Export it once more and choose the new file.',
  )
  expect(failed('empty_file').detail).toContain('Export it again')
})

test('a limit is named with its figure', () => {
  const rows = { limit: 'rows', allowed: 5_000_000, found: 5_000_001 }
  expect(failed('too_large', { params: rows }).detail).toContain('more than 5,000,000 rows')
  const bytes = { limit: 'bytes', allowed: MOST, found: 2 * MOST }
  expect(failed('too_large', { params: bytes }).detail).toContain('It has 200 MB')
  const other = { params: { limit: 'moons', allowed: 1, found: 2 }, detail: 'Too many moons.' }
  expect(failed('too_large', other).detail).toBe('Too many moons.')
})

test('only what may work the next time can be sent again', () => {
  expect(failed('network', { status: 0 }).retry).toBe(true)
  expect(failed('internal', { status: 500, request_id: 'r1' })).toMatchObject({
    retry: true,
    reference: 'r1',
  })
  expect(failed('permission_denied', { status: 403 }).retry).toBe(false)
})

const column: Column = {
  name: 'Sales',
  letter: 'B',
  type: 'number',
  pattern: '',
  blank: 0,
  misfit: 0,
  sample: [],
}

test('counts of blanks and misfits are sentences', () => {
  expect(misfitText({ ...column, misfit: 12 }, 8412)).toBe('12 of 8,412 are not numbers')
  expect(misfitText({ ...column, misfit: 1, type: 'date' }, 20)).toBe('1 of 20 is not a date')
  expect(misfitText({ ...column, misfit: 3, type: 'text' }, 20)).toBe('')
  expect(blankText({ ...column, blank: 3 }, 20)).toBe('3 of 20 are blank')
  expect(blankText({ ...column, blank: 20 }, 20)).toBe('All are blank')
  expect(blankText(column, 20)).toBe('')
})

test('the parts of a column never pass the whole', () => {
  expect(fillOf({ ...column, blank: 5, misfit: 5 }, 20)).toEqual({ fit: 0.5, misfit: 0.25 })
  expect(fillOf(column, 0)).toEqual({ fit: 0, misfit: 0 })
  expect(fillOf({ ...column, blank: 15, misfit: 10 }, 20).fit).toBe(0)
})

test('the time of data fits into a sentence', () => {
  const now = Date.parse('2025-11-24T12:00:00Z')
  expect(since('2025-11-24T11:59:40Z', now)).toBe('just now')
  expect(since('2025-11-24T11:48:00Z', now)).toBe('12 min ago')
  expect(since('2025-09-08T12:00:00Z', now)).toBe('8 Sep')
})

test('a large table renders the rows in view with some beyond', () => {
  expect(rowsInView(200, 10, 0, 400)).toEqual({ from: 0, to: 200 })
  const view = rowsInView(200, 100, 50 * ROW, 10 * ROW)
  expect(view.from).toBeLessThan(50)
  expect(view.to).toBeGreaterThan(60)
  expect(view.to).toBeLessThan(100)
  expect(rowsInView(200, 100, 9999 * ROW, 300)).toEqual({ from: 200, to: 200 })
})

test('columns are as wide as their texts, within bounds', () => {
  const sheet = {
    name: '',
    hidden: false,
    header_row: 1,
    rows: 1,
    columns: [column, { ...column, letter: 'C' }],
    preview: [
      ['Sales', 'Note'],
      ['1', 'x'.repeat(400)],
    ],
  }
  expect(columnWidths(sheet)).toEqual([101, 280])
})

test('a wide table renders the columns in view, and knows how far they are in', () => {
  const narrow = Array.from({ length: 12 }, () => 100)
  expect(columnsInView(narrow, 0, 800)).toEqual({ from: 0, to: 12, before: 0 })
  const wide = Array.from({ length: 400 }, () => 100)
  expect(columnsInView(wide, 0, 800)).toEqual({ from: 0, to: 12, before: 0 })
  const view = columnsInView(wide, 5000, 800)
  expect(view.before).toBe(view.from * 100)
  expect(view.before).toBeLessThanOrEqual(5000)
  expect(view.to * 100).toBeGreaterThanOrEqual(5800)
  expect(view.to - view.from).toBeLessThan(20)
  expect(columnsInView(wide, 39_200, 800).to).toBe(400)
})
