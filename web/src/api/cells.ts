/** Values of properties that the server refused. */
import { hasText, t } from '$lib/text'
import { ApiError } from './client'
import { problemText } from './errors'

interface Problem {
  code: string
  message: string
  params?: Record<string, unknown>
}

/** What is wrong with single values, in words; empty when the failure is not about values. */
export function cellFaults(error: unknown): { client: string; name: string; text: string }[] {
  const cells = error instanceof ApiError ? error.params.cells : undefined
  if (!Array.isArray(cells)) return []
  return (cells as (Problem & { client: string; name: string })[]).map((cell) => ({
    client: cell.client,
    name: cell.name,
    text: cellText(cell),
  }))
}

/** Why a value was refused: what its type wants, where that is the reason. */
export function cellText({ code, message, params = {} }: Problem): string {
  const reason = `error.value.${String(params.reason)}`
  if (code === 'bad_property_value' && hasText(reason)) return t(reason)
  return problemText({ code, params, detail: message })
}
