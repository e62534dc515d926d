/** Calls, keys and queries of company properties. */
import { createInfiniteQuery, createQuery } from '@tanstack/svelte-query'
import { api, ifMatch, read } from '$api/client'
import type { components } from '$api/types.gen'
import type { Property, PropertyDeclaration, PropertyInput, DeclarationInput } from '$api/contract'
import type { SentCell } from './sheet.svelte'

export const propertyKeys = {
  own: (account: string) => [account, 'properties', 'own'] as const,
  grid: (account: string, filter: GridFilter) => [account, 'properties', 'grid', filter] as const,
  grids: (account: string) => [account, 'properties', 'grid'] as const,
}

export type GridPage = components['schemas']['PropertyGrid']

/** Which clients the grid shows, as the address says it. */
export interface GridFilter {
  q: string
  /** Address of the only client, "" for all. */
  client: string
  missing: string
}

/** Clients of a page; pages are fetched one after the other until all are there. */
const PAGE = 1000

export function useGrid(account: () => string, filter: () => GridFilter, enabled: () => boolean) {
  return createInfiniteQuery(() => {
    const { q, client, missing } = filter()
    return {
      queryKey: propertyKeys.grid(account(), filter()),
      enabled: enabled(),
      initialPageParam: '',
      queryFn: ({ pageParam, signal }: { pageParam: string; signal: AbortSignal }) =>
        read(
          api.GET('/api/v1/{account}/clients-properties', {
            params: {
              path: { account: account() },
              query: {
                limit: PAGE,
                ...(q && { q }),
                ...(client && { client }),
                ...(missing && { missing }),
                ...(pageParam ? { cursor: pageParam } : { count: 1 as const }),
              },
            },
            signal,
          }),
        ),
      getNextPageParam: (last: { next_cursor: string | null }) => last.next_cursor || undefined,
    }
  })
}

/** All clients with their properties, whatever the screen shows of them. */
export async function readGrid(account: string): Promise<GridPage[]> {
  const pages: GridPage[] = []
  let cursor: string | null = ''
  do {
    const query = { limit: PAGE, ...(cursor ? { cursor } : {}) }
    const page: GridPage = await read(
      api.GET('/api/v1/{account}/clients-properties', { params: { path: { account }, query } }),
    )
    pages.push(page)
    cursor = page.next_cursor
  } while (cursor)
  return pages
}

export function useOwnProperties(account: () => string, enabled: () => boolean = () => true) {
  return createQuery(() => ({
    queryKey: propertyKeys.own(account()),
    enabled: enabled(),
    queryFn: ({ signal }) =>
      read(
        api.GET('/api/v1/{account}/properties', {
          params: { path: { account: account() } },
          signal,
        }),
      ),
  }))
}

export function saveCells(account: string, cells: SentCell[]) {
  return read(
    api.PUT('/api/v1/{account}/clients-properties', {
      params: { path: { account } },
      body: { cells },
    }),
  )
}

/** Reads a CSV file on the server and says what it would change. */
export async function readFile(account: string, file: File) {
  const answer = await read(
    api.POST('/api/v1/{account}/clients-properties.csv', {
      params: { path: { account } },
      headers: { 'Content-Type': 'text/csv' },
      body: file,
      bodySerializer: (body) => body,
    }),
  )
  return answer.cells
}

export const exportPath = (account: string) =>
  `/api/v1/${encodeURIComponent(account)}/clients-properties.csv`

export function declare(account: string, body: DeclarationInput) {
  return read(
    api.POST('/api/v1/{account}/property-declarations', { params: { path: { account } }, body }),
  )
}

export function redeclare(
  account: string,
  declared: PropertyDeclaration,
  body: Partial<Omit<DeclarationInput, 'name'>>,
) {
  return read(
    api.PATCH('/api/v1/{account}/property-declarations/{name}', {
      params: { path: { account, name: declared.name } },
      body,
      headers: ifMatch(declared.version),
    }),
  )
}

export function undeclare(account: string, declared: PropertyDeclaration) {
  return read(
    api.DELETE('/api/v1/{account}/property-declarations/{name}', {
      params: { path: { account, name: declared.name } },
      headers: ifMatch(declared.version),
    }),
  )
}

export function createProperty(account: string, body: PropertyInput) {
  return read(api.POST('/api/v1/{account}/properties', { params: { path: { account } }, body }))
}

export function changeProperty(
  account: string,
  property: Property,
  body: Partial<Omit<PropertyInput, 'name'>>,
) {
  return read(
    api.PATCH('/api/v1/{account}/properties/{name}', {
      params: { path: { account, name: property.name } },
      body,
      headers: ifMatch(property.version),
    }),
  )
}

export function removeProperty(account: string, property: Property) {
  return read(
    api.DELETE('/api/v1/{account}/properties/{name}', {
      params: { path: { account, name: property.name } },
      headers: ifMatch(property.version),
    }),
  )
}
