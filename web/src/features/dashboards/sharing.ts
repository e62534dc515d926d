/** What a dashboard hands to the share dialog that the route composes. */
export interface Sharing {
  id: string
  name: string
  /** Queries that show how often it is shared. */
  invalidates: readonly unknown[]
  close: () => void
}
