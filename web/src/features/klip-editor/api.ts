/** Calls and queries of the editor. */
import { createQueries, createQuery } from '@tanstack/svelte-query'
import { api, read } from '$api/client'
import type { FormulaAnswer, FormulaRequest, KlipDoc, KlipResult } from '$api/contract'
import type { AttachedSource } from '$editor/index'

/** Rows of a data source that the grid shows. */
const GRID_ROWS = 100
/** Most data sources that the dialog lists; a search narrows them down. */
const CHOICES = 50

/** Draws an unsaved document. */
export function previewKlip(account: string, klip: KlipDoc, set: string[], signal: AbortSignal) {
  return read(
    api.POST('/api/v1/{account}/klip-preview', {
      params: { path: { account } },
      body: { klip, ...(set.length > 0 && { set }) },
      signal,
    }),
  ) as Promise<KlipResult>
}

/** Evaluates a formula. What is wrong with it is part of the answer. */
export function evaluateFormula(
  account: string,
  request: FormulaRequest,
  signal: AbortSignal,
): Promise<FormulaAnswer> {
  return read(
    api.POST('/api/v1/{account}/formula', {
      params: { path: { account } },
      body: request,
      signal,
    }),
  )
}

/** The functions of the formula language. They change with the server only. */
export function useFunctions() {
  return createQuery(() => ({
    queryKey: ['functions'],
    staleTime: Infinity,
    queryFn: ({ signal }) => read(api.GET('/api/v1/functions', { signal })),
  }))
}

/** The attached data sources with their first rows, in the order of the document. */
export function useAttached(account: () => string, ids: () => readonly string[]) {
  const about = createQueries(() => ({
    queries: ids().map((id) => ({
      queryKey: [account(), 'data-sources', 'one', id],
      retry: false,
      queryFn: ({ signal }: { signal: AbortSignal }) =>
        read(
          api.GET('/api/v1/{account}/data-sources/{id}', {
            params: { path: { account: account(), id } },
            signal,
          }),
        ),
    })),
  }))
  const rows = createQueries(() => ({
    queries: ids().map((id) => ({
      queryKey: [account(), 'data-sources', 'one', id, 'preview', GRID_ROWS],
      retry: false,
      queryFn: ({ signal }: { signal: AbortSignal }) =>
        read(
          api.GET('/api/v1/{account}/data-sources/{id}/preview', {
            params: { path: { account: account(), id }, query: { limit: GRID_ROWS } },
            signal,
          }),
        ),
    })),
  }))
  return {
    get list(): AttachedSource[] {
      return ids().map((id, i) => ({
        id,
        source: about[i]?.data ?? null,
        sheets: rows[i]?.data?.sheets ?? [],
      }))
    },
    /** True while the rows of a source are on their way. */
    loading: (id: string): boolean => {
      const i = ids().indexOf(id)
      return (about[i]?.isPending ?? false) || (rows[i]?.isPending ?? false)
    },
    failure: (id: string): unknown => {
      const i = ids().indexOf(id)
      return about[i]?.error ?? rows[i]?.error ?? null
    },
    retry: (id: string): void => {
      const i = ids().indexOf(id)
      void about[i]?.refetch()
      void rows[i]?.refetch()
    },
  }
}

/** What `useAttached` gives. */
export type Attached = ReturnType<typeof useAttached>

/** Data sources that can be attached. */
export function useChoices(account: () => string, q: () => string, enabled: () => boolean) {
  return createQuery(() => ({
    queryKey: [account(), 'data-sources', 'choices', q()],
    enabled: enabled(),
    queryFn: ({ signal }) =>
      read(
        api.GET('/api/v1/{account}/data-sources', {
          params: {
            path: { account: account() },
            query: { limit: CHOICES, ...(q() && { q: q() }) },
          },
          signal,
        }),
      ),
    placeholderData: <T>(previous: T) => previous,
  }))
}
