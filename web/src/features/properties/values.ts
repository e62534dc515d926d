/** What a property can hold, as the server checks it: the grid says at once what will be refused. */
import type { PropertyType } from '$api/contract'
import { t } from '$lib/text'

export const TYPES: PropertyType[] = ['text', 'number', 'date', 'list', 'secret']

/** Longest value in bytes. */
const LONGEST = 4096

const NAME = /^[A-Za-z_][A-Za-z0-9_.-]{0,63}$/

/** Why a text cannot be the name of a property, or null. */
export function nameProblem(name: string): string | null {
  if (!NAME.test(name)) return t('error.bad_property_name')
  return /^(company|user)\./.test(name) ? t('error.property_reserved') : null
}

/** Why a text is no value of a type, or null. An empty text always is one: no value. */
export function valueProblem(type: PropertyType, text: string): string | null {
  const value = type === 'secret' ? text : text.trim()
  if (value.trim() === '') return null
  if (new TextEncoder().encode(value).length > LONGEST) return t('error.value.too_long')
  if (type === 'number' && !/^[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?$/i.test(value)) {
    return t('error.value.number')
  }
  if (type === 'date' && !isDay(value)) return t('error.value.date')
  return null
}

function isDay(text: string): boolean {
  if (!/^\d{4}-\d{2}-\d{2}$/.test(text)) return false
  const time = Date.parse(`${text}T00:00:00Z`)
  return Number.isFinite(time) && new Date(time).toISOString().startsWith(text)
}
