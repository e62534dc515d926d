import '$lib/messages/errors'
import { QueryCache, QueryClient } from '@tanstack/svelte-query'
import { ApiError, isFinal } from '$api/client'
import { isUnderEdit } from '$api/klips'

/** The cache of server state of one tab. `onSignedOut` runs when a read says that nobody is signed in. */
export function makeQueryClient(onSignedOut: () => void): QueryClient {
  return new QueryClient({
    queryCache: new QueryCache({
      onError: (error) => {
        if (error instanceof ApiError && error.status === 401) onSignedOut()
      },
    }),
    defaultOptions: {
      queries: {
        staleTime: 15_000,
        // A screen may first look at a field after the answer came (`!a.data || b.isPending`). The library
        // tells observers only of fields that were read before, so the late reader would wait for ever.
        notifyOnChangeProps: 'all',
        retry: (count, error) => count < 2 && !isFinal(error),
      },
      mutations: { retry: false },
    },
  })
}

/** Pages with work under way that must not change behind a person's back: editors and arrangements. */
const UNDER_EDIT = /\/edit$/

/** Has what the page shows of an account asked for again, after a change that others made. */
export function refreshAccount(client: QueryClient, slug: string): void {
  if (UNDER_EDIT.test(location.pathname)) return
  void client.invalidateQueries({
    predicate: ({ queryKey }) => queryKey[0] === slug && !isUnderEdit(queryKey),
  })
}
