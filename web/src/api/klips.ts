/** Calls about Klips that the list, the detail page and the editor share. */
import { createQuery } from '@tanstack/svelte-query'
import { api, ifMatch, read, readVersioned } from './client'
import type { KlipDetail, KlipDoc, KlipResult } from './contract'

export const klipKeys = {
  /** Prefix of everything about Klips, for invalidation. */
  all: (account: string) => [account, 'klips'] as const,
  list: (account: string, q: string) => [account, 'klips', 'list', q] as const,
  one: (account: string, id: string) => [account, 'klips', 'one', id] as const,
  /** The document under edit: the editor's own, apart from `one`, so that saving can invalidate that. */
  edited: (account: string, id: string) => [account, 'klips', 'one', id, 'edited'] as const,
  result: (account: string, id: string) => [account, 'klips', 'one', id, 'result'] as const,
  usedBy: (account: string, id: string) => [account, 'klips', 'one', id, 'used-by'] as const,
  instances: (account: string, id: string) => [account, 'klips', 'one', id, 'instances'] as const,
}

/** Says whether a query holds a document under edit, which must not change behind a person's back. */
export const isUnderEdit = (key: readonly unknown[]) => key[4] === 'edited'

type Text = () => string

/** A Klip with the version that a change must name. */
export function useKlip(account: Text, id: Text) {
  return createQuery(() => ({
    queryKey: klipKeys.one(account(), id()),
    queryFn: ({ signal }) => getKlip(account(), id(), signal),
  }))
}

/** A Klip to edit: read anew when the editor opens, never changed behind its back. */
export function useEditedKlip(account: Text, id: Text) {
  return createQuery(() => ({
    queryKey: klipKeys.edited(account(), id()),
    queryFn: ({ signal }) => getKlip(account(), id(), signal),
    gcTime: 0,
    staleTime: Infinity,
    refetchOnMount: 'always',
  }))
}

export function getKlip(account: string, id: string, signal?: AbortSignal) {
  return readVersioned(
    api.GET('/api/v1/{account}/klips/{id}', {
      params: { path: { account, id } },
      ...(signal && { signal }),
    }),
  )
}

/** What a browser draws of the saved Klip. */
export function useKlipResult(
  account: Text,
  id: Text,
  enabled: () => boolean = () => true,
  choices: () => readonly string[] = () => [],
) {
  return createQuery(() => ({
    queryKey: [...klipKeys.result(account(), id()), ...choices()],
    // While a choice is computed, what was there stays.
    placeholderData: <T>(previous: T, query?: { queryKey: readonly unknown[] }) =>
      query?.queryKey[3] === id() ? previous : undefined,
    enabled: enabled(),
    queryFn: ({ signal }): Promise<KlipResult> =>
      read(
        api.GET('/api/v1/{account}/klips/{id}/result', {
          params: {
            path: { account: account(), id: id() },
            query: choices().length > 0 ? { set: [...choices()] } : {},
          },
          signal,
        }),
      ),
  }))
}

/** The client instances of a Klip; of an agency only. */
export function useInstances(account: Text, id: Text, enabled: () => boolean) {
  return createQuery(() => ({
    queryKey: klipKeys.instances(account(), id()),
    enabled: enabled(),
    queryFn: ({ signal }) =>
      read(
        api.GET('/api/v1/{account}/klips/{id}/instances', {
          params: { path: { account: account(), id: id() } },
          signal,
        }),
      ),
  }))
}

/** Makes a Klip. Without components the server proposes some that suit the active data source. */
export function createKlip(
  account: string,
  klip: Partial<KlipDoc>,
  key: { 'Idempotency-Key': string },
): Promise<KlipDetail> {
  return read(
    api.POST('/api/v1/{account}/klips', {
      params: { path: { account } },
      body: klip,
      headers: key,
    }),
  )
}

/** Stores a document over `version` and gives the new version. */
export function saveKlip(account: string, id: string, version: number, klip: KlipDoc) {
  return readVersioned(
    api.PUT('/api/v1/{account}/klips/{id}', {
      params: { path: { account, id } },
      body: klip,
      headers: ifMatch(version),
    }),
  )
}
