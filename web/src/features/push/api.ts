/** Calls and queries of pushing assets to many clients. */
import { createQuery } from '@tanstack/svelte-query'
import { api, read } from '$api/client'
import type { RolledOut, RolloutPlan, RolloutSelection, RolloutValue } from '$api/contract'

/** Clients that one push may reach. */
export const MOST = 1000

export function useCandidates(
  account: () => string,
  property: () => string,
  enabled: () => boolean,
) {
  return createQuery(() => ({
    queryKey: [account(), 'push', 'clients', property()],
    enabled: enabled(),
    retry: false,
    placeholderData: <T>(previous: T) => previous,
    queryFn: async ({ signal }) => {
      const call = api.GET('/api/v1/{account}/roll-out/clients', {
        params: {
          path: { account: account() },
          query: property() ? { property: property() } : {},
        },
        signal,
      })
      return (await read(call)).items
    },
  }))
}

/** What the push would do; asked anew whenever it is looked at. */
export function usePushPlan(
  account: () => string,
  selection: () => RolloutSelection,
  enabled: () => boolean,
) {
  return createQuery(() => ({
    queryKey: [account(), 'push', 'plan', selection()],
    enabled: enabled(),
    staleTime: 0,
    gcTime: 0,
    retry: false,
    refetchOnWindowFocus: false,
    queryFn: ({ signal }): Promise<RolloutPlan> =>
      read(
        api.POST('/api/v1/{account}/roll-out/plan', {
          params: { path: { account: account() } },
          body: selection(),
          signal,
        }),
      ),
  }))
}

/** Names of what is pushed, before it is checked. */
export function usePushed(account: () => string, ids: () => string[]) {
  return createQuery(() => ({
    queryKey: [account(), 'push', 'what', ids()],
    enabled: ids().length > 0,
    retry: false,
    queryFn: async ({ signal }) => {
      const path = { account: account() }
      const titles = ids().map(async (id) => {
        const board = api.GET('/api/v1/{account}/dashboards/{id}', {
          params: { path: { ...path, id } },
          signal,
        })
        return (await read(board)).dashboard.title
      })
      return Promise.all(titles)
    },
  }))
}

export function pushNow(
  account: string,
  selection: RolloutSelection,
  plan: string,
  values: RolloutValue[],
  lock: string[],
  key: { 'Idempotency-Key': string },
): Promise<RolledOut> {
  return read(
    api.POST('/api/v1/{account}/roll-out', {
      params: { path: { account } },
      body: { ...selection, plan_id: plan, values, lock },
      headers: key,
    }),
  )
}
