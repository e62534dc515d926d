// @vitest-environment jsdom
import { cleanup, fireEvent, screen, waitFor } from '@testing-library/svelte'
import { afterEach, expect, test } from 'vitest'
import { serve, show } from '$api/testing'
import { choices, isLooser } from './security-values'
import Security from './security.svelte'

afterEach(cleanup)

test('a client chooses only what is at least as strict as its agency, the loosest first', () => {
  const values = (...of: Parameters<typeof choices>) => choices(...of).map((one) => one.value)
  expect(values('password_length', 10, null)).toEqual(['10', '12', '14', '16', '20', '24'])
  expect(values('password_length', 15, 13)).toEqual(['13', '14', '15', '16', '20', '24'])
  expect(values('lock_tries', 4, 5)).toEqual(['5', '4', '3'])
  expect(values('password_max_age_days', 0, 0)[0]).toBe('0')
  expect(values('password_max_age_days', 60, 90)).toEqual(['90', '60', '30'])
  expect(isLooser('password_max_age_days', 0, 90)).toBe(true)
  expect(isLooser('session_idle_s', 900, 1800)).toBe(false)
})

test('a change is sent at once, with the version that was seen', async () => {
  const item = { name: 'lock_tries', value: '10', source: 'factory', inherited: '10' }
  const calls = serve({
    'GET /api/v1/agency/settings': () => ({ items: [item], version: 4 }),
    'PATCH /api/v1/agency/settings': () => ({ items: [item] }),
  })
  show(Security, {})
  const field = await screen.findByLabelText(/Sign-in is locked after/)
  await fireEvent.change(field, { target: { value: '5' } })
  await waitFor(() =>
    expect(calls.find((one) => one.what.startsWith('PATCH'))).toMatchObject({
      body: { values: { lock_tries: '5' } },
      ifMatch: '"4"',
    }),
  )
})
