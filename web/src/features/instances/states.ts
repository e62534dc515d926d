/** States that the list of instances is narrowed by. Pure, so that it can be tested. */
import type { Instance } from '$api/contract'

export const STATES = ['up_to_date', 'behind', 'edited', 'rebound', 'blocked'] as const
export type State = (typeof STATES)[number]

/** Reads a state from an address; null = all. */
export function parseState(text: string | null): State | null {
  return STATES.find((state) => state === text) ?? null
}

/** An edited or re-bound instance is up to date, behind or blocked besides. */
export function isIn(one: Instance, state: State): boolean {
  if (state === 'edited') return one.edited
  if (state === 'rebound') return one.rebound
  return one.state === state
}

/** How many are in each state. */
export function countStates(items: readonly Instance[]): Record<State, number> {
  const of = (state: State) => items.filter((one) => isIn(one, state)).length
  return {
    up_to_date: of('up_to_date'),
    behind: of('behind'),
    edited: of('edited'),
    rebound: of('rebound'),
    blocked: of('blocked'),
  }
}
