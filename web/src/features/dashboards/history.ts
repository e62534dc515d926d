/** Undo and redo over states that are never changed in place. */

/** A state, what led to it, and what was taken back. */
export interface History<S> {
  readonly past: readonly Step<S>[]
  readonly now: S
  readonly future: readonly Step<S>[]
}

interface Step<S> {
  readonly state: S
  /** Names the change between this state and the next one. */
  readonly label: string
}

/** Steps that are kept. */
const MOST = 200

export function startHistory<S>(state: S): History<S> {
  return { past: [], now: state, future: [] }
}

/**
 * The history after a change. Changes with the same `merge` in a row, such as letters typed into one
 * field, are one step.
 */
export function record<S>(history: History<S>, state: S, label: string, merge = false): History<S> {
  if (state === history.now) return history
  const last = history.past.at(-1)
  if (merge && last?.label === label) return { past: history.past, now: state, future: [] }
  const past = [...history.past, { state: history.now, label }].slice(-MOST)
  return { past, now: state, future: [] }
}

/** One step back; the same history at the start. */
export function undo<S>({ past, now, future }: History<S>): History<S> {
  const last = past.at(-1)
  if (!last) return { past, now, future }
  return {
    past: past.slice(0, -1),
    now: last.state,
    future: [{ state: now, label: last.label }, ...future],
  }
}

/** One step forward again; the same history at the end. */
export function redo<S>({ past, now, future }: History<S>): History<S> {
  const next = future[0]
  if (!next) return { past, now, future }
  return {
    past: [...past, { state: now, label: next.label }],
    now: next.state,
    future: future.slice(1),
  }
}
