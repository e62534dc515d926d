/** What an import or push has become, and how it is taken back. */
import { createQuery } from '@tanstack/svelte-query'
import { api, read } from '$api/client'

export const arrivalKey = (account: string, id: string) => [account, 'arrival', id] as const

export function useArrival(account: () => string, id: () => string) {
  return createQuery(() => ({
    queryKey: arrivalKey(account(), id()),
    retry: false,
    queryFn: ({ signal }) =>
      read(
        api.GET('/api/v1/{account}/imports/{import}', {
          params: { path: { account: account(), import: id() } },
          signal,
        }),
      ),
  }))
}

export function deleteArrival(
  account: string,
  id: string,
  plan: string,
  key: { 'Idempotency-Key': string },
) {
  return read(
    api.POST('/api/v1/{account}/imports/{import}/delete', {
      params: { path: { account, import: id } },
      body: { plan_id: plan },
      headers: key,
    }),
  )
}
