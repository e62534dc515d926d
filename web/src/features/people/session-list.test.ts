// @vitest-environment jsdom
import { cleanup, screen } from '@testing-library/svelte'
import { afterEach, expect, test } from 'vitest'
import { Refused, serve, show } from '$api/testing'
import SessionList from './session-list.svelte'

afterEach(cleanup)

test('a fetch in the background that gets no answer leaves what is there', async () => {
  let down = false
  const one = { id: 's1', agent: '', address: '192.0.2.7', used_at: '2026-01-01T00:00:00Z' }
  serve({
    'GET /api/v1/agency/profile/sessions': () =>
      down ? new Refused(503, 'network') : { items: [{ ...one, current: true }] },
  })
  const { client } = show(SessionList, { user: null })
  await screen.findByText(/192\.0\.2\.7/)
  down = true
  await client.refetchQueries()
  expect(screen.queryByText(/192\.0\.2\.7/)).not.toBeNull()
  expect(screen.queryByRole('alert')).toBeNull()
})
