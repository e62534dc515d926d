import { describe, expect, test } from 'vitest'
import type { PropertyRow } from '$api/contract'
import { readBlock, writeBlock } from './block'
import { at, box, move } from './selection'
import { cellKey, Sheet } from './sheet.svelte'
import { nameProblem, valueProblem } from './values'

const row = (client: string, cells: Record<string, string>): PropertyRow => ({
  client,
  name: client,
  status: 'active',
  cells: Object.entries(cells).map(([name, value]) => ({
    name,
    value,
    type: 'text',
    given: value !== '',
    locked: true,
    hidden: false,
    version: 3,
  })),
})

/** The row as a later fetch brings it. */
const newer = (of: PropertyRow, version: number): PropertyRow => ({
  ...of,
  cells: of.cells.map((cell) => ({ ...cell, version })),
})

function open(): Sheet {
  const sheet = new Sheet()
  sheet.rows = [row('fjord', { companyId: 'FJ-1' }), row('solstice', {})]
  sheet.columns = [
    {
      name: 'companyId',
      declared: {
        name: 'companyId',
        type: 'text',
        description: '',
        required: true,
        default: '',
        version: 1,
      },
    },
    { name: 'budget', declared: null },
  ]
  return sheet
}

describe('sheet', () => {
  test('an empty cell that every client needs is lacking until something is typed', () => {
    const sheet = open()
    expect(sheet.show('solstice', 'companyId').lacking).toBe(true)
    expect(sheet.show('solstice', 'budget').lacking).toBe(false)
    sheet.set([{ client: 'solstice', name: 'companyId', value: 'SOL-1' }])
    expect(sheet.show('solstice', 'companyId')).toMatchObject({
      lacking: false,
      changed: true,
      text: 'SOL-1',
    })
    sheet.set([{ client: 'fjord', name: 'companyId', value: ' ' }])
    expect(sheet.show('fjord', 'companyId').lacking).toBe(true)
  })

  test('undo and redo take a whole paste as one step', () => {
    const sheet = open()
    sheet.set([
      { client: 'fjord', name: 'companyId', value: 'A' },
      { client: 'solstice', name: 'companyId', value: 'B' },
    ])
    sheet.set([{ client: 'fjord', name: 'companyId', value: 'C' }])
    expect(sheet.changes).toBe(2)
    sheet.undo()
    expect(sheet.show('fjord', 'companyId').text).toBe('A')
    sheet.undo()
    expect(sheet.changes).toBe(0)
    expect(sheet.canUndo).toBe(false)
    sheet.redo()
    expect(sheet.changes).toBe(2)
    sheet.set([{ client: 'fjord', name: 'companyId', value: 'D' }])
    expect(sheet.canRedo).toBe(false)
  })

  test('typing what is there is no change, and no step', () => {
    const sheet = open()
    sheet.set([{ client: 'fjord', name: 'companyId', value: ' FJ-1 ' }])
    expect(sheet.changes).toBe(0)
    expect(sheet.canUndo).toBe(false)
  })

  test('saving names the version that each cell is typed over', () => {
    const sheet = open()
    sheet.set([
      { client: 'fjord', name: 'companyId', value: 'X' },
      { client: 'solstice', name: 'companyId', value: 'Y' },
    ])
    expect(sheet.toSave().map((cell) => cell.version)).toEqual([3, 0])
    const cell = row('', { companyId: 'X' }).cells[0]!
    sheet.saved(sheet.toSave(), [{ ...cell, client: 'fjord', version: 4 }])
    expect(sheet.changes).toBe(0)
    expect(sheet.cell('fjord', 'companyId')?.version).toBe(4)
    expect(sheet.canUndo).toBe(false)
  })

  test('what others saved after somebody typed is noticed, also when a search hides the row', () => {
    const sheet = open()
    sheet.set([{ client: 'fjord', name: 'companyId', value: 'X' }])
    sheet.rows = [newer(row('fjord', { companyId: 'FJ-2' }), 9)]
    sheet.set([{ client: 'fjord', name: 'companyId', value: 'XY' }])
    expect(sheet.toSave()).toEqual([
      { client: 'fjord', name: 'companyId', value: 'XY', version: 3 },
    ])
    sheet.rows = []
    expect(sheet.toSave()[0]?.version).toBe(3)
  })

  test('typing over a refused cell is a decision about what is there now', () => {
    const sheet = open()
    sheet.set([
      { client: 'fjord', name: 'companyId', value: 'X' },
      { client: 'fjord', name: 'budget', value: '5' },
    ])
    sheet.rows = [newer(row('fjord', { companyId: 'FJ-2' }), 9)]
    sheet.refused = new Map([[cellKey('fjord', 'companyId'), 'Somebody changed it.']])
    sheet.set([{ client: 'fjord', name: 'budget', value: '6' }])
    expect(sheet.problems).toBe(1)
    sheet.set([{ client: 'fjord', name: 'companyId', value: 'X' }])
    expect(sheet.problems).toBe(0)
    expect(sheet.toSave().find((cell) => cell.name === 'companyId')?.version).toBe(9)
  })

  test('what is typed while a save runs stays, over what was saved', () => {
    const sheet = open()
    sheet.set([{ client: 'fjord', name: 'companyId', value: 'X' }])
    const sent = sheet.toSave()
    sheet.set([
      { client: 'fjord', name: 'companyId', value: 'Y' },
      { client: 'solstice', name: 'companyId', value: 'Z' },
    ])
    const cell = row('', { companyId: 'X' }).cells[0]!
    sheet.saved(sent, [{ ...cell, client: 'fjord', version: 4 }])
    expect(sheet.toSave().map(({ value, version }) => [value, version])).toEqual([
      ['Y', 4],
      ['Z', 0],
    ])
  })

  test('discard can be taken back', () => {
    const sheet = open()
    sheet.set([{ client: 'fjord', name: 'companyId', value: 'X' }])
    sheet.discard()
    expect(sheet.changes).toBe(0)
    sheet.undo()
    expect(sheet.show('fjord', 'companyId').text).toBe('X')
  })
})

