import { makeCalls, parsed } from './calls'
import type { Problem } from './contract'

/** A refused or failed call. `code` is the server's, or "network" when no answer came. */
export class ApiError extends Error {
  readonly code: string
  readonly status: number
  /** Name of the input at fault, when the server names one. */
  readonly field: string | null
  /** Reference that the operator finds in the log. */
  readonly requestId: string | null
  readonly params: Record<string, unknown>

  constructor(problem: Partial<Problem> & { code: string }) {
    super(problem.detail ?? problem.title ?? problem.code)
    this.name = 'ApiError'
    this.code = problem.code
    this.status = problem.status ?? 0
    this.field = problem.field ?? null
    this.requestId = problem.request_id ?? null
    this.params = problem.params ?? {}
  }
}

/** Answers with these statuses stay the same when asked again. */
export function isFinal(error: unknown): boolean {
  return error instanceof ApiError && error.status >= 400 && error.status < 500
}

let send = (request: Request): Promise<Response> => globalThis.fetch(request)

/** Sends all calls through something else, as proof.svelte.ts does. */
export function sendThrough(other: typeof send): void {
  send = other
}

/** The calls of the API, typed by path. Use with `read` or `readVersioned`. */
export const api = makeCalls(
  typeof location === 'undefined' ? 'http://localhost' : location.origin,
  (request) => send(request),
)

interface Reply<T> {
  data?: T
  error?: unknown
  response: Response
}

/** Waits for a call and returns its body; throws an `ApiError` when it was refused or got no answer. */
export async function read<T>(call: Promise<Reply<T>>): Promise<T> {
  return (await settle(call)).data as T
}

/** Like `read`, with the version that the answer's ETag names; 0 without one. */
export async function readVersioned<T>(
  call: Promise<Reply<T>>,
): Promise<{ body: T; version: number }> {
  const { data, response } = await settle(call)
  const version = /^(?:W\/)?"(\d+)"$/.exec(response.headers.get('etag') ?? '')?.[1]
  return { body: data as T, version: Number(version ?? 0) }
}

async function settle<T>(call: Promise<Reply<T>>): Promise<Reply<T>> {
  let reply: Reply<T>
  try {
    reply = await call
  } catch (cause) {
    if (cause instanceof DOMException && cause.name === 'AbortError') throw cause
    throw new ApiError({ code: 'network' })
  }
  if (!reply.response.ok) throw asError(reply.error, reply.response)
  return reply
}

/** Header of a write that must meet the version the person has seen. */
export function ifMatch(version: number): { 'If-Match': string } {
  return { 'If-Match': `"${version}"` }
}

/** A name that nobody guesses: 32 hex digits. */
export const randomName = () =>
  Array.from(crypto.getRandomValues(new Uint8Array(16)), (b) =>
    b.toString(16).padStart(2, '0'),
  ).join('')

/**
 * Keys that make a creating call safe to repeat: the same body gets the same key, a changed body a new
 * one. Make one keeper per open form.
 */
export function keepKeys(): (body: unknown) => { 'Idempotency-Key': string } {
  let last = ''
  let key = ''
  return (body) => {
    const text = JSON.stringify(body)
    if (text !== last || key === '') {
      last = text
      key = randomName()
    }
    return { 'Idempotency-Key': key }
  }
}

/** Sends a file as it is, reports its progress from 0 to 1, and returns the parsed answer. */
export function upload(
  path: string,
  file: File,
  options: { onprogress?: (part: number) => void; signal?: AbortSignal } = {},
): Promise<unknown> {
  return new Promise((resolve, reject) => {
    const request = new XMLHttpRequest()
    request.open('POST', `${path}?name=${encodeURIComponent(file.name)}`)
    request.setRequestHeader('Content-Type', file.type || 'application/octet-stream')
    request.upload.onprogress = (event) => {
      if (event.lengthComputable) options.onprogress?.(event.loaded / event.total)
    }
    request.onerror = () => reject(new ApiError({ code: 'network' }))
    request.onabort = () => reject(new DOMException('Aborted', 'AbortError'))
    request.onload = () => {
      options.onprogress?.(1) // who has answered has it all
      const body = parsed(request.responseText)
      if (request.status < 300) resolve(body)
      else reject(asError(body, request))
    }
    options.signal?.addEventListener('abort', () => request.abort())
    request.send(file)
  })
}

/** Codes for answers without a problem document, such as those of a proxy. */
const BY_STATUS: Record<number, string> = {
  401: 'unauthenticated',
  403: 'forbidden',
  404: 'not_found',
  429: 'rate_limited',
  502: 'network',
  503: 'network',
  504: 'network',
}

function asError(body: unknown, response: { status: number }): ApiError {
  const status = response.status
  const problem = isRecord(body) ? body : {}
  const text = (key: string) => (typeof problem[key] === 'string' ? { [key]: problem[key] } : {})
  return new ApiError({
    ...text('title'),
    ...text('detail'),
    ...text('field'),
    ...text('request_id'),
    code: typeof problem.code === 'string' ? problem.code : (BY_STATUS[status] ?? 'unknown'),
    params: isRecord(problem.params) ? problem.params : {},
    status,
  })
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null
}
