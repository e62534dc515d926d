// @vitest-environment jsdom
import { cleanup, fireEvent, screen, waitFor } from '@testing-library/svelte'
import { afterEach, expect, test, vi } from 'vitest'
import type { Source, SourceInstance } from '$api/contract'
import { Refused, serve, show } from '$api/testing'
import { bySets } from './instance-words'
import DataTab from './data-tab.svelte'
import InstanceRow from './instance-row.svelte'
import InstanceView from './instance-view.svelte'
import PushTab from './push-tab.svelte'

afterEach(cleanup)

const source = {
  id: 's1',
  name: 'Visits',
  version: 3,
  connector: 'push',
  state: 'fresh',
  refreshed_at: '2026-01-31T10:00:00Z',
  fetched: null,
  pushed: { variables: ['region'] },
} as unknown as Source

const north = {
  key: 'k1',
  variables: { region: 'north' },
  state: 'fresh',
  own: false,
  waiting: false,
  refreshed_at: '2026-01-31T10:00:00Z',
  seen_at: null,
  rows: 3,
  bytes: 20,
  fault: null,
  notes: [],
  outdated: false,
} as unknown as SourceInstance

test('only variables make a pushed data source one with sets of rows', () => {
  expect(bySets(source)).toBe(true)
  expect(bySets({ ...source, pushed: {} })).toBe(false)
})

test('pushed rows are removed after a question, and are not refreshed', async () => {
  const calls = serve({ 'DELETE ': () => null })
  const onfailure = vi.fn()
  show(InstanceRow, { source, instance: north, onfailure })
  expect(screen.queryByRole('button', { name: /^Refresh/ })).toBeNull()
  expect(screen.getByText(/^Pushed /)).toBeTruthy()
  await fireEvent.click(screen.getByRole('button', { name: 'Remove the data of region = north' }))
  expect(calls).toEqual([])
  await fireEvent.click(await screen.findByRole('button', { name: 'Remove rows' }))
  await waitFor(() => expect(calls.map((one) => one.what)).toHaveLength(1))
  expect(calls[0]?.what).toBe('DELETE /api/v1/agency/data-sources/s1/instances/k1')
})

test('rows that nobody sees any more have no page, and can be removed', () => {
  const outdated = { ...north, outdated: true }
  show(InstanceRow, { source, instance: outdated, onfailure: () => {} })
  expect(screen.queryByRole('link')).toBeNull()
  expect(screen.getByRole('button', { name: 'Remove the data of region = north' })).toBeTruthy()
  cleanup()
  const calls = serve({})
  show(InstanceView, { source, instance: outdated })
  expect(screen.getByText(/nobody sees their rows/)).toBeTruthy()
  expect(screen.queryByRole('button')).toBeNull()
  expect(calls.filter((one) => one.what.includes('instance=k1'))).toEqual([])
})

test('who has no rows of their own is led to those of others', async () => {
  serve({ 'GET ': () => new Refused(409, 'missing_variable') })
  show(DataTab, { source }, ['datasource.edit'])
  expect(await screen.findByText('No rows for your own values')).toBeTruthy()
  expect(screen.getByRole('link', { name: 'All instances' }).getAttribute('href')).toContain(
    'tab=instances',
  )
})

test('the example and the form say which values rows are for', async () => {
  const calls = serve({
    'GET ': () => ({ items: [] }),
    'PUT ': () => new Refused(409, 'variables_with_rows'),
  })
  show(PushTab, { source, pushed: source.pushed! }, ['datasource.edit'])
  expect(screen.getAllByText(/data-sources\/s1\/data\?var\.region=VALUE/)).toHaveLength(2)
  const field = screen.getByRole('textbox', { name: /^Variables/ }) as HTMLInputElement
  expect(field.value).toBe('region')
  await fireEvent.input(field, { target: { value: 'region, shop' } })
  await fireEvent.click(screen.getByRole('button', { name: 'Save' }))
  expect(await screen.findByText(/Remove all rows first/)).toBeTruthy()
  const put = calls.find((one) => one.what.startsWith('PUT '))
  expect(put?.body).toEqual({ variables: ['region', 'shop'] })
  expect(put?.ifMatch).toBe('"3"')
})
