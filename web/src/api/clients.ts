/** What the frame, the home page and the clients screens all need to know about clients. */
import { createQuery } from '@tanstack/svelte-query'
import { api, read } from './client'
import type { Client } from './contract'
import { sharedKeys } from './queries'

/** Most clients that are looked through for what needs somebody: one page of the API. */
const LOOKED_AT = 200

/** Clients that need somebody, by cause. */
export interface Attention {
  /** With at least one data source that is not fresh. */
  stale: Client[]
  /** With at least one instance behind its template. */
  behind: Client[]
}

/** Data sources of a client that are not fresh; none while it is disabled. */
export function staleSources(client: Client): number {
  return client.status === 'disabled' ? 0 : client.sources_total - client.sources_fresh
}

/** Sorts clients by what they need. */
export function attentionOf(clients: Client[]): Attention {
  return {
    stale: clients.filter((client) => staleSources(client) > 0),
    behind: clients.filter((client) => client.instances_behind > 0),
  }
}

/** Clients that need somebody; null where there are more clients than one page, so that nothing is guessed. */
export function useAttention(account: () => string) {
  return createQuery(() => ({
    queryKey: [...sharedKeys.clients(account()), 'attention'],
    queryFn: async ({ signal }): Promise<Attention | null> => {
      const page = await read(
        api.GET('/api/v1/{account}/clients', {
          params: { path: { account: account() }, query: { limit: LOOKED_AT } },
          signal,
        }),
      )
      return page.next_cursor ? null : attentionOf(page.items)
    },
  }))
}

/** Sum of a figure over clients. */
export function sumOf(clients: Client[], figure: (client: Client) => number): number {
  return clients.reduce((sum, client) => sum + figure(client), 0)
}
