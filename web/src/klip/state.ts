/** What a Klip is doing, besides the result it has. */
import type { ComponentResult, KlipResult } from '$draw/index'

/** The part a skeleton imitates. */
export type Shape = ComponentResult['type']

/** State of a Klip on a page. An old result stays on screen while there is one. */
export type KlipState =
  | { kind: 'ready' }
  | { kind: 'loading'; shape?: Shape }
  | { kind: 'refreshing' }
  /** `since` is a time as people write it, such as "06:00". */
  | { kind: 'error'; reason: string; since?: string }
  | { kind: 'empty'; message?: string }
  | { kind: 'waiting'; message: string }
  | { kind: 'no_permission' }
  | { kind: 'over_limit'; message: string }

/** A note beside the title about the age of the data; null when it is fresh. */
export interface Freshness {
  text: string
  /** Full time with zone, shown on hover. */
  detail?: string
  /** `warn`: newer data should be there; `bad`: it could not be fetched. */
  tone?: 'warn' | 'bad'
}

/** Texts of the view. */
export const WORDS = {
  noData: 'No data in this period.',
  notShared: 'Not shared with you.',
  stillLoading: 'Still loading.',
  couldNotRefresh: 'Could not refresh.',
  couldNotRefreshSince: 'Could not refresh since {0}.',
  viewAsTable: 'View as table',
  viewAsPicture: 'View as picture',
  showing: 'Showing {0} of {1} rows',
  loading: 'Loading',
  choose: 'Choose…',
  fixed: 'This value is set for the account or for you and cannot be changed here.',
  up: 'up',
  down: 'down',
} as const

/** True when there is nothing to show: no component, or only ones without a single value. */
export function isEmptyResult(result: KlipResult): boolean {
  return result.components.every((component) => !component.error && isEmptyComponent(component))
}

function isEmptyComponent({ chart, table, value, input }: ComponentResult): boolean {
  if (input) return false
  if (chart) return chart.series.every((s) => s.items.raw.every((raw) => raw === null))
  if (table) return table.rows === 0
  return !value
}
