/** Removing the demo: what goes, what stays, and doing it. */
import { createQuery } from '@tanstack/svelte-query'
import { api, read } from './client'
import type { DemoLoss } from './contract'

/** What is typed to confirm it, in every language. */
export const DEMO_WORD = 'DEMO'

/** What removing the demo takes along. */
export function useDemoLoss(account: () => string, enabled: () => boolean) {
  return createQuery(() => ({
    queryKey: [account(), 'demo'],
    staleTime: 0,
    enabled: enabled(),
    queryFn: ({ signal }: { signal: AbortSignal }) =>
      read(api.GET('/api/v1/{account}/demo', { params: { path: { account: account() } }, signal })),
  }))
}

/** Removes the demo for good, and says what went. */
export function removeDemo(account: string, confirm: string): Promise<DemoLoss> {
  return read(
    api.DELETE('/api/v1/{account}/demo', {
      params: { path: { account }, query: { confirm } },
    }),
  )
}
