/** Calls about many assets at once, and the tags that lists are narrowed by. */
import { createQuery } from '@tanstack/svelte-query'
import { api, read } from '$api/client'
import type { ListKind, Share } from '$api/contract'

type Text = () => string

/** The tags of what one may see, with how many have each. */
export function useAssetTags(account: Text, kind: () => ListKind) {
  return createQuery(() => ({
    queryKey: [account(), 'asset-tags', kind()],
    queryFn: async ({ signal }) => {
      const call = api.GET('/api/v1/{account}/asset-tags', {
        params: { path: { account: account() }, query: { kind: kind() } },
        signal,
      })
      return (await read(call)).items
    },
  }))
}

const at = (account: string) => ({ params: { path: { account } } })

/** Moves them to the bin: all or none. */
export function trashAssets(account: string, ids: string[]): Promise<void> {
  return read(api.POST('/api/v1/{account}/assets-bulk/trash', { ...at(account), body: { ids } }))
}

/** Takes them out of the bin: all or none. */
export function restoreAssets(account: string, ids: string[]): Promise<void> {
  return read(api.POST('/api/v1/{account}/assets-bulk/restore', { ...at(account), body: { ids } }))
}

export function tagAssets(account: string, ids: string[], add: string[], remove: string[]) {
  const body = { ids, add, remove }
  return read(api.POST('/api/v1/{account}/assets-bulk/tags', { ...at(account), body }))
}

/** Gives rights beside those that are there; `notify` mails those who see more from now on. */
export function shareAssets(account: string, ids: string[], items: Share[], notify: boolean) {
  const body = { ids, items, notify }
  return read(api.POST('/api/v1/{account}/assets-bulk/shares', { ...at(account), body }))
}

export function addKlips(account: string, dashboard: string, klips: string[]) {
  return read(
    api.POST('/api/v1/{account}/dashboards/{id}/klips-bulk', {
      params: { path: { account, id: dashboard } },
      body: { klips },
    }),
  )
}
