/** The dashboards that a group brings into the bars of its people. */
import { createQuery } from '@tanstack/svelte-query'
import { api, read } from './client'
import type { GroupDefault } from './contract'

export const defaultKeys = {
  of: (account: string, group: string) => [account, 'defaults', group] as const,
}

/** Dashboards that a group may see, in its order. */
export function useDefaults(account: () => string, group: () => string) {
  return createQuery(() => ({
    queryKey: defaultKeys.of(account(), group()),
    queryFn: async ({ signal }) =>
      (
        await read(
          api.GET('/api/v1/{account}/groups/{group}/defaults', {
            params: { path: { account: account(), group: group() } },
            signal,
          }),
        )
      ).items,
  }))
}

/** Shares a dashboard with a group, or changes how; what is left out stays. */
export function setDefault(
  account: string,
  group: string,
  id: string,
  change: Partial<Pick<GroupDefault, 'right' | 'visibility'>>,
): Promise<void> {
  return read(
    api.PUT('/api/v1/{account}/groups/{group}/defaults/{id}', {
      params: { path: { account, group, id } },
      body: change,
    }),
  )
}

/** Shares a dashboard with a group no more. */
export function dropDefault(account: string, group: string, id: string): Promise<void> {
  return read(
    api.DELETE('/api/v1/{account}/groups/{group}/defaults/{id}', {
      params: { path: { account, group, id } },
    }),
  )
}

/** Brings a dashboard back into the bars of those who closed it. */
export function showDefaultAgain(account: string, group: string, id: string): Promise<void> {
  return read(
    api.POST('/api/v1/{account}/groups/{group}/defaults/{id}/show-again', {
      params: { path: { account, group, id } },
    }),
  )
}

/** Puts the dashboards of a group into an order. */
export async function orderDefaults(
  account: string,
  group: string,
  ids: readonly string[],
): Promise<GroupDefault[]> {
  const call = api.PUT('/api/v1/{account}/groups/{group}/defaults', {
    params: { path: { account, group } },
    body: { items: [...ids] },
  })
  return (await read(call)).items
}