describe('a secret', () => {
  const at = { client: 'fjord', name: 'key' }

  function withSecret(): Sheet {
    const sheet = open()
    const [cell] = row('', { key: 'x' }).cells
    const key = { ...cell!, type: 'secret' as const, value: '' }
    sheet.rows = [{ ...row('fjord', {}), cells: [key] }]
    sheet.columns = [{ name: 'key', declared: null }]
    return sheet
  }

  test('an empty text says nothing about it', () => {
    const sheet = withSecret()
    sheet.set([{ ...at, value: '' }])
    expect(sheet.changes).toBe(0)
    sheet.set([{ ...at, value: 'new' }])
    sheet.set([{ ...at, value: '' }])
    expect(sheet.toSave()[0]?.value).toBe('new')
    sheet.revert(at.client, at.name)
    expect(sheet.changes).toBe(0)
    expect(sheet.show(at.client, at.name).given).toBe(true)
  })

  test('it goes when that is asked for, and can come back', () => {
    const sheet = withSecret()
    sheet.set([{ ...at, value: '', clear: true }])
    expect(sheet.toSave()).toEqual([{ ...at, value: '', version: 3 }])
    expect(sheet.show(at.client, at.name).given).toBe(false)
    sheet.undo()
    expect(sheet.changes).toBe(0)
  })
})

describe('blocks of spreadsheets', () => {
  test.each([
    [
      'a\tb\nc\td\n',
      [
        ['a', 'b'],
        ['c', 'd'],
      ],
    ],
    ['a\r\nb', [['a'], ['b']]],
    ['"two\nlines"\t"say ""hi"""', [['two\nlines', 'say "hi"']]],
    ['5" pipe\t"', [['5" pipe', '"']]],
    ['', []],
  ])('%j', (text, rows) => {
    expect(readBlock(text)).toEqual(rows)
    expect(readBlock(writeBlock(rows))).toEqual(rows)
  })
})

describe('values', () => {
  test.each([
    ['number', '1234.5', true],
    ['number', '-.5e3', true],
    ['number', '1,234', false],
    ['number', 'x', false],
    ['date', '2026-02-28', true],
    ['date', '2026-02-30', false],
    ['date', '28.2.2026', false],
    ['text', 'x'.repeat(4097), false],
    ['number', ' ', true],
  ] as const)('%s %s', (type, text, good) => {
    expect(valueProblem(type, text) === null).toBe(good)
  })

  test('names', () => {
    expect(nameProblem('companyId')).toBeNull()
    expect(nameProblem('company.id')).not.toBeNull()
    expect(nameProblem('1st')).not.toBeNull()
  })
})

describe('selection', () => {
  const size = { rows: 10, cols: 3, page: 4 }
  const press = (key: string, more = {}) => ({
    key,
    shiftKey: false,
    ctrlKey: false,
    metaKey: false,
    ...more,
  })

  test('keys stay inside the grid', () => {
    expect(move(at(0, 0), press('ArrowUp'), size)).toEqual(at(0, 0))
    expect(move(at(9, 2), press('ArrowRight'), size)).toEqual(at(9, 2))
    expect(move(at(0, 0), press('PageDown'), size)).toEqual(at(4, 0))
    expect(move(at(5, 1), press('End', { ctrlKey: true }), size)).toEqual(at(9, 2))
    expect(move(at(5, 1), press('x'), size)).toBeNull()
  })

  test('shift extends, ctrl A takes all', () => {
    const extended = move(at(5, 1), press('ArrowUp', { shiftKey: true }), size)!
    expect(box(extended)).toEqual({ top: 4, bottom: 5, left: 1, right: 1 })
    expect(box(move(at(5, 1), press('a', { ctrlKey: true }), size)!)).toEqual({
      top: 0,
      bottom: 9,
      left: 0,
      right: 2,
    })
  })
})
