/** Calls and queries of the list and the detail page. */
import { createInfiniteQuery, createQuery } from '@tanstack/svelte-query'
import { api, ifMatch, read } from '$api/client'
import type { KlipDetail } from '$api/contract'
import { klipKeys } from '$api/klips'
import { queryOf, type Choice } from '$api/choice'

/** Rows of a page. */
const PAGE = 50

/** Pages of Klips in order of title; the first also counts all that match. */
export function useKlips(account: () => string, q: () => string, choice: () => Choice) {
  return createInfiniteQuery(() => {
    const asked = queryOf(choice()) // once for all pages: a cursor belongs to its query
    return {
      queryKey: [...klipKeys.list(account(), q()), asked],
      initialPageParam: '',
      queryFn: ({ pageParam, signal }: { pageParam: string; signal: AbortSignal }) =>
        read(
          api.GET('/api/v1/{account}/klips', {
            params: {
              path: { account: account() },
              query: {
                limit: PAGE,
                ...(q() && { q: q() }),
                ...asked,
                ...(pageParam ? { cursor: pageParam } : { count: 1 as const }),
              },
            },
            signal,
          }),
        ),
      getNextPageParam: (last: { next_cursor: string | null }) => last.next_cursor || undefined,
      placeholderData: <T>(previous: T) => previous,
    }
  })
}

/** Data sources to make a Klip of. */
export function useSourceChoices(account: () => string, q: () => string, enabled: () => boolean) {
  return createQuery(() => ({
    queryKey: [account(), 'data-sources', 'choices', q()],
    enabled: enabled(),
    queryFn: ({ signal }) =>
      read(
        api.GET('/api/v1/{account}/data-sources', {
          params: { path: { account: account() }, query: { limit: PAGE, ...(q() && { q: q() }) } },
          signal,
        }),
      ),
    placeholderData: <T>(previous: T) => previous,
  }))
}

/** The dashboards that show a Klip. */
export function useUsedBy(account: () => string, id: () => string) {
  return createQuery(() => ({
    queryKey: klipKeys.usedBy(account(), id()),
    queryFn: ({ signal }) =>
      read(
        api.GET('/api/v1/{account}/klips/{id}/used-by', {
          params: { path: { account: account(), id: id() } },
          signal,
        }),
      ),
  }))
}

export function copyKlip(
  account: string,
  id: string,
  key: { 'Idempotency-Key': string },
): Promise<KlipDetail> {
  return read(
    api.POST('/api/v1/{account}/klips/{id}/copy', {
      params: { path: { account, id } },
      headers: key,
    }),
  )
}

/** Moves a Klip that is still at `version` to the bin. */
export function trashKlip(account: string, id: string, version: number, everywhere: boolean) {
  return read(
    api.DELETE('/api/v1/{account}/klips/{id}', {
      params: { path: { account, id }, query: everywhere ? { everywhere } : {} },
      headers: ifMatch(version),
    }),
  )
}

/** What of a data source the formulas of a Klip read, and whether another one has it too. */
export function useReplacement(
  account: () => string,
  of: () => { klip: string; version: number; from: string; to: string },
) {
  return createQuery(() => ({
    queryKey: [...klipKeys.one(account(), of().klip), 'replace', of().version, of().from, of().to],
    enabled: of().from !== '' && of().to !== '',
    queryFn: ({ signal }: { signal: AbortSignal }) =>
      read(
        api.GET('/api/v1/{account}/klips/{id}/replace-source', {
          params: {
            path: { account: account(), id: of().klip },
            query: { from: of().from, to: of().to },
          },
          signal,
        }),
      ),
  }))
}

/** Lets a Klip that is still at `version` read `to` in place of `from`. */
export function replaceSource(
  account: string,
  klip: { id: string; version: number },
  from: string,
  to: string,
): Promise<KlipDetail> {
  return read(
    api.POST('/api/v1/{account}/klips/{id}/replace-source', {
      params: { path: { account, id: klip.id } },
      body: { from, to },
      headers: ifMatch(klip.version),
    }),
  )
}

/** Takes an instance that is still at `version` from its template for good. */
export function detachKlip(account: string, id: string, version: number): Promise<KlipDetail> {
  return read(
    api.POST('/api/v1/{account}/klips/{id}/detach', {
      params: { path: { account, id } },
      headers: ifMatch(version),
    }),
  )
}
