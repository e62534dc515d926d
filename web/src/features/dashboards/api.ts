/** Calls of the dashboards feature, and the queries of its lists. */
import { createInfiniteQuery, createQuery } from '@tanstack/svelte-query'
import { api, ApiError, ifMatch, read, readVersioned } from '$api/client'
import type { Dashboard, DashboardDetail, DashboardDoc, Klip } from '$api/contract'
import { queryOf, type Choice } from '$api/choice'
import { dashboardKeys, getDashboard } from './reading'

type Text = () => string

/** Dashboards of a page. */
const PAGE = 60

/** Pages of dashboards whose title matches. */
export function useDashboards(account: Text, q: Text, choice: () => Choice) {
  return createInfiniteQuery(() => {
    const asked = queryOf(choice()) // once for all pages: a cursor belongs to its query
    return {
      queryKey: [...dashboardKeys.list(account(), q()), asked],
      initialPageParam: '',
      queryFn: ({ pageParam, signal }: { pageParam: string; signal: AbortSignal }) =>
        read(
          api.GET('/api/v1/{account}/dashboards', {
            params: {
              path: { account: account() },
              query: {
                limit: PAGE,
                ...(q() && { q: q() }),
                ...asked,
                ...(pageParam && { cursor: pageParam }),
              },
            },
            signal,
          }),
        ),
      getNextPageParam: (last: { next_cursor: string | null }) => last.next_cursor || undefined,
      placeholderData: <T>(previous: T) => previous,
    }
  })
}

/** Placements for a thumbnail. Reading them tells the server that the dashboard was opened. */
export function useOutline(account: Text, dashboard: () => Dashboard, enabled: () => boolean) {
  return createQuery(() => {
    const { id, version } = dashboard()
    return {
      queryKey: dashboardKeys.outline(account(), id, version),
      enabled: enabled(),
      staleTime: Infinity,
      queryFn: async ({ signal }) =>
        (await getDashboard(account(), id, signal)).body.dashboard.placements ?? [],
    }
  })
}

/** Makes a dashboard. `key` makes the call safe to repeat. */
export function createDashboard(
  account: string,
  doc: { title: string; description?: string } | DashboardDoc,
  key: { 'Idempotency-Key': string },
): Promise<DashboardDetail> {
  return read(
    api.POST('/api/v1/{account}/dashboards', {
      params: { path: { account } },
      body: doc,
      headers: key,
    }),
  )
}

/** Stores the document of a dashboard that is still at `version`. */
export function saveDashboard(account: string, id: string, version: number, doc: DashboardDoc) {
  return readVersioned(
    api.PUT('/api/v1/{account}/dashboards/{id}', {
      params: { path: { account, id } },
      body: doc,
      headers: ifMatch(version),
    }),
  )
}

/** Moves a dashboard that is still at `version` to the bin, with the Klips that only it shows if `klips` is set. */
export function trashDashboard(
  account: string,
  id: string,
  version: number,
  klips = false,
): Promise<void> {
  return read(
    api.DELETE('/api/v1/{account}/dashboards/{id}', {
      params: { path: { account, id }, query: klips ? { klips } : {} },
      headers: ifMatch(version),
    }),
  )
}

/** Makes a dashboard of the person's own of another, with the same Klips or with copies of them. */
export function copyDashboard(
  account: string,
  id: string,
  klips: boolean,
  key: { 'Idempotency-Key': string },
): Promise<DashboardDetail> {
  return read(
    api.POST('/api/v1/{account}/dashboards/{id}/copy', {
      params: { path: { account, id }, query: klips ? { klips } : {} },
      headers: key,
    }),
  )
}

/** Who saved the newest version, and when; null when the server does not tell. */
export async function newestSave(account: string, id: string) {
  const { items } = await read(
    api.GET('/api/v1/{account}/assets/{id}/versions', { params: { path: { account, id } } }),
  )
  return items.find((version) => version.current) ?? null
}

/** Klips that the tray offers, at most 60; the search narrows them. */
export function useTrayKlips(account: Text, q: Text, enabled: () => boolean = () => true) {
  return createQuery(() => ({
    queryKey: dashboardKeys.klips(account(), q()),
    enabled: enabled(),
    queryFn: ({ signal }): Promise<{ items: Klip[]; next_cursor: string | null }> =>
      read(
        api.GET('/api/v1/{account}/klips', {
          params: { path: { account: account() }, query: { limit: PAGE, ...(q() && { q: q() }) } },
          signal,
        }),
      ),
    placeholderData: <T>(previous: T) => previous,
  }))
}

/** Says whether there is an account to import from; false when the server refuses. */
export function useCanImport(account: Text, enabled: () => boolean) {
  return createQuery(() => ({
    queryKey: dashboardKeys.sources(account()),
    enabled: enabled(),
    staleTime: 5 * 60_000,
    queryFn: async ({ signal }) => {
      const call = api.GET('/api/v1/{account}/import/accounts', {
        params: { path: { account: account() } },
        signal,
      })
      const { items } = await read(call).catch((error: unknown) => {
        if (error instanceof ApiError && error.status === 403) return { items: [] }
        throw error
      })
      return items.length > 0
    },
  }))
}
