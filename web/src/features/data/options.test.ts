import { expect, test } from 'vitest'
import { AUTO, choicesOf, NONE, optionsOf, OTHER, valueOf, withChoice } from './options'

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
