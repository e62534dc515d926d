import { expect, test } from 'vitest'
import { namesFor, partNames } from './names'
import { toRecords } from './records'
import { attachedSource, sampleKlip } from './testing'

test('columns of the active source are plain, others carry their source and sheet', () => {
  const names = namesFor(
    toRecords(sampleKlip()),
    'revenueaaa',
    [attachedSource('a1', 'Orders', ['month']), attachedSource('b2', 'Orders', ['goal'], ['cap'])],
    [],
  )
  expect(names.columns.map(({ name, source: from, sheet: on }) => [name, from, on])).toEqual([
    ['month', undefined, undefined],
    ['goal', 'Orders #2', undefined],
    ['cap', 'Orders #2', 'Sheet 2'],
  ])
})

test('a sheet without a header row has no names', () => {
  const orders = attachedSource('a1', 'Orders', ['x'])
  const bare = { ...orders, sheets: orders.sheets.map((sheet) => ({ ...sheet, header_row: 0 })) }
  expect(namesFor(toRecords(sampleKlip()), '', [bare], []).columns).toEqual([])
})

test('parts are named by kind and label, and a part does not name itself', () => {
  const records = toRecords(sampleKlip())
  expect(partNames(records, 'revenueaaa').map((part) => part.title)).toEqual([
    'X axis: month',
    'Series: Target',
    'Column: Status',
  ])
})

test('parts that share a name are told apart by their component', () => {
  const klip = sampleKlip()
  klip.components.push({
    ...klip.components[1]!,
    id: 'tablebbbbb',
    displayName: 'Second',
    components: [{ id: 'columnbbbb', type: 'table_column', displayName: 'status' }],
  })
  const titles = partNames(toRecords(klip), '').map((part) => part.title)
  expect(titles).toContain('Table/Column: Status')
  expect(titles).toContain('Second/Column: status')
})
