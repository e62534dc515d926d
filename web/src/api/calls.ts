import type { Client } from 'openapi-fetch'
import type { paths } from './contract'

/** The part of an openapi-fetch client that we use: its types, and a small way to send calls. */
export type Calls = Pick<Client<paths>, 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE'>

type Values = Record<string, unknown>

interface Init extends Omit<RequestInit, 'body' | 'headers'> {
  params?: { path?: Values; query?: Values; header?: Values }
  headers?: Values
  body?: unknown
  bodySerializer?: (body: unknown) => BodyInit
}

/** Makes the calls of the API. `send` is given the finished request. */
export function makeCalls(origin: string, send: (request: Request) => Promise<Response>): Calls {
  const method =
    (name: string) =>
    async (path: string, init: Init = {}) => {
      const { params = {}, headers, body, bodySerializer = JSON.stringify, ...rest } = init
      const request = new Request(origin + fill(path, params.path) + query(params.query), {
        ...rest,
        method: name,
        credentials: 'same-origin',
        headers: headersOf(body, { ...headers, ...params.header }),
        ...(body === undefined ? {} : { body: bodySerializer(body) }),
      })
      const response = await send(request)
      const text = await response.text()
      // An answer of ours that is no JSON comes from something in between, and is as good as none.
      return response.ok
        ? { data: text ? JSON.parse(text) : undefined, response }
        : { error: parsed(text), response }
    }
  return {
    GET: method('GET'),
    POST: method('POST'),
    PUT: method('PUT'),
    PATCH: method('PATCH'),
    DELETE: method('DELETE'),
  } as unknown as Calls
}

function fill(path: string, values: Values = {}): string {
  return path.replace(/\{(\w+)\}/g, (place, name: string) =>
    name in values ? encodeURIComponent(String(values[name])) : place,
  )
}

/** Values that are not there are left out; a list is named once for each item. */
function query(values: Values = {}): string {
  const parts = Object.entries(values).flatMap(([name, value]) =>
    [value]
      .flat()
      .filter((one) => one !== undefined && one !== null)
      .map((one) => `${name}=${encodeURIComponent(String(one))}`),
  )
  return parts.length > 0 ? `?${parts.join('&')}` : ''
}

function headersOf(body: unknown, values: Values): Record<string, string> {
  const all: Record<string, string> =
    body === undefined ? {} : { 'Content-Type': 'application/json' }
  for (const [name, value] of Object.entries(values)) {
    if (value !== undefined && value !== null) all[name] = String(value)
  }
  return all
}

/** JSON where it is, the text itself where it is not (an answer of a proxy). */
export function parsed(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return text
  }
}
