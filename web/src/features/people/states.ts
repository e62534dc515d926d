import type { Person } from './api'

/** States of a person in the order of the list's tabs. */
export const STATES = ['active', 'invited', 'held', 'deactivated'] as const

export const STATE_TONE = {
  active: 'good',
  invited: 'accent',
  held: 'ring',
  deactivated: 'off',
} as const satisfies Record<Person['state'], string>
