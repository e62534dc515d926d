import { afterEach, expect, it, vi } from 'vitest'
import type { SourceInstance } from '$api/contract'
import { findInstances, instanceName, valuesText } from './instance-words'
import { runningFacts } from './running'
import { Trying } from './trying.svelte'

afterEach(() => vi.unstubAllGlobals())

it('tells of a refresh what it has brought, and nothing of what it has not', () => {
  expect(runningFacts({ pages: 0, rows: 0, bytes: 0 })).toEqual([])
  expect(runningFacts({ pages: 1, rows: 1200, bytes: 3072 })).toEqual([
    '1 page',
    '1,200 rows',
    '3 KB',
  ])
})

it('tells the set of values', () => {
  expect(valuesText({ company: '7', region: 'North' })).toBe('company = 7, region = North')
  expect(valuesText({})).toBe('')
})

it('finds sets of values by what they are called and how they are', () => {
  const all = [
    { variables: { company: '7' }, state: 'fresh' },
    { variables: { company: '77' }, state: 'failing' },
    { variables: {}, state: 'fresh' },
  ] as unknown as SourceInstance[]
  const names = (text: string, state: string) => findInstances(all, text, state).map(instanceName)
  expect(names(' COMPANY = 7', '')).toEqual(['company = 7', 'company = 77'])
  expect(names('7', 'failing')).toEqual(['company = 77'])
  expect(names('', 'fresh')).toEqual(['company = 7', 'Secret values'])
})

it('a trial that is stopped is no failure, and its call ends', async () => {
  let signal: AbortSignal | undefined
  vi.stubGlobal('fetch', (request: Request) => {
    signal = request.signal
    return new Promise((_, reject) =>
      request.signal.addEventListener('abort', () => reject(new DOMException('', 'AbortError'))),
    )
  })
  const trying = new Trying()
  trying.draft.url = 'https://api.shop.test/orders'
  const run = trying.run('northlight')
  await vi.waitFor(() => expect(signal).toBeDefined())
  expect(trying.busy).toBe(true)
  trying.stop()
  await run
  expect(signal?.aborted).toBe(true)
  expect([trying.busy, trying.failure, trying.trial]).toEqual([false, null, null])
})
