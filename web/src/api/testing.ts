/** For tests of screens: parts run in jsdom against answers that the test gives. */
import { QueryClient } from '@tanstack/svelte-query'
import { render } from '@testing-library/svelte'
import type { Component } from 'svelte'
import { vi } from 'vitest'
import type { Context } from './contract'
import Harness from './testing.svelte'

/** One call that a screen made. */
export interface Call {
  /** "PATCH /api/v1/agency/people/1?limit=2" */
  what: string
  body: unknown
  ifMatch: string | null
}

/** Answer to a call: a body, or a status with a problem. */
export type Answer = (call: Call) => unknown

/** A refusal, for a test's answers. */
export class Refused {
  constructor(
    readonly status: number,
    readonly code: string,
  ) {}
}

/**
 * Answers the calls of the API by the longest entry that "METHOD /path" begins with, and keeps them.
 * An answer may be a promise.
 */
export function serve(answers: Record<string, Answer>): Call[] {
  const calls: Call[] = []
  vi.stubGlobal('fetch', async (request: Request) => {
    const url = new URL(request.url)
    const what = `${request.method} ${url.pathname}${url.search}`
    const text = await request.text()
    const ifMatch = request.headers.get('If-Match')
    const call = { what, body: text ? (JSON.parse(text) as unknown) : null, ifMatch }
    calls.push(call)
    const key = Object.keys(answers)
      .filter((one) => what.startsWith(one))
      .sort((a, b) => b.length - a.length)[0]
    const got = await (key === undefined ? new Refused(404, 'not_found') : answers[key]?.(call))
    if (got instanceof Refused) {
      return Response.json({ code: got.code, status: got.status }, { status: got.status })
    }
    const version = (got as { version?: unknown } | null)?.version
    const headers: Record<string, string> =
      typeof version === 'number' ? { ETag: `"${version}"` } : {}
    return Response.json(got ?? {}, { headers })
  })
  return calls
}

const CONTEXT: Context = {
  account: { slug: 'agency', name: 'Agency', kind: 'agency' },
  user: { id: 'me', name: 'Me', email: 'me@example.org' },
  permissions: [],
  file_bytes: 100 * 2 ** 20,
} as unknown as Context

/** Shows a part in the account `/agency` to somebody who has the permissions. */
export function show<Props extends Record<string, unknown>>(
  part: Component<Props>,
  props: Props,
  permissions: string[] = [],
) {
  const client = new QueryClient({
    defaultOptions: { queries: { retry: false, notifyOnChangeProps: 'all' } },
  })
  const context = { ...CONTEXT, permissions }
  const own = { client, context, part: part as Component<Record<string, unknown>>, values: props }
  const { rerender } = render(Harness, { props: own })
  return { client, change: (next: Props) => rerender({ ...own, values: next }) }
}
