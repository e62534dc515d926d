/** Calls and queries of API keys. */
import { createQuery } from '@tanstack/svelte-query'
import { api, read } from '$api/client'
import type { components } from '$api/types.gen'

export type Key = components['schemas']['Key']
export type NewKey = components['schemas']['NewKey']

export const keysKey = (account: string) => [account, 'keys'] as const

/** The API keys of the person, and the calls that the account has left. */
export function useKeys(account: () => string, enabled: () => boolean) {
  return createQuery(() => ({
    queryKey: keysKey(account()),
    enabled: enabled(),
    staleTime: 0,
    queryFn: ({ signal }: { signal: AbortSignal }) =>
      read(
        api.GET('/api/v1/{account}/profile/keys', {
          params: { path: { account: account() } },
          signal,
        }),
      ),
  }))
}

export function makeKey(account: string, label: string): Promise<NewKey> {
  return read(
    api.POST('/api/v1/{account}/profile/keys', { params: { path: { account } }, body: { label } }),
  )
}

export function renameKey(account: string, key: string, label: string): Promise<void> {
  return read(
    api.PATCH('/api/v1/{account}/profile/keys/{key}', {
      params: { path: { account, key } },
      body: { label },
    }),
  )
}

export function revokeKey(account: string, key: string): Promise<void> {
  return read(
    api.DELETE('/api/v1/{account}/profile/keys/{key}', { params: { path: { account, key } } }),
  )
}
