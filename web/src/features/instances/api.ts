/** Calls and keys of client instances. */
import { createQuery } from '@tanstack/svelte-query'
import { api, read } from '$api/client'
import type { UpdateResult } from '$api/contract'

export const instanceKeys = {
  of: (account: string, klip: string) => [account, 'klips', 'instances', klip] as const,
}

/** Client instances of a Klip, with what an update would do to each. */
export function useInstances(account: () => string, klip: () => string) {
  return createQuery(() => ({
    queryKey: instanceKeys.of(account(), klip()),
    staleTime: 0,
    queryFn: ({ signal }: { signal: AbortSignal }) =>
      read(
        api.GET('/api/v1/{account}/klips/{id}/instances', {
          params: { path: { account: account(), id: klip() } },
          signal,
        }),
      ),
  }))
}

/** Carries out what the list showed; the same key is never carried out twice. */
export function updateInstances(
  account: string,
  klip: string,
  plan: string,
  key: { 'Idempotency-Key': string },
): Promise<UpdateResult> {
  return read(
    api.POST('/api/v1/{account}/klips/{id}/update-instances', {
      params: { path: { account, id: klip } },
      body: { plan_id: plan },
      headers: key,
    }),
  )
}
