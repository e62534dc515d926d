/** The values that the page of security offers, in words. */
import { t } from '$lib/text'

const MINUTE = 60
const HOUR = 60 * MINUTE
const DAY = 24 * HOUR

/** What an account asks of sign-ins, by the name of the setting. */
export const SECURITY = {
  session_idle_s: [15 * MINUTE, 30 * MINUTE, HOUR, 4 * HOUR, 12 * HOUR, DAY, 7 * DAY, 30 * DAY],
  session_max_s: [8 * HOUR, 12 * HOUR, DAY, 7 * DAY, 14 * DAY, 30 * DAY],
  password_length: [10, 12, 14, 16, 20, 24],
  password_classes: [1, 2, 3, 4],
  password_history: [0, 3, 5, 10, 24],
  password_max_age_days: [0, 365, 180, 90, 60, 30],
  lock_tries: [10, 8, 5, 3],
  lock_s: [15 * MINUTE, 30 * MINUTE, HOUR, 4 * HOUR, DAY],
} as const

export type SecurityName = keyof typeof SECURITY

/** Settings of which more is stricter; of the others less is. */
const MORE = new Set<SecurityName>([
  'password_length',
  'password_classes',
  'password_history',
  'lock_s',
])

/** Says whether a value is less strict than what must be kept. */
export function isLooser(name: SecurityName, value: number, floor: number): boolean {
  if (name === 'password_max_age_days' && (value === 0 || floor === 0)) return value < floor
  return MORE.has(name) ? value < floor : value > floor
}

function span(seconds: number): string {
  if (seconds % DAY === 0) return t('security.days', { n: seconds / DAY })
  if (seconds % HOUR === 0) return t('security.hours', { n: seconds / HOUR })
  return t('security.minutes', { n: Math.round(seconds / MINUTE) })
}

/** A value in words. */
export function valueText(name: SecurityName, value: number): string {
  switch (name) {
    case 'password_length':
      return t('security.characters', { n: value })
    case 'password_classes':
      return value === 1 ? t('security.anyKind') : t('security.kinds', { n: value })
    case 'password_history':
      return value === 0 ? t('security.noHistory') : t('security.passwords', { n: value })
    case 'password_max_age_days':
      return value === 0 ? t('security.noAge') : t('security.days', { n: value })
    case 'lock_tries':
      return t('security.tries', { n: value })
    default:
      return span(value)
  }
}

/** What can be chosen: at least as strict as the floor, and the present value. */
export function choices(name: SecurityName, present: number, floor: number | null) {
  const list = [...SECURITY[name], present, ...(floor === null ? [] : [floor])]
  return [...new Set(list)]
    .filter((value) => floor === null || !isLooser(name, value, floor))
    .sort((a, b) => (isLooser(name, a, b) ? -1 : 1))
    .map((value) => ({ value: String(value), label: valueText(name, value) }))
}
