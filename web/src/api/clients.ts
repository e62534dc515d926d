/** What the home page and the clients screens both need to know about clients. */
import { createQuery } from '@tanstack/svelte-query'
import { api, read } from './client'
import type { Client } from './contract'
import { sharedKeys } from './queries'

/** Data sources of a client that are not fresh; none while it is disabled. */
export function staleSources(client: Client): number {
  return client.status === 'disabled' ? 0 : client.sources_total - client.sources_fresh
}

/** Most clients that a choice lists; the others are found by a search. */
const CHOICES = 200

/** Clients by name, for a choice; `next_cursor` says that there are more. */
export function useClientNames(account: () => string, q: () => string, enabled: () => boolean) {
  return createQuery(() => ({
    queryKey: [...sharedKeys.clients(account()), 'names', q()],
    enabled: enabled(),
    queryFn: ({ signal }) =>
      read(
        api.GET('/api/v1/{account}/clients', {
          params: {
            path: { account: account() },
            query: { limit: CHOICES, sort: 'name', ...(q() && { q: q() }) },
          },
          signal,
        }),
      ),
    placeholderData: <T>(previous: T) => previous,
  }))
}

/** Why clients need somebody, counted by the server over all of them, the most urgent cause first. */
export function useClientNeeds(account: () => string) {
  return createQuery(() => ({
    queryKey: [...sharedKeys.clients(account()), 'needs'],
    queryFn: async ({ signal }) => {
      const path = { account: account() }
      return (
        await read(api.GET('/api/v1/{account}/clients-attention', { params: { path }, signal }))
      ).items
    },
  }))
}
