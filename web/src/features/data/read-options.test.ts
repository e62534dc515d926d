// @vitest-environment jsdom
import { fireEvent, render, screen } from '@testing-library/svelte'
import { expect, test, vi } from 'vitest'
import { ApiError } from '$api/client'
import type { Upload } from '$api/contract'
import ReadOptions from './read-options.svelte'

function upload(more: Partial<Upload> = {}): Upload {
  return {
    id: 'u1',
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
