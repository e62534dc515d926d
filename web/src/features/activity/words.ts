/** Words for the lines of the activity. */
import type { Activity } from '$api/contract'
import { hasText, t } from '$lib/text'

/** First words of actions, which the list can be filtered by. */
export const GROUPS = [
  'account',
  'activity',
  'client',
  'credential',
  'dashboard',
  'demo',
  'group',
  'groups',
  'import',
  'job',
  'key',
  'klip',
  'mail',
  'profile',
  'property',
  'role',
  'settings',
  'source',
  'user',
  'user_property',
  'visit',
] as const

/** What was done, as the rest of a sentence behind a name; an action without words stands as it is. */
export function deed(line: Activity): string {
  const key = `activity.did.${line.action}`
  if (!hasText(key)) return `${line.action} ${line.subject_name || line.subject}`.trim()
  return t(key, { subject: line.subject_name || line.subject }).trim()
}

function shown(value: unknown): string {
  if (value === null || value === undefined || value === '') return t('activity.none')
  if (typeof value === 'boolean') return t(value ? 'activity.yes' : 'activity.no')
  if (Array.isArray(value) && value.every((one) => typeof one !== 'object'))
    return value.length > 0 ? value.join(', ') : t('activity.none')
  return typeof value === 'object' ? JSON.stringify(value) : String(value)
}

/** Fields that changed, each in one line; what else is told of an action as well. */
export function changes(line: Activity): string[] {
  return Object.entries(line.detail).map(([field, value]) => {
    const name = field.replaceAll('_', ' ')
    if (typeof value !== 'object' || value === null) return `${name}: ${shown(value)}`
    const pair = value as { before?: unknown; after?: unknown }
    if (!('before' in pair) && !('after' in pair)) return `${name}: ${shown(value)}`
    if (!('before' in pair)) return t('activity.fieldNew', { name, after: shown(pair.after) })
    if (!('after' in pair)) return t('activity.fieldGone', { name, before: shown(pair.before) })
    return t('activity.field', { name, before: shown(pair.before), after: shown(pair.after) })
  })
}

/** Where a person was, or how they came in, beside their name; "" for people at home. */
export function whence(line: Activity): string {
  if (line.from_agency && line.person.name !== line.agency) {
    return t(line.visiting ? 'activity.visiting' : 'activity.ofAgency', { agency: line.agency })
  }
  if (line.via === 'api_key') return t('activity.key')
  return line.via === 'operator' ? t('activity.operator') : ''
}
