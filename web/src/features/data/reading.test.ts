import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { ApiError, sendThrough } from '$api/client'
import type { SentUpload, Upload } from '$api/contract'
import { replaceData, untilRead } from './api'

const base = { id: 'u1', name: 'a.csv', bytes: 4 } as Upload
const reading: SentUpload = { ...base, state: 'reading' }
const done: Upload = { ...base, state: 'read', format: 'csv' }

/** Answers calls one after the other and notes what was asked. */
function answers(...list: [status: number, body: object][]): string[] {
  const asked: string[] = []
  sendThrough((request) => {
    asked.push(`${request.method} ${new URL(request.url).pathname}`)
    const [status, body] = list.shift() ?? [500, {}]
    const type = status < 300 ? 'application/json' : 'application/problem+json'
    return Promise.resolve(
      new Response(JSON.stringify(body), { status, headers: { 'Content-Type': type } }),
    )
  })
  return asked
}

beforeEach(() => vi.useFakeTimers())
afterEach(() => vi.useRealTimers())

test('a file that is being read is asked for until it is, also while the server is started again', async () => {
  const away = { code: 'database_unavailable', status: 503 }
  const asked = answers([200, reading], [503, away], [200, done])
  const got = untilRead('north', reading)
  await vi.advanceTimersByTimeAsync(6000)
  expect((await got).state).toBe('read')
  expect(asked).toEqual(Array(3).fill('GET /api/v1/north/uploads/u1'))
  expect(await untilRead('north', done)).toBe(done)
})

test('why it cannot be read is an error like any other', async () => {
  answers([
    200,
    {
      ...base,
      state: 'failed',
      problem: { code: 'too_large', status: 413, params: { allowed: 7 } },
    },
  ])
  const got = expect(untilRead('north', reading)).rejects.toMatchObject({
    code: 'too_large',
    params: { allowed: 7 },
  })
  await vi.advanceTimersByTimeAsync(2000)
  await got
})

test('who gives it up asks no more', async () => {
  const asked = answers()
  const stop = new AbortController()
  const got = expect(untilRead('north', reading, stop.signal)).rejects.toThrow('Aborted')
  stop.abort()
  await got
  await vi.advanceTimersByTimeAsync(9000)
  expect(asked).toEqual([])
})

test('data is replaced as soon as the file is read as the data source says', async () => {
  const asked = answers([409, { code: 'upload_reading' }], [200, done], [200, { name: 'Orders' }])
  const got = replaceData('north', 's1', done, { 'Idempotency-Key': 'k' })
  await vi.advanceTimersByTimeAsync(2000)
  expect((await got).name).toBe('Orders')
  expect(asked).toEqual([
    'POST /api/v1/north/data-sources/s1/payload',
    'GET /api/v1/north/uploads/u1',
    'POST /api/v1/north/data-sources/s1/payload',
  ])
  answers([409, { code: 'version_conflict' }])
  await expect(replaceData('north', 's1', done, { 'Idempotency-Key': 'k' })).rejects.toBeInstanceOf(
    ApiError,
  )
})
