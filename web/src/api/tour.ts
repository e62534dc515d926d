/** The tour of the demo: what is left to do, and putting it away. */
import { createQuery } from '@tanstack/svelte-query'
import type { Account } from './account'
import { api, read } from './client'

export const tourKey = (account: string) => [account, 'tour'] as const

/** The tour of the person; without steps there is none. Only people of an agency who know of clients are asked for. */
export function useTour(account: Account) {
  return createQuery(() => {
    const { slug } = account
    return {
      queryKey: tourKey(slug),
      enabled: account.kind === 'parent' && account.can('client.access'),
      staleTime: 0, // steps happen in other accounts, whose changes this one does not hear of
      queryFn: ({ signal }: { signal: AbortSignal }) =>
        read(api.GET('/api/v1/{account}/tour', { params: { path: { account: slug } }, signal })),
    }
  })
}

/** Puts the tour away for the person, or brings it back. */
export function hideTour(account: string, on: boolean): Promise<void> {
  const path = '/api/v1/{account}/tour/hidden'
  const params = { path: { account } }
  return read(on ? api.PUT(path, { params }) : api.DELETE(path, { params }))
}
