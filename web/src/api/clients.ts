/** What the home page and the clients screens both need to know about clients. */
import { createQuery } from '@tanstack/svelte-query'
import { api, read } from './client'
import type { Client } from './contract'
import { sharedKeys } from './queries'

/** Data sources of a client that are not fresh; none while it is disabled. */
export function staleSources(client: Client): number {
  return client.status === 'disabled' ? 0 : client.sources_total - client.sources_fresh
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
