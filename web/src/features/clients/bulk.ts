import type { ClientLimits, ClientOutcome, ClientsChange, ClientStatus } from '$api/contract'
import { number, t } from '$lib/text'
import { RESOURCES } from './limits'
import { parseTags } from '$lib/tags'

/** What is changed of many clients at once. */
export type BulkKind = 'status' | 'tags' | 'limits'

/** The form of a change of many clients. */
export interface BulkForm {
  status: ClientStatus
  add: string
  remove: string
  /** null stays as it is; -1 is no limit. */
  limits: Record<keyof ClientLimits, number | null>
}

export const EMPTY_FORM: BulkForm = {
  status: 'active',
  add: '',
  remove: '',
  limits: { seats: null, dashboards: null, private_links: null, api_calls: null },
}

/** The change as the API takes it. */
export function changeOf(kind: BulkKind, form: BulkForm, clients: string[]): ClientsChange {
  if (kind === 'status') return { clients, status: form.status }
  if (kind === 'tags')
    return { clients, add_tags: parseTags(form.add), remove_tags: parseTags(form.remove) }
  const change: ClientsChange = { clients }
  for (const resource of RESOURCES) {
    const limit = form.limits[resource]
    if (limit !== null) change[resource] = limit
  }
  return change
}

/** Says in words what happens to one client. */
export function happens(outcome: ClientOutcome): string {
  return outcome.changes
    .map((field) => {
      const values = [outcome.before, outcome.after].map((side) => {
        if (field === 'status') return t(`clients.status.${side.status}`)
        if (field === 'tags') return side.tags.join(', ') || t('clients.bulk.none')
        const limit = side[field as keyof ClientLimits]
        return limit < 0 ? t('client.resource.noLimit') : number(limit)
      })
      const label =
        field === 'status'
          ? t('clients.column.status')
          : field === 'tags'
            ? t('clients.tags')
            : t(`client.resource.${field as keyof ClientLimits}`)
      return `${label}: ${values.join(' → ')}`
    })
    .join(' · ')
}
