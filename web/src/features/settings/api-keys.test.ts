// @vitest-environment jsdom
import { cleanup, fireEvent, screen, within } from '@testing-library/svelte'
import { afterEach, expect, test } from 'vitest'
import { Refused, serve, show } from '$api/testing'
import ApiKeys from './api-keys.svelte'

afterEach(cleanup)

const KEYS = 'GET /api/v1/agency/profile/keys'
const answer = (items: unknown[], on = true) => ({
  items,
  on,
  calls_used: 3,
  calls_limit: 1000,
  resets_at: '2026-03-03T00:00:00Z',
  calls_per_second: 50,
})
const report = { id: 'k1', label: 'Report', created_at: '2026-03-02T09:00:00Z', used_at: null }

test('A new key is shown once, and the list has only its name', async () => {
  let items: unknown[] = []
  const calls = serve({
    [KEYS]: () => answer(items),
    'POST /api/v1/agency/profile/keys': () => {
      items = [report]
      return { ...report, secret: 'octavo_secret' }
    },
  })
  show(ApiKeys, {}, ['account.api_key'])
  await screen.findByText('You have no API keys')
  await fireEvent.click(screen.getByRole('button', { name: 'Make a key' }))
  const dialog = within(await screen.findByRole('dialog'))
  await fireEvent.input(dialog.getByLabelText(/What it is for/), { target: { value: 'Report' } })
  await fireEvent.click(dialog.getByRole('button', { name: 'Make a key' }))
  expect(await screen.findByDisplayValue('octavo_secret')).toBeTruthy()
  await fireEvent.click(screen.getByRole('button', { name: 'Done' }))
  expect(await screen.findByText('Report')).toBeTruthy()
  expect(screen.queryByDisplayValue('octavo_secret')).toBeNull()
  expect(calls.filter((c) => c.what.startsWith('POST'))).toHaveLength(1)
  expect(screen.getByText(/3 of 1,000/)).toBeTruthy()
})

test('A key is revoked after a question, and a failure says so', async () => {
  let works = false
  const calls = serve({
    [KEYS]: () => answer(works ? [] : [report]),
    'DELETE /api/v1/agency/profile/keys/k1': () =>
      works ? null : new Refused(503, 'database_unavailable'),
  })
  show(ApiKeys, {}, ['account.api_key'])
  await fireEvent.click(await screen.findByRole('button', { name: 'Revoke Report' }))
  const dialog = within(await screen.findByRole('dialog'))
  expect(calls.some((c) => c.what.startsWith('DELETE'))).toBe(false)
  await fireEvent.click(dialog.getByRole('button', { name: 'Revoke' }))
  await dialog.findByText('The key was not revoked.')
  works = true
  await fireEvent.click(dialog.getByRole('button', { name: 'Revoke' }))
  await screen.findByText('You have no API keys')
})

test('Where the API is switched off no key is made', async () => {
  serve({ [KEYS]: () => answer([], false) })
  show(ApiKeys, {}, ['account.api_key'])
  await screen.findByText(/has switched the API off/)
  expect(screen.queryByRole('button', { name: 'Make a key' })).toBeNull()
})
