/** Calls, keys and queries of the bin. */
import { createInfiniteQuery } from '@tanstack/svelte-query'
import { api, read } from '$api/client'

export const binKeys = {
  all: (account: string) => [account, 'bin'] as const,
  list: (account: string, q: string, kind: string) => [account, 'bin', 'list', q, kind] as const,
}

type Text = () => string

/** Pages of what lies in the bin, the newest first. */
export function useBin(account: Text, q: Text, kind: Text) {
  return createInfiniteQuery(() => ({
    queryKey: binKeys.list(account(), q(), kind()),
    initialPageParam: '',
    queryFn: ({ pageParam, signal }: { pageParam: string; signal: AbortSignal }) =>
      read(
        api.GET('/api/v1/{account}/bin', {
          params: {
            path: { account: account() },
            query: {
              ...(q() && { q: q() }),
              ...(kind() && { kind: kind() }),
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

/** Takes something out of the bin. */
export function restoreFromBin(account: string, id: string): Promise<void> {
  return read(api.POST('/api/v1/{account}/bin/{id}/restore', { params: { path: { account, id } } }))
}

/** Removes something in the bin for good. */
export function deleteForGood(account: string, id: string): Promise<void> {
  return read(api.DELETE('/api/v1/{account}/bin/{id}', { params: { path: { account, id } } }))
}
