// @vitest-environment jsdom
import { fireEvent, render, screen } from '@testing-library/svelte'
import { expect, test, vi } from 'vitest'
import { ApiError } from '$api/client'
import type { Upload } from '$api/contract'
import ReadOptions from './read-options.svelte'

function upload(more: Partial<Upload> = {}): Upload {
  return {
    id: 'u1',
    state: 'read',
    name: 'orders.csv',
    bytes: 10,
    format: 'csv',
    options: { delimiter: ';', header_row: 3, decimal: ',', thousands: '.', encoding: 'utf-8' },
    members: [],
    record_paths: [],
    sheets: [],
    warnings: [],
    expires_at: '2025-11-25T00:00:00Z',
    ...more,
  }
}

const field = (label: string) => screen.getByLabelText<HTMLSelectElement>(label)

test('a choice has the file read again with it and with those made before', async () => {
  const onchange = vi.fn()
  render(ReadOptions, { upload: upload(), chosen: { decimal: ',' }, error: null, onchange })
  expect(field('Delimiter').selectedOptions[0]?.text).toBe('Automatic: Semicolon')
  await fireEvent.change(field('Delimiter'), { target: { value: '\t' } })
  expect(onchange).toHaveBeenCalledWith({ decimal: ',', delimiter: '\t' })
})

test('a typed option counts a moment after the last key', async () => {
  vi.useFakeTimers()
  const onchange = vi.fn()
  const file = upload({ format: 'json', options: { records: 'data.items' } })
  render(ReadOptions, { upload: file, chosen: {}, error: null, onchange })
  const records = screen.getByLabelText<HTMLInputElement>('Records')
  expect(records.value).toBe('data.items')
  await fireEvent.input(records, { target: { value: 'data' } })
  await fireEvent.input(records, { target: { value: 'data.rows' } })
  expect(onchange).not.toHaveBeenCalled()
  vi.advanceTimersByTime(600)
  expect(onchange.mock.calls).toEqual([[{ records: 'data.rows' }]])
  vi.useRealTimers()
})

test('another pattern of dates opens a field and changes nothing yet', async () => {
  const onchange = vi.fn()
  render(ReadOptions, { upload: upload(), chosen: {}, error: null, onchange })
  expect(screen.queryByLabelText('Pattern of dates')).toBeNull()
  await fireEvent.change(field('Dates'), { target: { value: 'other' } })
  expect(screen.getByLabelText('Pattern of dates')).toBeTruthy()
  expect(onchange).not.toHaveBeenCalled()
})

test('a refused option says so at its field, other failures above the form', () => {
  const refused = new ApiError({
    code: 'option_invalid',
    status: 422,
    field: 'thousands',
    detail: 'The thousands mark and the decimal mark must differ.',
  })
  const { unmount } = render(ReadOptions, {
    upload: upload(),
    chosen: { decimal: ',', thousands: ',' },
    error: refused,
    onchange: () => {},
  })
  expect(field('Thousands mark').getAttribute('aria-invalid')).toBe('true')
  expect(screen.getByText(refused.message)).toBeTruthy()
  expect(screen.queryByRole('alert')).toBeNull()
  unmount()
  const broken = new ApiError({ code: 'network' })
  render(ReadOptions, { upload: upload(), chosen: {}, error: broken, onchange: () => {} })
  expect(screen.getByRole('alert').textContent).toContain('The server does not answer.')
})

test('more options are behind a button that tells how many are chosen', async () => {
  const onchange = vi.fn()
  const { rerender } = render(ReadOptions, { upload: upload(), chosen: {}, error: null, onchange })
  expect(screen.queryByLabelText('Drop spaces around cells')).toBeNull()
  const button = screen.getByRole('button', { name: 'More options' })
  expect(button.getAttribute('aria-expanded')).toBe('false')
  await fireEvent.click(button)
  await fireEvent.click(screen.getByLabelText('Drop spaces around cells'))
  expect(onchange).toHaveBeenCalledWith({ trim: true })
  await rerender({ chosen: { trim: true, skip_rows: 2 } })
  expect(screen.getByRole('button', { name: 'More options (2)' })).toBeTruthy()
})

test('options that were chosen are not hidden', () => {
  render(ReadOptions, {
    upload: upload(),
    chosen: { skip_rows: 2 },
    error: null,
    onchange: () => {},
  })
  expect(screen.getByLabelText<HTMLInputElement>('Lines to skip at the start').value).toBe('2')
})

test('the file of an archive and the list of a document are chosen from what there is', async () => {
  const onchange = vi.fn()
  const file = upload({
    format: 'json',
    members: ['a.csv', 'b.json'],
    options: { zip_member: 'b.json', records: 'rows' },
    record_paths: [
      { path: 'rows', rows: 3 },
      { path: 'users', rows: 2 },
    ],
  })
  render(ReadOptions, { upload: file, chosen: {}, error: null, onchange })
  expect(field('File of the archive').value).toBe('b.json')
  await fireEvent.change(field('File of the archive'), { target: { value: 'a.csv' } })
  expect(onchange).toHaveBeenCalledWith({ zip_member: 'a.csv' })
  await fireEvent.change(field('Records'), { target: { value: 'users' } })
  expect(onchange).toHaveBeenCalledWith({ records: 'users' })
  await fireEvent.change(field('Records'), { target: { value: 'other' } })
  expect(screen.getByLabelText('Path of the records')).toBeTruthy()
})
