// @vitest-environment jsdom
import { cleanup, fireEvent, screen, within } from '@testing-library/svelte'
import { afterEach, expect, test, vi } from 'vitest'
import { Refused, serve, show } from '$api/testing'
import Jobs from './jobs.svelte'

vi.mock('$app/state', () => ({ page: { url: new URL('http://localhost/server/jobs') } }))
vi.mock('$app/navigation', () => ({ goto: vi.fn() }))
afterEach(cleanup)

const states = { waiting: 0, later: 0, running: 0, done: 9, cancelled: 0, dead: 2 }
const job = {
  id: 'j1',
  kind: 'mail.send',
  account: { slug: 'fjord', name: 'Fjord' },
  class: 'urgent',
  state: 'dead',
  stopping: false,
  attempts: 5,
  error: 'the mail server is away',
  created_at: '2026-01-01T00:00:00Z',
  due_at: '2026-01-01T00:00:00Z',
  started_at: '2026-01-01T00:01:00Z',
  ended_at: '2026-01-01T00:02:00Z',
}

test('a job that was given up says why and is tried again', async () => {
  let state = 'dead'
  const calls = serve({
    'GET /api/v1/server/jobs-summary': () => ({ states, kinds: ['mail.send'] }),
    'GET /api/v1/server/jobs': () => ({ items: [{ ...job, state }], next_cursor: null }),
    'POST /api/v1/server/jobs/j1/retry': () => {
      state = 'waiting'
      return { ...job, state }
    },
  })
  show(Jobs, {})
  const row = (await screen.findByText('the mail server is away')).closest('tr')
  expect(within(row as HTMLElement).getByText('Given up')).not.toBeNull()
  expect(screen.getByText('Not done (2)')).not.toBeNull()
  await fireEvent.click(screen.getByRole('button', { name: 'Try again: Send a mail' }))
  await screen.findByRole('button', { name: 'Cancel: Send a mail' })
  expect(calls.map((one) => one.what)).toContain('POST /api/v1/server/jobs/j1/retry')
})

test('to others there is no such page', async () => {
  serve({ 'GET /api/v1/server/jobs': () => new Refused(404, 'not_found') })
  show(Jobs, {})
  await screen.findByText('Nothing here, or it is not shared with you.')
})
