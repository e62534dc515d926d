/** What a dashboard hands to the share dialog that the route composes. */
export interface Sharing {
  id: string
  name: string
  /** "Includes 8 Klips (view only)". */
  reach: string
  /** Queries that show how often it is shared. */
  invalidates: readonly unknown[]
  close: () => void
}
