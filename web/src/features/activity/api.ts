/** Calls and queries of the activity. */
import { createInfiniteQuery } from '@tanstack/svelte-query'
import { api, read } from '$api/client'

/** What the list shows, as the address says it; `since` is a time, "" for none. */
export interface ActivityFilter {
  group: string
  client: string
  person: string
  subject: string
  since: string
}

/** Lines of a page. */
const PAGE = 50

/** The filters as the API takes them; those that are empty are left out. */
export function activityQuery({ group, client, person, subject, since }: ActivityFilter) {
  return {
    ...(group && { group }),
    ...(client && { client }),
    ...(person && { person }),
    ...(subject && { subject }),
    ...(since && { from: since }),
  }
}

export function useActivity(
  account: () => string,
  filter: () => ActivityFilter,
  enabled = () => true,
) {
  return createInfiniteQuery(() => ({
    queryKey: [account(), 'activity', filter()],
    enabled: enabled(),
    initialPageParam: '',
    queryFn: ({ pageParam, signal }: { pageParam: string; signal: AbortSignal }) =>
      read(
        api.GET('/api/v1/{account}/activity', {
          params: {
            path: { account: account() },
            query: {
              limit: PAGE,
              ...activityQuery(filter()),
              ...(pageParam && { cursor: pageParam }),
            },
          },
          signal,
        }),
      ),
    getNextPageParam: (last: { next_cursor: string | null }) => last.next_cursor || undefined,
    placeholderData: <T>(previous: T) => previous,
  }))
}

export function exportActivityPath(
  account: string,
  filter: ActivityFilter,
  format: 'csv' | 'jsonl',
): string {
  const query = new URLSearchParams({ ...activityQuery(filter), format })
  return `/api/v1/${encodeURIComponent(account)}/activity-export?${query}`
}
