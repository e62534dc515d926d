/** Queries that more than one screen needs. The first part of every key is the account's slug. */
import { createQuery } from './cache'
import { api, read } from './client'

export const sharedKeys = {
  context: (account: string) => [account, 'context'] as const,
  /** Prefix of everything about clients, for invalidation. */
  clients: (account: string) => [account, 'clients'] as const,
  clientsSummary: (account: string) => [account, 'clients', 'summary'] as const,
  /** Prefix of everything about dashboards. */
  dashboards: (account: string) => [account, 'dashboards'] as const,
  dashboardTabs: (account: string) => [account, 'dashboards', 'tabs'] as const,
}

export function useContext(account: () => string) {
  return createQuery(() => ({
    queryKey: sharedKeys.context(account()),
    queryFn: ({ signal }) =>
      read(
        api.GET('/api/v1/{account}/context', { params: { path: { account: account() } }, signal }),
      ),
    staleTime: 60_000,
  }))
}

/** The person of this browser, the same in every account. */
export function useMe() {
  return createQuery(() => ({
    queryKey: ['me'],
    queryFn: ({ signal }) => read(api.GET('/api/v1/me', { signal })),
    staleTime: Infinity,
  }))
}

/** Jobs of the server by state, and their kinds, for its owner; asked for again every so many milliseconds. */
export function useJobsSummary(every: number, enabled: () => boolean = () => true) {
  return createQuery(() => ({
    queryKey: ['jobs', 'summary'],
    enabled: enabled(),
    queryFn: ({ signal }) => read(api.GET('/api/v1/server/jobs-summary', { signal })),
    refetchInterval: every,
  }))
}

export function useClientsSummary(account: () => string, enabled: () => boolean = () => true) {
  return createQuery(() => ({
    queryKey: sharedKeys.clientsSummary(account()),
    enabled: enabled(),
    queryFn: ({ signal }) =>
      read(
        api.GET('/api/v1/{account}/clients-summary', {
          params: { path: { account: account() } },
          signal,
        }),
      ),
  }))
}

/** Most dashboards that the bar of a viewer lists. */
const TABS = 100

/** Dashboards of the account in the person's order. */
export function useDashboardTabs(account: () => string, enabled: () => boolean = () => true) {
  return createQuery(() => ({
    queryKey: sharedKeys.dashboardTabs(account()),
    enabled: enabled(),
    queryFn: ({ signal }) =>
      read(
        api.GET('/api/v1/{account}/dashboards', {
          params: { path: { account: account() }, query: { limit: TABS } },
          signal,
        }),
      ),
  }))
}
