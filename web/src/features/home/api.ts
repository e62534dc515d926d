import { createQuery } from '@tanstack/svelte-query'
import { api, read } from '$api/client'
import { sharedKeys } from '$api/queries'

/** Clients on the home page. */
const RECENT = 6

/** Clients whose people signed in last. */
export function useRecentClients(account: () => string) {
  return createQuery(() => ({
    queryKey: [...sharedKeys.clients(account()), 'recent'],
    queryFn: ({ signal }) =>
      read(
        api.GET('/api/v1/{account}/clients', {
          params: {
            path: { account: account() },
            query: { sort: '-last_sign_in_at', limit: RECENT },
          },
          signal,
        }),
      ),
  }))
}
