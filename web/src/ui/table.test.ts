// @vitest-environment jsdom
import { cleanup, fireEvent, render, screen } from '@testing-library/svelte'
import { createRawSnippet, tick, type Snippet } from 'svelte'
import { afterEach, expect, test, vi } from 'vitest'
import { handleKey } from './actions.svelte'
import Table from './table.svelte'
import { chooseRange, type Column } from './table-types'

interface Row {
  id: string
  name: string
}

const rows: Row[] = ['Ash', 'Birch', 'Cedar', 'Date'].map((name, i) => ({ id: `r${i}`, name }))
const columns: Column[] = [
  { id: 'name', label: 'Name', sort: true },
  { id: 'id', label: 'Id' },
]
const cell = createRawSnippet<[Row, string]>((row, column) => ({
  render: () => `<span>${column() === 'name' ? row().name : row().id}</span>`,
})) as Snippet<[unknown, string]>

function show(more: Record<string, unknown> = {}) {
  const props = {
    caption: 'Trees',
    columns,
    rows,
    rowId: (row: unknown) => (row as Row).id,
    rowName: (row: unknown) => (row as Row).name,
    cell,
    ...more,
  }
  return render(Table, { props })
}

function press(key: string, options: KeyboardEventInit = {}) {
  const target = document.activeElement ?? document.body
  const event = new KeyboardEvent('keydown', { key, bubbles: true, cancelable: true, ...options })
  fireEvent(target, event)
  if (!event.defaultPrevented) handleKey(event)
}

afterEach(cleanup)

test('it is a real table with a caption and row heads', () => {
  show()
  expect(screen.getByRole('table', { name: 'Trees' })).toBeTruthy()
  expect(screen.getAllByRole('rowheader')).toHaveLength(4)
})

test('a head sorts, and turns the order round the second time', async () => {
  const onsort = vi.fn()
  const { rerender } = show({ onsort, sort: { column: 'id', down: false } })
  await fireEvent.click(screen.getByRole('button', { name: 'Name' }))
  expect(onsort).toHaveBeenLastCalledWith({ column: 'name', down: false })
  await rerender({ sort: { column: 'name', down: false } })
  await fireEvent.click(screen.getByRole('button', { name: 'Name' }))
  expect(onsort).toHaveBeenLastCalledWith({ column: 'name', down: true })
  expect(screen.getByRole('columnheader', { name: 'Name' }).getAttribute('aria-sort')).toBe(
    'ascending',
  )
})

test('J and K move the focus, Enter opens, Space peeks', async () => {
  const onopen = vi.fn()
  const onpeek = vi.fn()
  show({ onopen, onpeek })
  press('j')
  press('j')
  await expect.poll(() => document.activeElement?.textContent?.trim()).toBe('Birch')
  press('k')
  await expect.poll(() => document.activeElement?.textContent?.trim()).toBe('Ash')
  press(' ')
  expect(onpeek).toHaveBeenCalledExactlyOnceWith(rows[0])
  ;(document.activeElement as HTMLElement).click()
  expect(onopen).toHaveBeenCalledExactlyOnceWith(rows[0])
})

test('X selects the row of the cursor, Shift X a range', async () => {
  show({ selected: [] })
  press('j')
  press('x')
  const boxes = () =>
    screen.getAllByRole('checkbox').map((box) => (box as HTMLInputElement).checked)
  await expect.poll(() => boxes()).toEqual([false, true, false, false, false])
  press('j')
  press('j')
  press('X', { shiftKey: true })
  await expect.poll(() => boxes()).toEqual([false, true, true, true, false])
  await fireEvent.click(screen.getByRole('checkbox', { name: 'Select all rows' }))
  expect(boxes()).toEqual([true, true, true, true, true])
})

test('letters belong to an input while somebody writes', () => {
  show()
  const input = document.body.appendChild(document.createElement('input'))
  input.focus()
  press('j')
  expect(document.activeElement).toBe(input)
  input.remove()
})

test('without rows the slot for it shows, and an error wins over it', async () => {
  const slot = (text: string) => createRawSnippet(() => ({ render: () => `<p>${text}</p>` }))
  const { rerender } = show({ rows: [], empty: slot('Nothing yet') })
  expect(screen.getByText('Nothing yet')).toBeTruthy()
  await rerender({ error: slot('Did not load') })
  expect(screen.getByText('Did not load')).toBeTruthy()
  expect(screen.queryByText('Nothing yet')).toBeNull()
})

test('a row that two pages brought is shown once', () => {
  show({ rows: [...rows, ...rows.slice(3)] })
  expect(screen.getAllByRole('rowheader')).toHaveLength(4)
})

test('a page that did not come is asked for once, and then by the person', async () => {
  const onmore = vi.fn()
  show({ onmore, moreFailed: true })
  await tick()
  fireEvent.scroll(window)
  expect(onmore).not.toHaveBeenCalled()
  await fireEvent.click(screen.getByRole('button', { name: 'Try again' }))
  expect(onmore).toHaveBeenCalledOnce()
})

test('a row that leads nowhere is no button', () => {
  show()
  expect(screen.queryByRole('button', { name: 'Ash' })).toBeNull()
  cleanup()
  show({ onopen: () => undefined })
  expect(screen.getByRole('button', { name: 'Ash' })).toBeTruthy()
})

test('a long list renders a part and asks for more near its end', async () => {
  const many = Array.from({ length: 300 }, (_, i) => ({ id: `m${i}`, name: `Tree ${i}` }))
  const onmore = vi.fn()
  show({ rows: many, onmore })
  expect(screen.getAllByRole('rowheader').length).toBeLessThan(60)
  expect(screen.getByRole('table').getAttribute('aria-rowcount')).toBe('301')
  expect(screen.getAllByRole('row')[1]?.getAttribute('aria-rowindex')).toBe('2')
  expect(onmore).not.toHaveBeenCalled()
  cleanup()
  show({ onmore })
  await expect.poll(() => onmore).toHaveBeenCalled()
})

test('a range of rows is switched, and an anchor that is gone switches one row alone', () => {
  const ids = ['a', 'b', 'c', 'd']
  expect(chooseRange(ids, ['a'], { anchor: 'b', id: 'd', on: true })).toEqual(['a', 'b', 'c', 'd'])
  expect(chooseRange(ids, ids, { anchor: 'c', id: 'b', on: false })).toEqual(['a', 'd'])
  expect(chooseRange(ids, [], { anchor: 'gone', id: 'd', on: true })).toEqual(['d'])
})
