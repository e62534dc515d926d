/** The tour of the demo: what is left to do, and putting it away. */
import { createQuery } from '@tanstack/svelte-query'
import { api, read } from './client'

export const tourKey = (account: string) => [account, 'tour'] as const

/** The tour of the person; without steps there is none. */
export function useTour(account: () => string, enabled: () => boolean = () => true) {
  return createQuery(() => ({
    queryKey: tourKey(account()),
    enabled: enabled(),
    staleTime: 0, // steps happen in other accounts, whose changes this one does not hear of
    queryFn: ({ signal }) =>
      read(api.GET('/api/v1/{account}/tour', { params: { path: { account: account() } }, signal })),
  }))
}

/** Puts the tour away for the person, or brings it back. */
export function hideTour(account: string, on: boolean): Promise<void> {
  const path = '/api/v1/{account}/tour/hidden'
  const params = { path: { account } }
  return read(on ? api.PUT(path, { params }) : api.DELETE(path, { params }))
}
