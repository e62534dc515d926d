/** The dashboards that a person has open, and favourites. */
import { createQuery, type Cache } from './cache'
import { api, read } from './client'
import type { BarItem } from './contract'

export const barKeys = {
  all: (account: string) => [account, 'bar'] as const,
}

/** The bar of the person: open dashboards in their order, then favourites that are not open. */
export function useBar(account: () => string, enabled: () => boolean = () => true) {
  return createQuery(() => ({
    queryKey: barKeys.all(account()),
    enabled: enabled(),
    queryFn: ({ signal }) =>
      read(api.GET('/api/v1/{account}/bar', { params: { path: { account: account() } }, signal })),
  }))
}

/** Puts a dashboard into the bar. */
export function openDashboard(account: string, id: string): Promise<void> {
  return read(api.PUT('/api/v1/{account}/bar/{id}', { params: { path: { account, id } } }))
}

/** Takes a dashboard out of the bar; it is not deleted. */
export function closeDashboard(account: string, id: string): Promise<void> {
  return read(api.DELETE('/api/v1/{account}/bar/{id}', { params: { path: { account, id } } }))
}

/** Stores the order of the open dashboards and puts it on the page at once; an error puts the old one back. */
export async function orderBar(
  queries: Cache,
  account: string,
  ids: readonly string[],
): Promise<void> {
  const queryKey = barKeys.all(account)
  const before = queries.getQueryData<{ items: BarItem[] }>(queryKey)
  const place = (item: BarItem) => (ids.includes(item.id) ? ids.indexOf(item.id) : ids.length)
  if (before) {
    const items = [...before.items].sort((a, b) => place(a) - place(b))
    queries.setQueryData(queryKey, { items })
  }
  try {
    const call = api.PUT('/api/v1/{account}/bar', {
      params: { path: { account } },
      body: { items: [...ids] },
    })
    queries.setQueryData(queryKey, await read(call))
  } catch (error) {
    queries.setQueryData(queryKey, before)
    throw error
  }
}

/** Gives a dashboard the star of the person, or takes it away. */
export function setFavourite(account: string, id: string, on: boolean): Promise<void> {
  const call = { params: { path: { account, id } } }
  const path = '/api/v1/{account}/dashboards/{id}/favourite'
  return read(on ? api.PUT(path, call) : api.DELETE(path, call))
}

/** Makes a dashboard the one that opens first for the person, or none. */
export function setHome(account: string, id: string, on: boolean): Promise<void> {
  const call = { params: { path: { account, id } } }
  const path = '/api/v1/{account}/dashboards/{id}/home'
  return read(on ? api.PUT(path, call) : api.DELETE(path, call))
}
