import { staleSources } from '$api/clients'
import type { Client, ClientStatus } from '$api/contract'

/** Statuses in the order of the tabs. */
export const STATUSES: ClientStatus[] = ['active', 'setup', 'trial', 'disabled']

/** The mark of each status. */
export const STATUS_TONE = {
  active: 'good',
  setup: 'ring',
  trial: 'accent',
  disabled: 'off',
} as const satisfies Record<ClientStatus, string>

const NEXT: Record<ClientStatus, ClientStatus[]> = {
  setup: ['trial', 'active', 'disabled'],
  trial: ['active', 'disabled'],
  active: ['disabled'],
  disabled: ['active'],
}

/** Statuses that a client may change to (accounts, D7). */
export function nextStatuses(status: ClientStatus): ClientStatus[] {
  return NEXT[status]
}

/** State of a client's data in one word. */
export type DataState = 'paused' | 'none' | 'fresh' | 'stale'

export function dataState(client: Client): DataState {
  if (client.status === 'disabled') return 'paused'
  if (client.sources_total === 0) return 'none'
  return staleSources(client) > 0 ? 'stale' : 'fresh'
}

/** Says whether a limit of a client is used up; -1 is no limit. */
export function isFull(used: number, limit: number): boolean {
  return limit >= 0 && used >= limit
}

/** Says whether a client is one that the list's search and status would show. */
export function matches(client: Client, filter: { q: string; status?: ClientStatus | undefined }) {
  const q = filter.q.toLowerCase()
  return (
    (!filter.status || client.status === filter.status) &&
    (client.name.toLowerCase().includes(q) || client.slug.includes(q))
  )
}
