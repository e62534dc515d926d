import type { ClientLimits } from '$api/contract'

export type Resource = keyof ClientLimits

/** The four limits in the order in which they are shown. */
export const RESOURCES: Resource[] = ['seats', 'dashboards', 'private_links', 'api_calls']

/** Limits while they are typed: null is none. */
export type DraftLimits = Record<Resource, number | null>

/** Limits as the API has them become those of a form. */
export function draftOf(limits: ClientLimits): DraftLimits {
  const none = (n: number) => (n < 0 ? null : n)
  return {
    seats: none(limits.seats),
    dashboards: none(limits.dashboards),
    private_links: none(limits.private_links),
    api_calls: none(limits.api_calls),
  }
}

/** Limits of a form become those of the API. */
export function limitsOf(draft: DraftLimits): ClientLimits {
  return {
    seats: draft.seats ?? -1,
    dashboards: draft.dashboards ?? -1,
    private_links: draft.private_links ?? -1,
    api_calls: draft.api_calls ?? -1,
  }
}
