import { afterEach, expect, test, vi } from 'vitest'
import { api, ApiError, ifMatch, keepKeys, read, readVersioned } from './client'

afterEach(() => vi.unstubAllGlobals())

function answer(body: unknown, init: ResponseInit & { type?: string } = {}) {
  const headers = { 'content-type': init.type ?? 'application/json', ...init.headers }
  const fetch = vi.fn<(request: Request) => Promise<Response>>(async () => {
    return new Response(typeof body === 'string' ? body : JSON.stringify(body), {
      ...init,
      headers,
    })
  })
  vi.stubGlobal('fetch', fetch)
  return fetch
}

const context = () => api.GET('/api/v1/{account}/context', { params: { path: { account: 'a b' } } })

test('the path is filled and the body returned', async () => {
  const fetch = answer({ role: 'admin' }, { headers: { etag: '"7"' } })
  const { body, version } = await readVersioned(context())
  expect(body.role).toBe('admin')
  expect(version).toBe(7)
  expect(fetch.mock.calls[0]?.[0].url).toMatch(/\/api\/v1\/a%20b\/context$/)
})

test('a problem document becomes a typed error', async () => {
  answer(
    {
      code: 'version_conflict',
      title: 'Conflict',
      field: 'name',
      request_id: 'r1',
      params: { v: 8 },
    },
    { status: 409, type: 'application/problem+json' },
  )
  const error = await read(context()).catch((e: unknown) => e)
  expect(error).toBeInstanceOf(ApiError)
  expect(error).toMatchObject({
    code: 'version_conflict',
    status: 409,
    field: 'name',
    requestId: 'r1',
    params: { v: 8 },
  })
})

test('an answer of a proxy still gets a code', async () => {
  answer('<html>bad gateway</html>', { status: 502, type: 'text/html' })
  await expect(read(context())).rejects.toMatchObject({ code: 'network', status: 502 })
})

test('no answer is a network error, an aborted call stays one', async () => {
  vi.stubGlobal('fetch', async () => Promise.reject(new TypeError('failed')))
  await expect(read(context())).rejects.toMatchObject({ code: 'network', status: 0 })
  vi.stubGlobal('fetch', async () => Promise.reject(new DOMException('stop', 'AbortError')))
  await expect(read(context())).rejects.toMatchObject({ name: 'AbortError' })
})

test('keys stay the same for the same body only', () => {
  const keys = keepKeys()
  const first = keys({ name: 'a' })
  expect(keys({ name: 'a' })).toEqual(first)
  expect(keys({ name: 'b' })).not.toEqual(first)
  expect(ifMatch(3)).toEqual({ 'If-Match': '"3"' })
})
