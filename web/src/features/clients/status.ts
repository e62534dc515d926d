import { staleSources } from '$api/clients'
import type { Client, ClientNeed, ClientSetUp, ClientStatus } from '$api/contract'

/** Statuses in the order of the tabs. */
export const STATUSES: ClientStatus[] = ['active', 'setup', 'trial', 'disabled']

/** Why clients need somebody, in the order of the strip. */
export const CAUSES: ClientNeed['cause'][] = [
  'stale',
  'property',
  'behind',
  'trial_ending',
  'trial_ended',
  'near_limit',
  'setup',
]

/** The mark of each status. */
export const STATUS_TONE = {
  active: 'good',
  setup: 'ring',
  trial: 'accent',
  disabled: 'off',
} as const satisfies Record<ClientStatus, string>

/** A step of setting a client up. */
export interface Step {
  id: 'added' | 'groups' | 'users' | 'branding' | 'import'
  done: boolean
}

/** The five steps of setting a client up, from what is there. Branding can be put off. */
export function setUpSteps(facts: ClientSetUp): Step[] {
  return [
    { id: 'added', done: true },
    { id: 'groups', done: facts.groups > 0 },
    { id: 'users', done: facts.users > 0 },
    { id: 'branding', done: facts.branding_later },
    { id: 'import', done: facts.imported + facts.made > 0 },
  ]
}

/** Days until a moment, rounded up; 0 when it is today or over. */
export function daysUntil(at: string, now: number): number {
  return Math.max(0, Math.ceil((Date.parse(at) - now) / 86_400_000))
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
