// @vitest-environment jsdom
import { cleanup, screen } from '@testing-library/svelte'
import { afterEach, expect, test, vi } from 'vitest'
import { serve, show } from '$api/testing'
import Home from './agency-home.svelte'

vi.mock('$app/navigation', () => ({ goto: vi.fn() }))
afterEach(cleanup)

const states = { waiting: 0, later: 0, running: 0, done: 9, cancelled: 0, dead: 2 }

test('Home counts the jobs that were given up for the owner of the server, and asks for nobody else', async () => {
  const answers = (owner: boolean) => ({
    'GET /api/v1/me': () => ({ owns_server: owner }),
    'GET /api/v1/server/jobs-summary': () => ({ states, kinds: [] }),
    'GET /api/v1/agency/clients-summary': () => ({ total: 1 }),
    'GET /api/v1/agency/clients-attention': () => ({ items: [] }),
    'GET /api/v1/agency/clients': () => ({ items: [], next_cursor: null }),
  })
  serve(answers(true))
  show(Home, {})
  await screen.findByText('2 jobs of the server were given up')
  expect(screen.getByRole('link', { name: 'Show' }).getAttribute('href')).toBe(
    '/server/jobs?state=dead',
  )
  cleanup()
  const calls = serve(answers(false))
  show(Home, {})
  await screen.findByText('All quiet. Nothing needs you today.')
  expect(calls.filter((one) => one.what.includes('jobs'))).toEqual([])
})
