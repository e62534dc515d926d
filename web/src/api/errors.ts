import type { MessageKey } from '$lib/messages'
import { hasText, t, type Params } from '$lib/text'
import { ApiError } from './client'

/**
 * The words of a code. Only those that every page needs come with this module: the rest is here where a page
 * brought it (query-client.ts, faults.ts).
 */
function keyOf(code: string): MessageKey | null {
  const keys = ['error', 'fault'].map((word) => [word, code].join('.'))
  return keys.find(hasText) ?? null
}

/** The sentence for a failure, worded by its code. */
export function errorText(error: unknown): string {
  if (!(error instanceof ApiError)) return t('error.unknown')
  const key = keyOf(error.code)
  if (key) return t(key, textParams(error.params))
  // The server words codes that this build does not know yet.
  return error.status > 0 && error.status < 500 && error.message
    ? error.message
    : t('error.unknown')
}

/** The sentence for what stands in the way of one of many things, worded by its code. */
export function problemText(problem: {
  code: string
  detail: string
  params?: Record<string, unknown>
}): string {
  const key = keyOf(problem.code)
  return key ? t(key, textParams(problem.params ?? {})) : problem.detail
}

/** The reference of a failure that the operator has to look into, or null. */
export function errorReference(error: unknown): string | null {
  return error instanceof ApiError && error.status >= 500 ? error.requestId : null
}

function textParams(params: Record<string, unknown>): Params {
  const out: Params = {}
  for (const [key, value] of Object.entries(params)) {
    if (typeof value === 'string' || typeof value === 'number') out[key] = value
  }
  return out
}
