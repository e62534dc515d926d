/** Drafts in this browser: what was changed and not saved yet survives a crash. */
import type { KlipDoc } from '$api/contract'

/** Time between two writes, in milliseconds. */
export const DRAFT_EVERY = 10_000

export interface Draft {
  /** The version of the Klip that the changes were made to. */
  version: number
  /** Milliseconds since 1970. */
  at: number
  klip: KlipDoc
}

/** The place of the draft of one person for one Klip. */
export function draftKey(person: string, klip: string): string {
  return `octavo.draft.${person}.${klip}`
}

type Store = Pick<Storage, 'getItem' | 'setItem' | 'removeItem'>

/** The draft of a key, null without one or when it cannot be read. */
export function readDraft(store: Store, key: string): Draft | null {
  try {
    const found: unknown = JSON.parse(store.getItem(key) ?? 'null')
    return isDraft(found) ? found : null
  } catch {
    return null
  }
}

/** Writes a draft. False when the browser has no room or refuses. */
export function writeDraft(store: Store, key: string, draft: Draft): boolean {
  try {
    store.setItem(key, JSON.stringify(draft))
    return true
  } catch {
    return false
  }
}

export function dropDraft(store: Store, key: string): void {
  try {
    store.removeItem(key)
  } catch {
    // A browser that refuses its storage has no draft either.
  }
}

function isDraft(value: unknown): value is Draft {
  if (typeof value !== 'object' || value === null) return false
  const { version, at, klip } = value as Record<string, unknown>
  const doc = klip as { components?: unknown; workspace?: unknown } | null | undefined
  return (
    typeof version === 'number' &&
    typeof at === 'number' &&
    Array.isArray(doc?.components) &&
    typeof doc.workspace === 'object'
  )
}
