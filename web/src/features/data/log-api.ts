/** The log of refreshes of many data sources. */
import { createInfiniteQuery } from '@tanstack/svelte-query'
import { api, read } from '$api/client'
import type { LogQuery } from '$api/contract'

/** Attempts of a page. */
const PAGE = 50

/** Which attempts a log shows; "" selects all. */
export interface LogFilter {
  outcome: LogQuery['outcome'] | ''
  client: string
  credential: string
}

function queryOf({ outcome, client, credential }: LogFilter) {
  return {
    ...(outcome && { outcome }),
    ...(client && { client }),
    ...(credential && { credential }),
  }
}

/** Attempts of all data sources that the person may see, the newest first. */
export function useRefreshLog(account: () => string, filter: () => LogFilter) {
  return createInfiniteQuery(() => ({
    queryKey: [account(), 'data-sources', 'log', filter()],
    initialPageParam: '',
    queryFn: ({ pageParam, signal }: { pageParam: string; signal: AbortSignal }) =>
      read(
        api.GET('/api/v1/{account}/refresh-log', {
          params: {
            path: { account: account() },
            query: { limit: PAGE, ...queryOf(filter()), ...(pageParam && { cursor: pageParam }) },
          },
          signal,
        }),
      ),
    getNextPageParam: (last: { next_cursor: string | null }) => last.next_cursor || undefined,
    placeholderData: <T>(previous: T) => previous,
  }))
}

/** Address of all attempts of a filter as a CSV file. */
export function refreshLogHref(account: string, filter: LogFilter): string {
  const query = new URLSearchParams(queryOf(filter)).toString()
  return `/api/v1/${encodeURIComponent(account)}/refresh-log.csv${query ? `?${query}` : ''}`
}
