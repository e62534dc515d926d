/** Calls, keys and queries of connected accounts. */
import { createInfiniteQuery, createQuery } from '@tanstack/svelte-query'
import { api, ifMatch, read } from '$api/client'
import type { Credential, CredentialInput, CredentialPatch } from '$api/contract'

type Text = () => string

export const connectionKeys = {
  all: (account: string) => [account, 'connections'] as const,
  list: (account: string, q: string) => [account, 'connections', 'list', q] as const,
  one: (account: string, id: string) => [account, 'connections', 'one', id] as const,
  usage: (account: string, id: string) => [account, 'connections', 'usage', id] as const,
  others: (account: string) => [account, 'connections', 'others'] as const,
}

/** Pages of the connected accounts that the person may use or change. */
export function useConnections(account: Text, q: Text) {
  return createInfiniteQuery(() => ({
    queryKey: connectionKeys.list(account(), q()),
    initialPageParam: '',
    queryFn: ({ pageParam, signal }: { pageParam: string; signal: AbortSignal }) =>
      read(
        api.GET('/api/v1/{account}/credentials', {
          params: {
            path: { account: account() },
            query: { ...(q() && { q: q() }), ...(pageParam && { cursor: pageParam }) },
          },
          signal,
        }),
      ),
    getNextPageParam: (last: { next_cursor: string | null }) => last.next_cursor || undefined,
    placeholderData: <T>(previous: T) => previous,
  }))
}

/** One connected account. */
export function useConnection(account: Text, id: Text, enabled: () => boolean) {
  return createQuery(() => ({
    queryKey: connectionKeys.one(account(), id()),
    enabled: enabled(),
    queryFn: ({ signal }) =>
      read(
        api.GET('/api/v1/{account}/credentials/{credential}', {
          params: { path: { account: account(), credential: id() } },
          signal,
        }),
      ),
  }))
}

/** Where a connected account is used. */
export function useUsage(account: Text, id: Text) {
  return createQuery(() => ({
    queryKey: connectionKeys.usage(account(), id()),
    queryFn: ({ signal }) =>
      read(
        api.GET('/api/v1/{account}/credentials/{credential}/usage', {
          params: { path: { account: account(), credential: id() } },
          signal,
        }),
      ),
  }))
}

/** Most of those that one is chosen from. */
const MOST = 200

/** Those that can be chosen in place of another one. */
export function useOthers(account: Text, enabled: () => boolean) {
  return createQuery(() => ({
    queryKey: connectionKeys.others(account()),
    enabled: enabled(),
    queryFn: ({ signal }) =>
      read(
        api.GET('/api/v1/{account}/credentials', {
          params: { path: { account: account() }, query: { limit: MOST } },
          signal,
        }),
      ),
  }))
}

export function connect(account: string, input: CredentialInput): Promise<Credential> {
  return read(
    api.POST('/api/v1/{account}/credentials', { params: { path: { account } }, body: input }),
  )
}

/** Changes what is still at its version. */
export function changeConnection(
  account: string,
  one: Credential,
  change: CredentialPatch,
): Promise<Credential> {
  return read(
    api.PATCH('/api/v1/{account}/credentials/{credential}', {
      params: { path: { account, credential: one.id } },
      body: change,
      headers: ifMatch(one.version),
    }),
  )
}

/** Removes it; data sources that use it use `replacement` from now on. */
export function removeConnection(
  account: string,
  one: Credential,
  replacement: string,
): Promise<void> {
  return read(
    api.DELETE('/api/v1/{account}/credentials/{credential}', {
      params: {
        path: { account, credential: one.id },
        query: replacement ? { replace_by: replacement } : {},
      },
      headers: ifMatch(one.version),
    }),
  )
}
