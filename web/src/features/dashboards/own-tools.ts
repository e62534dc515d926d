/** What the head of a dashboard offers to people who may change it; see own-actions.svelte.ts. */
import type { Action } from '$ui/actions.svelte'
import type { MenuItem } from '$ui/menu.svelte'

export interface OwnTools {
  /** Where it is arranged; null for those who may not. */
  readonly editPath: string | null
  /** Opens the share dialog; null for those who may not share it. */
  readonly share: (() => void) | null
  /** Rows of its menu. */
  readonly rows: readonly MenuItem[]
  /** With their keys. */
  readonly actions: readonly Action[]
  /** Why the last one did not work. */
  readonly failure: unknown
}
