/** Keys of the dashboards feature, and the queries of the page of a dashboard. */
import { createQuery } from '$api/cache'
import { api, ApiError, read, readVersioned } from '$api/client'
import { sharedKeys } from '$api/queries'
import { mergeResults, type Answers } from './answers'

type Text = () => string

export const dashboardKeys = {
  all: sharedKeys.dashboards,
  list: (account: string, q: string) => [...sharedKeys.dashboards(account), 'list', q] as const,
  one: (account: string, id: string) => [...sharedKeys.dashboards(account), 'one', id] as const,
  outline: (account: string, id: string, version: number) =>
    [...sharedKeys.dashboards(account), 'outline', id, version] as const,
  results: (account: string, id: string) =>
    [...sharedKeys.dashboards(account), 'results', id] as const,
  saver: (account: string, id: string, version: number) =>
    [...sharedKeys.dashboards(account), 'saver', id, version] as const,
  klips: (account: string, q: string) => [account, 'klips', 'tray', q] as const,
  sources: (account: string) => [account, 'import-sources'] as const,
}

/** A dashboard with the version that a change must name. */
export function useDashboard(account: Text, id: Text) {
  return createQuery(() => ({
    queryKey: dashboardKeys.one(account(), id()),
    queryFn: ({ signal }) => getDashboard(account(), id(), signal),
  }))
}

export function getDashboard(account: string, id: string, signal?: AbortSignal) {
  return readVersioned(
    api.GET('/api/v1/{account}/dashboards/{id}', {
      params: { path: { account, id } },
      ...(signal && { signal }),
    }),
  )
}

/** Time after which results are asked for again, in milliseconds. */
const REFRESH = 60_000

/** What a browser draws of all Klips of a dashboard, in one request that costs little when nothing changed. */
export function useResults(account: Text, id: Text, choices: () => readonly string[]) {
  return createQuery<Answers>(() => {
    const set = [...choices()]
    const queryKey = [...dashboardKeys.results(account(), id()), ...set]
    return {
      queryKey,
      // Parts that did not change stay the same objects, so that no Klip is drawn again for nothing.
      structuralSharing: false,
      refetchInterval: REFRESH,
      queryFn: async ({ signal, client }) => {
        const before = client.getQueryData<Answers>(queryKey)
        return fetchResults(account(), id(), set, before, signal)
      },
      // While a choice is computed, what was there stays.
      placeholderData: (previous, query) => (query?.queryKey[3] === id() ? previous : undefined),
    }
  })
}

async function fetchResults(
  account: string,
  id: string,
  set: string[],
  before: Answers | undefined,
  signal: AbortSignal,
): Promise<Answers> {
  const call = api.GET('/api/v1/{account}/dashboards/{id}/results', {
    params: { path: { account, id }, query: set.length > 0 ? { set } : {} },
    ...(before?.tag && { headers: { 'If-None-Match': before.tag } }),
    signal,
  })
  try {
    const results = await read(call)
    const tag = (await call).response.headers.get('etag') ?? ''
    return mergeResults(before, { ...results, tag })
  } catch (error) {
    if (before && error instanceof ApiError && error.status === 304) return { ...before }
    throw error
  }
}
