/** Calls about who may see and edit an asset. */
import { createQuery } from '@tanstack/svelte-query'
import { api, read } from './client'
import type { Share } from './contract'

export const shareKeys = {
  of: (account: string, id: string) => [account, 'shares', id] as const,
  reach: (account: string, id: string) => [account, 'reach', id] as const,
  principals: (account: string) => [account, 'principals'] as const,
}

/** A right of a person or group, with the name that the server knows. */
export type NamedShare = Share & { name?: string }

/** Who may see and edit an asset, beside its owner and administrators. */
export function useShares(account: () => string, id: () => string, enabled = () => true) {
  return createQuery(() => ({
    queryKey: shareKeys.of(account(), id()),
    enabled: enabled(),
    queryFn: async ({ signal }): Promise<NamedShare[]> => {
      const call = api.GET('/api/v1/{account}/assets/{id}/shares', {
        params: { path: { account: account(), id: id() } },
        signal,
      })
      return (await read(call)).items
    },
  }))
}

/** People and groups of the account. */
export function usePrincipals(account: () => string, enabled = () => true) {
  return createQuery(() => ({
    queryKey: shareKeys.principals(account()),
    enabled: enabled(),
    queryFn: ({ signal }) =>
      read(
        api.GET('/api/v1/{account}/principals', {
          params: { path: { account: account() } },
          signal,
        }),
      ),
  }))
}

/**
 * Replaces all shares of an asset; `hidden` are Klips of a dashboard that are not shared along,
 * `notify` mails those who see it from now on.
 */
export async function setShares(
  account: string,
  id: string,
  items: readonly NamedShare[],
  { hidden, notify }: { hidden?: readonly string[] | undefined; notify: boolean },
): Promise<NamedShare[]> {
  const call = api.PUT('/api/v1/{account}/assets/{id}/shares', {
    params: { path: { account, id } },
    body: {
      items: items.map(({ kind, id, right, visibility }) => ({
        kind,
        id,
        right,
        ...(visibility && { visibility }),
      })),
      ...(hidden && { hidden: [...hidden] }),
      notify,
    },
  })
  return (await read(call)).items
}

/** What comes along with an asset, and who owns it. */
export function useReach(account: () => string, id: () => string) {
  return createQuery(() => ({
    queryKey: shareKeys.reach(account(), id()),
    queryFn: ({ signal }) =>
      read(
        api.GET('/api/v1/{account}/assets/{id}/reach', {
          params: { path: { account: account(), id: id() } },
          signal,
        }),
      ),
  }))
}

/** Gives an asset to another person; the owner before may still edit it. */
export function setOwner(account: string, id: string, user: string): Promise<void> {
  return read(
    api.PUT('/api/v1/{account}/assets/{id}/owner', {
      params: { path: { account, id } },
      body: { user },
    }),
  )
}
