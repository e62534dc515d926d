/**
 * The cache of answers, as far as the page of viewers needs it, too: that page is a build of its own, which has
 * app/viewer/cache.svelte.ts in place of this file (scripts/page-build.js). What only the application shows uses
 * the library directly.
 */
import { createQuery as create, useQueryClient } from '@tanstack/svelte-query'

/** Names an answer; the first part is the slug of the account. */
export type Key = readonly unknown[]

export interface QueryOptions<T> {
  queryKey: Key
  /** Asks the server. `signal` says that nobody waits any more. */
  queryFn: (asking: { signal: AbortSignal; client: Cache }) => Promise<T>
  /** Asks only while this is true. */
  enabled?: boolean
  /** How long an answer is taken for new, in milliseconds. */
  staleTime?: number
  /** Time after which a page that can be seen asks again, in milliseconds. */
  refetchInterval?: number
  /** Equal answers stay the same object; `false` where the query sees to that itself. */
  structuralSharing?: boolean
  /** What is shown until the answer comes, made from what was shown before. */
  placeholderData?: (previous: T | undefined, query?: { queryKey: Key }) => T | undefined
}

/** One answer. The fields follow changes. */
export type Query<T> = {
  readonly error: unknown
  /** The last try failed; `data` is then what came before, if anything did. */
  readonly isError: boolean
  readonly isFetching: boolean
  refetch: () => Promise<unknown>
} & (
  | { readonly isSuccess: true; readonly isPending: false; readonly data: T }
  | { readonly isSuccess: false; readonly isPending: boolean; readonly data: T | undefined }
)

/** All answers of the page. */
export interface Cache {
  getQueryData<T>(key: Key): T | undefined
  setQueryData<T>(key: Key, data: T | undefined): unknown
  /** Has answers whose key begins so asked for again where they are shown, and waits for that. */
  invalidateQueries(which: { queryKey: Key }): Promise<void>
}

/** An answer, for as long as the calling component lives. Call it while the component starts. */
export const createQuery: <T>(options: () => QueryOptions<T>) => Query<T> = create

/** The cache of the page. Call it while a component starts. */
export const useCache: () => Cache = useQueryClient
