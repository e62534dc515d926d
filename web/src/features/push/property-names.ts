/** The properties that the agency has declared, to choose clients by. */
import { createQuery } from '@tanstack/svelte-query'
import { api, read } from '$api/client'

export function usePropertyNames(account: () => string, enabled: () => boolean) {
  return createQuery(() => ({
    queryKey: [account(), 'push', 'properties'],
    enabled: enabled(),
    retry: false,
    queryFn: async ({ signal }) => {
      const call = api.GET('/api/v1/{account}/properties', {
        params: { path: { account: account() } },
        signal,
      })
      const { declared } = await read(call)
      return declared.filter((one) => one.type !== 'secret').map((one) => one.name)
    },
  }))
}
