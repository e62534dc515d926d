/** A change of records with everything to take it back. Undo, drafts and listeners share it. */
import { freeze, type KlipItem, type Records } from './records'

export interface Diff {
  readonly added: Records
  /** Before and after, by id. */
  readonly updated: Readonly<Record<string, readonly [KlipItem, KlipItem]>>
  readonly removed: Records
}

export const EMPTY: Diff = { added: {}, updated: {}, removed: {} }

/** The diff that puts items in place of the records with their ids, adding those that are new. */
export function put(records: Records, ...items: KlipItem[]): Diff {
  const added: Record<string, KlipItem> = {}
  const updated: Record<string, readonly [KlipItem, KlipItem]> = {}
  for (const item of items) {
    const before = records[item.id]
    if (!before) added[item.id] = item
    else if (before !== item) updated[item.id] = [before, item]
  }
  return { added, updated, removed: {} }
}

/** The diff that takes records away. */
export function take(records: Records, ids: readonly string[]): Diff {
  const removed: Record<string, KlipItem> = {}
  for (const id of ids) {
    const item = records[id]
    if (item) removed[id] = item
  }
  return { added: {}, updated: {}, removed }
}

/** The diff between two states. */
export function between(before: Records, after: Records): Diff {
  const gone = Object.keys(before).filter((id) => !(id in after))
  const changed = Object.values(after).filter((item) => !sameItem(before[item.id], item))
  return both(take(before, gone), put(before, ...changed))
}

function sameItem(a: KlipItem | undefined, b: KlipItem): boolean {
  return a === b || JSON.stringify(a) === JSON.stringify(b)
}

export function isEmpty(diff: Diff): boolean {
  return [diff.added, diff.updated, diff.removed].every((part) => Object.keys(part).length === 0)
}

/** The records after a change. */
export function apply(records: Records, diff: Diff): Records {
  const next: Record<string, KlipItem> = { ...records, ...diff.added }
  for (const [id, [, after]] of Object.entries(diff.updated)) next[id] = after
  for (const id of Object.keys(diff.removed)) delete next[id]
  return freeze(next)
}

/** The change that takes a change back. */
export function invert(diff: Diff): Diff {
  const updated: Record<string, readonly [KlipItem, KlipItem]> = {}
  for (const [id, [before, after]] of Object.entries(diff.updated)) updated[id] = [after, before]
  return { added: diff.removed, updated, removed: diff.added }
}

/** Two changes of different records as one. */
export function both(a: Diff, b: Diff): Diff {
  return {
    added: { ...a.added, ...b.added },
    updated: { ...a.updated, ...b.updated },
    removed: { ...a.removed, ...b.removed },
  }
}

/** One change that does what two do in turn. */
export function squash(first: Diff, second: Diff): Diff {
  const added: Record<string, KlipItem> = { ...first.added }
  const updated: Record<string, readonly [KlipItem, KlipItem]> = { ...first.updated }
  const removed: Record<string, KlipItem> = { ...first.removed }
  for (const [id, item] of Object.entries(second.added)) {
    const before = removed[id]
    delete removed[id]
    if (before) updated[id] = [before, item]
    else added[id] = item
  }
  for (const [id, [before, after]] of Object.entries(second.updated)) {
    if (added[id]) added[id] = after
    else updated[id] = [updated[id]?.[0] ?? before, after]
  }
  for (const [id, item] of Object.entries(second.removed)) {
    if (added[id]) delete added[id]
    else removed[id] = updated[id]?.[0] ?? item
    delete updated[id]
  }
  return { added, updated, removed }
}

/** Ids that a change touches and that exist afterwards. */
export function touched(diff: Diff): string[] {
  return [...Object.keys(diff.added), ...Object.keys(diff.updated)]
}
