/** Calls and queries of data sources that programs push to, and of earlier data. */
import { createQuery } from '@tanstack/svelte-query'
import { api, ifMatch, read } from '$api/client'
import type { Pushed, Source } from '$api/contract'
import { dataKeys } from './api'

type Text = () => string

/** Changes what programs push into a data source that is still at `version`. */
export function setSchema(
  account: string,
  id: string,
  version: number,
  body: Pushed,
): Promise<Source> {
  return read(
    api.PUT('/api/v1/{account}/data-sources/{id}/schema', {
      params: { path: { account, id } },
      body,
      headers: ifMatch(version),
    }),
  )
}

/** Says in how many seconds data that are sent should come again; 0 = whenever. */
export function setExpected(
  account: string,
  id: string,
  version: number,
  every_s: number,
): Promise<Source> {
  return read(
    api.PUT('/api/v1/{account}/data-sources/{id}/expected', {
      params: { path: { account, id } },
      body: { every_s },
      headers: ifMatch(version),
    }),
  )
}

/** The data that a source had before, or with a key one set of values of it; the newest first. */
export function useEarlier(account: Text, id: Text, instance: Text) {
  return createQuery(() => ({
    queryKey: [...dataKeys.one(account(), id()), 'earlier', instance()],
    queryFn: ({ signal }) =>
      read(
        api.GET('/api/v1/{account}/data-sources/{id}/earlier', {
          params: {
            path: { account: account(), id: id() },
            query: { ...(instance() && { instance: instance() }) },
          },
          signal,
        }),
      ),
  }))
}

export function rollBack(account: string, id: string, earlier: string): Promise<Source> {
  return read(
    api.POST('/api/v1/{account}/data-sources/{id}/earlier/{earlier}/restore', {
      params: { path: { account, id, earlier } },
    }),
  )
}
