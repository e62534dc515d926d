import { expect, test } from 'vitest'
import {
  AUTO,
  choicesOf,
  controlOf,
  isOn,
  labelOf,
  moreOptionsOf,
  NONE,
  optionsOf,
  OTHER,
  recordChoices,
  recordValue,
  typedOf,
  valueOf,
  withChoice,
  withSwitch,
  withTyped,
} from './options'

test('every format has its own options', () => {
  expect(optionsOf('csv')).toContain('delimiter')
  expect(optionsOf('xlsx')).not.toContain('delimiter')
  expect(optionsOf('json')).toContain('records')
  expect(optionsOf('json')).not.toContain('header_row')
  expect(optionsOf('unknown')).toEqual([])
})

test('the first choice leaves it to the server and tells what that found', () => {
  const used = { delimiter: ';', header_row: 3, thousands: '' }
  expect(choicesOf('delimiter', {}, used)[0]).toEqual({
    value: AUTO,
    label: 'Automatic: Semicolon',
  })
  expect(choicesOf('header_row', {}, used)[0]?.label).toBe('Automatic: Row 3')
  expect(choicesOf('thousands', {}, used)[0]?.label).toBe('Automatic: None')
  expect(choicesOf('delimiter', { delimiter: ',' }, { delimiter: ',' })[0]?.label).toBe('Automatic')
})

test('a choice goes to the server as the API takes it', () => {
  expect(withChoice({}, 'delimiter', '\t')).toEqual({ delimiter: '\t' })
  expect(withChoice({}, 'thousands', NONE)).toEqual({ thousands: '' })
  expect(withChoice({}, 'header_row', NONE)).toEqual({ header_row: 0 })
  expect(withChoice({}, 'header_row', '4')).toEqual({ header_row: 4 })
  expect(withChoice({}, 'records', '')).toEqual({ records: '' })
})

test('going back to automatic drops one option and keeps the others', () => {
  const chosen = { delimiter: '|', decimal: ',' }
  expect(withChoice(chosen, 'delimiter', AUTO)).toEqual({ decimal: ',' })
  expect(chosen).toEqual({ delimiter: '|', decimal: ',' })
})

test('every value can be chosen again from what the form shows', () => {
  const chosen = { delimiter: '^', encoding: 'koi8-r', header_row: 40, thousands: '', decimal: ',' }
  for (const id of ['delimiter', 'encoding', 'header_row', 'thousands', 'decimal'] as const) {
    const value = valueOf(chosen, id)
    expect(choicesOf(id, chosen, chosen).map((choice) => choice.value)).toContain(value)
    expect(withChoice({}, id, value)[id]).toBe(chosen[id])
  }
})

test('a pattern of dates that is not in the list is typed', () => {
  expect(valueOf({}, 'date')).toBe(AUTO)
  expect(valueOf({ date: 'dd/MM/yyyy' }, 'date')).toBe('dd/MM/yyyy')
  expect(valueOf({ date: 'd.M.yyyy' }, 'date')).toBe(OTHER)
})

test('an option stands in one place of the form', () => {
  for (const format of ['csv', 'xlsx', 'json', 'jsonl', 'xml', 'html', 'parquet']) {
    const all = [...optionsOf(format), ...moreOptionsOf(format)]
    expect(new Set(all).size, format).toBe(all.length)
  }
  expect(moreOptionsOf('csv')).toContain('skip_rows')
  expect(moreOptionsOf('xlsx')).toContain('range')
  expect(moreOptionsOf('xlsx')).not.toContain('skip_rows')
})

test('a switch that is as without a choice is none', () => {
  expect(controlOf('trim')).toBe('switch')
  expect(isOn({}, 'skip_empty_lines')).toBe(true)
  expect(withSwitch({}, 'skip_empty_lines', false)).toEqual({ skip_empty_lines: false })
  expect(withSwitch({ skip_empty_lines: false }, 'skip_empty_lines', true)).toEqual({})
  expect(withSwitch({ comment: '#' }, 'trim', true)).toEqual({ comment: '#', trim: true })
})

test('typed options are numbers, lists and texts', () => {
  expect(withTyped({}, 'skip_rows', ' 3 ')).toEqual({ skip_rows: 3 })
  expect(withTyped({}, 'skip_rows', 'many')).toEqual({ skip_rows: 0 })
  expect(withTyped({}, 'null_words', 'N/A, -,')).toEqual({ null_words: ['N/A', '-'] })
  expect(withTyped({}, 'headers', 'Day,,Net')).toEqual({ headers: ['Day', '', 'Net'] })
  expect(withTyped({}, 'range', 'B3:F')).toEqual({ range: 'B3:F' })
  expect(withTyped({ range: 'B3:F', trim: true }, 'range', ' ')).toEqual({ trim: true })
  expect(typedOf({ null_words: ['N/A', '-'] }, 'null_words')).toBe('N/A, -')
})

test('no quotation mark is a choice of its own', () => {
  expect(withChoice({}, 'quote', 'none')).toEqual({ quote: 'none' })
  expect(valueOf({ quote: 'none' }, 'quote')).toBe('none')
  expect(labelOf('quote', 'none')).toBe('None')
  expect(choicesOf('escape', {}, {})[0]?.label).toBe('Stands twice')
})

test('the records are chosen among the lists that the file has', () => {
  const paths = [
    { path: 'data.items', rows: 12 },
    { path: 'users', rows: 1 },
    { path: '', rows: 1 },
  ]
  expect(recordChoices(paths).map((one) => one.label)).toEqual([
    'Automatic: data.items (12 rows)',
    'users',
    'The whole file as one row',
    'Another path',
  ])
  expect(recordValue({}, paths)).toBe(AUTO)
  expect(recordValue({ records: 'users' }, paths)).toBe('users')
  expect(recordValue({ records: '' }, paths)).toBe(NONE)
  expect(recordValue({ records: 'x.y' }, paths)).toBe(OTHER)
})
