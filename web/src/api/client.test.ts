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

test('an answer that is no JSON is none', async () => {
  answer('<html>sign in to this network</html>', { type: 'text/html' })
  await expect(read(context())).rejects.toMatchObject({ code: 'network' })
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

test('what is asked for stands in the address, what is sent in the body with its kind', async () => {
  const fetch = answer({ items: [] })
  const query = { q: 'a&b c', limit: 5, cursor: undefined }
  await read(api.GET('/api/v1/{account}/clients', { params: { path: { account: 'x' }, query } }))
  const [asked] = fetch.mock.calls[0] ?? []
  expect(asked?.url).toMatch(/\/api\/v1\/x\/clients\?q=a%26b%20c&limit=5$/)
  expect([asked?.method, asked?.headers.get('content-type')]).toEqual(['GET', null])

  await read(api.POST('/api/v1/sign-in', { body: { email: 'a@b.example', password: 'p' } }))
  const [sent] = fetch.mock.calls[1] ?? []
  expect([sent?.method, sent?.headers.get('content-type')]).toEqual(['POST', 'application/json'])
  expect(sent?.credentials).toBe('same-origin')
  expect(await sent?.json()).toEqual({ email: 'a@b.example', password: 'p' })
})

test('an answer without content is none', async () => {
  vi.stubGlobal('fetch', async () => new Response(null, { status: 204 }))
  expect(await read(api.POST('/api/v1/sign-out'))).toBeUndefined()
})
