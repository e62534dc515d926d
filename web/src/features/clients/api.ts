/** Calls, keys and queries of the clients feature. */
import { createInfiniteQuery, createQuery } from '@tanstack/svelte-query'
import { api, ifMatch, read } from '$api/client'
import type { Client, ClientInput, ClientStatus } from '$api/contract'
import { sharedKeys } from '$api/queries'

/** What the list shows, as the address says it. */
export interface ClientFilter {
  q: string
  status: ClientStatus | undefined
  /** Answered from `useAttention`, not by the list call. */
  attention: 'stale' | 'behind' | undefined
  /** As the API writes orders: "name", "-last_sign_in_at". */
  sort: string
}

export const clientKeys = {
  all: sharedKeys.clients,
  list: (account: string, filter: ClientFilter) =>
    [...sharedKeys.clients(account), 'list', filter] as const,
  one: (account: string, client: string) =>
    [...sharedKeys.clients(account), 'one', client] as const,
}

/** Rows of a page. */
const PAGE = 50

/** Pages of clients; the first also counts all that match. */
export function useClients(account: () => string, filter: () => ClientFilter) {
  return createInfiniteQuery(() => {
    const { q, status, sort } = filter()
    return {
      queryKey: clientKeys.list(account(), filter()),
      initialPageParam: '',
      queryFn: ({ pageParam, signal }: { pageParam: string; signal: AbortSignal }) =>
        read(
          api.GET('/api/v1/{account}/clients', {
            params: {
              path: { account: account() },
              query: {
                limit: PAGE,
                sort,
                ...(q && { q }),
                ...(status && { status }),
                ...(pageParam ? { cursor: pageParam } : { count: 1 as const }),
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

/** One client; its `version` is what a change must name. */
export function useClient(account: () => string, client: () => string | null) {
  return createQuery(() => {
    const slug = client()
    return {
      queryKey: clientKeys.one(account(), slug ?? ''),
      enabled: slug !== null,
      queryFn: ({ signal }) =>
        read(
          api.GET('/api/v1/{account}/clients/{client}', {
            params: { path: { account: account(), client: slug ?? '' } },
            signal,
          }),
        ),
    }
  })
}

/** Adds a client. `key` makes the call safe to repeat. */
export function addClient(
  account: string,
  input: ClientInput,
  key: { 'Idempotency-Key': string },
): Promise<Client> {
  return read(
    api.POST('/api/v1/{account}/clients', {
      params: { path: { account } },
      body: input,
      headers: key,
    }),
  )
}

/** Changes fields of a client that is still at `version`. */
export function changeClient(
  account: string,
  client: string,
  version: number,
  change: Partial<ClientInput>,
): Promise<Client> {
  return read(
    api.PATCH('/api/v1/{account}/clients/{client}', {
      params: { path: { account, client } },
      body: change,
      headers: ifMatch(version),
    }),
  )
}
