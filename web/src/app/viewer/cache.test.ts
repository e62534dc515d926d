// @vitest-environment jsdom
import { cleanup, render, screen } from '@testing-library/svelte'
import { afterEach, expect, test, vi } from 'vitest'
import type { Cache, QueryOptions } from '$api/cache'
import { ApiError } from '$api/client'
import { addressOf, isHere, partsOf } from './addresses'
import Harness from './cache-harness.svelte'

afterEach(cleanup)

type Ask = QueryOptions<{ n: number }>['queryFn']
type Answer = { n: number }

/** Shows the answer to `ask` in a page of its own. */
function show(ask: Ask, more: Partial<QueryOptions<Answer>> = {}) {
  let cache: Cache | undefined
  const onsignedout = vi.fn()
  const props = (key: string, on = true) => ({
    options: () => ({ queryKey: ['agency', key], queryFn: ask, ...more }),
    on,
    onsignedout,
    oncache: (one: Cache) => (cache = one),
  })
  const { rerender } = render(Harness, { props: props('one') })
  const change = () => cache?.invalidateQueries({ queryKey: ['agency'] })
  return { onsignedout, change, show: (key: string, on = true) => rerender(props(key, on)) }
}

test('a change is asked for again, and an equal answer is the same object', async () => {
  let n = 1
  const page = show(() => Promise.resolve({ n }))
  await screen.findByText('done 1 drawn 2')
  await page.change()
  await screen.findByText('done 1 drawn 2')
  n = 2
  await page.change()
  await screen.findByText('done 2 drawn 3')
})

test('a question that was asked before a change does not answer it', async () => {
  const waiting: ((answer: Answer) => void)[] = []
  const signals: AbortSignal[] = []
  const page = show(({ signal }) => {
    signals.push(signal)
    return new Promise((resolve) => waiting.push(resolve))
  })
  await expect.poll(() => waiting.length).toBe(1)
  waiting[0]?.({ n: 0 })
  await screen.findByText(/^done 0/)
  void page.change()
  await expect.poll(() => waiting.length).toBe(2)
  const changed = page.change()
  waiting[2]?.({ n: 2 })
  await changed
  waiting[1]?.({ n: 1 }) // late, and old
  await screen.findByText(/^done 2/)
  expect(signals.map(({ aborted }) => aborted)).toEqual([false, true, false])
})

test('the first answer is shown however often something changes meanwhile, and asked for once more', async () => {
  const waiting: ((answer: Answer) => void)[] = []
  const page = show(() => new Promise((resolve) => waiting.push(resolve)))
  await expect.poll(() => waiting.length).toBe(1)
  for (let n = 0; n < 3; n++) void page.change()
  expect(waiting.length).toBe(1)
  waiting[0]?.({ n: 1 })
  await screen.findByText(/^done 1/)
  await expect.poll(() => waiting.length).toBe(2)
  waiting[1]?.({ n: 2 })
  await screen.findByText(/^done 2/)
  expect(waiting.length).toBe(2)
})

test('who is said to have no network asks once all the same', async () => {
  const online = vi.spyOn(navigator, 'onLine', 'get').mockReturnValue(false)
  show(() => Promise.resolve({ n: 5 }))
  await screen.findByText(/^done 5/)
  online.mockRestore()
})

test('who leaves and comes back at once is answered', async () => {
  const waiting: ((answer: Answer) => void)[] = []
  const page = show(() => new Promise((resolve) => waiting.push(resolve)))
  await expect.poll(() => waiting.length).toBe(1)
  await page.show('one', false)
  await page.show('one')
  await expect.poll(() => waiting.length).toBe(2)
  waiting[1]?.({ n: 3 })
  await screen.findByText(/^done 3/)
})

test('a refusal is final, one of nobody signed in is told, and asking again helps', async () => {
  const refusal = (status: number, code: string) => Promise.reject(new ApiError({ code, status }))
  let answer: () => Promise<Answer> = () => refusal(403, 'permission_denied')
  const ask = vi.fn(() => answer())
  const { onsignedout } = show(ask)
  await screen.findByText(/^failed/)
  expect([ask.mock.calls.length, onsignedout.mock.calls.length]).toEqual([1, 0])
  answer = () => refusal(401, 'sign_in_required')
  screen.getByRole('button').click()
  await expect.poll(() => onsignedout.mock.calls.length).toBe(1)
  answer = () => Promise.resolve({ n: 4 })
  screen.getByRole('button').click()
  await screen.findByText(/^done 4/)
})

test('what fails for the moment is asked for again, and then said', async () => {
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] })
  try {
    const ask = vi.fn(() => Promise.reject(new ApiError({ code: 'network' })))
    show(ask)
    await vi.advanceTimersByTimeAsync(1_500)
    expect([ask.mock.calls.length, screen.queryByText(/^failed/)]).toEqual([2, null])
    await vi.advanceTimersByTimeAsync(2_500)
    expect([ask.mock.calls.length, screen.queryByText(/^failed/) !== null]).toEqual([3, true])
  } finally {
    vi.useRealTimers()
  }
})

test('until the answer of another key comes, what was there may stay', async () => {
  const waiting: ((answer: Answer) => void)[] = []
  const page = show(() => new Promise((resolve) => waiting.push(resolve)), {
    placeholderData: (previous, query) => (query?.queryKey[1] === 'one' ? previous : undefined),
  })
  await expect.poll(() => waiting.length).toBe(1)
  waiting[0]?.({ n: 1 })
  await screen.findByText(/^done 1/)
  await page.show('two')
  await screen.findByText(/^done 1/)
  waiting[1]?.({ n: 2 })
  await screen.findByText(/^done 2/)
  await page.show('three') // comes after two
  await screen.findByText(/^waiting/)
})

test('Home and dashboards of the account are here, all else is the application', () => {
  const id = '0a'.repeat(16)
  const at = (path: string) => addressOf(path, new URL('http://boards.test/solstice'))
  const here = (path: string) => isHere(at(path), at(`/solstice/dashboards/${id}`))
  expect(partsOf(at(`/solstice/dashboards/${id}?set=a%3D1`))).toEqual({
    slug: 'solstice',
    dashboard: id,
  })
  expect(['/solstice', '/solstice/', `/solstice/dashboards/${id}`].map(here)).not.toContain(false)
  const away = [
    '/',
    '/fjord',
    `/fjord/dashboards/${id}`,
    '/solstice/dashboards',
    '/solstice/profile',
  ]
  const others = [...away, `/solstice/dashboards/${id}/edit`, `http://other.test/solstice`]
  expect(others.map(here)).not.toContain(true)
})
