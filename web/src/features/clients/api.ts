/** Calls, keys and queries of the clients feature. */
import { createInfiniteQuery, createQuery } from '@tanstack/svelte-query'
import { api, ifMatch, read, readVersioned } from '$api/client'
import type {
  Client,
  ClientDefaults,
  ClientFeatures,
  ClientInput,
  ClientLimits,
  ClientLoss,
  ClientNeed,
  ClientOutcome,
  ClientPatch,
  ClientResources,
  ClientsChange,
  ClientsFileLine,
  ClientStatus,
  DeletedClient,
} from '$api/contract'
import { sharedKeys } from '$api/queries'

/** What the list shows, as the address says it. */
export interface ClientFilter {
  q: string
  status: ClientStatus | undefined
  tag: string
  attention: ClientNeed['cause'] | undefined
  /** As the API writes orders: "name", "-last_sign_in_at". */
  sort: string
}

export const clientKeys = {
  all: sharedKeys.clients,
  list: (account: string, filter: ClientFilter) =>
    [...sharedKeys.clients(account), 'list', filter] as const,
  one: (account: string, client: string) =>
    [...sharedKeys.clients(account), 'one', client] as const,
  open: (account: string, client: string) =>
    [...sharedKeys.clients(account), 'open', client] as const,
}

/** Rows of a page. */
const PAGE = 50

/** The filter as the API takes it. */
function filterQuery({ q, status, tag, attention, sort }: ClientFilter) {
  return {
    sort,
    ...(q && { q }),
    ...(status && { status }),
    ...(tag && { tag }),
    ...(attention && { attention }),
  }
}

/** Address of the CSV file of a list. */
export function exportAddress(account: string, filter: ClientFilter): string {
  return `/api/v1/${account}/clients-export?${new URLSearchParams(filterQuery(filter)).toString()}`
}

/** Values that decide whose data a client reads, and that its people could change. */
export function useOpenValues(account: () => string, client: () => string) {
  return createQuery(() => ({
    queryKey: clientKeys.open(account(), client()),
    queryFn: ({ signal }: { signal: AbortSignal }) =>
      read(
        api.GET('/api/v1/{account}/clients/{client}/open-properties', {
          params: { path: { account: account(), client: client() } },
          signal,
        }),
      ),
  }))
}

/** Locks such values; the answer are those that are left. */
export function lockOpenValues(account: string, client: string, names: string[]) {
  return read(
    api.POST('/api/v1/{account}/clients/{client}/open-properties/lock', {
      params: { path: { account, client } },
      body: { names },
    }),
  )
}

/** Pages of clients; the first also counts all that match. */
export function useClients(account: () => string, filter: () => ClientFilter) {
  return createInfiniteQuery(() => {
    return {
      queryKey: clientKeys.list(account(), filter()),
      initialPageParam: '',
      queryFn: ({ pageParam, signal }: { pageParam: string; signal: AbortSignal }) =>
        read(
          api.GET('/api/v1/{account}/clients', {
            params: {
              path: { account: account() },
              query: {
                limit: PAGE,
                ...filterQuery(filter()),
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

/** One client; its `version` is what a change must name. */
export function useClient(account: () => string, client: () => string | null) {
  return createQuery(() => {
    const slug = client()
    return {
      queryKey: clientKeys.one(account(), slug ?? ''),
      enabled: slug !== null,
      queryFn: ({ signal }) =>
        read(
          api.GET('/api/v1/{account}/clients/{client}', {
            params: { path: { account: account(), client: slug ?? '' } },
            signal,
          }),
        ),
    }
  })
}

/** Adds a client. `key` makes the call safe to repeat. */
export function addClient(
  account: string,
  input: ClientInput,
  key: { 'Idempotency-Key': string },
): Promise<Client> {
  return read(
    api.POST('/api/v1/{account}/clients', {
      params: { path: { account } },
      body: input,
      headers: key,
    }),
  )
}

/** Changes fields of a client that is still at `version`. */
export function changeClient(
  account: string,
  client: string,
  version: number,
  change: ClientPatch,
): Promise<Client> {
  return read(
    api.PATCH('/api/v1/{account}/clients/{client}', {
      params: { path: { account, client } },
      body: change,
      headers: ifMatch(version),
    }),
  )
}

/** The tags that clients have. */
export function useClientTags(account: () => string) {
  return createQuery(() => ({
    queryKey: [...clientKeys.all(account()), 'tags'],
    queryFn: async ({ signal }) =>
      (
        await read(
          api.GET('/api/v1/{account}/clients-tags', {
            params: { path: { account: account() } },
            signal,
          }),
        )
      ).items,
  }))
}

/** How far a client has been set up. */
export function useSetUp(account: () => string, client: () => string) {
  return createQuery(() => ({
    queryKey: [...clientKeys.one(account(), client()), 'set-up'],
    queryFn: ({ signal }) =>
      read(
        api.GET('/api/v1/{account}/clients/{client}/set-up', {
          params: { path: { account: account(), client: client() } },
          signal,
        }),
      ),
  }))
}

/** The limits of a client with their use. */
export function useResources(account: () => string, client: () => string) {
  return createQuery(() => ({
    queryKey: [...clientKeys.one(account(), client()), 'limits'],
    queryFn: ({ signal }) =>
      read(
        api.GET('/api/v1/{account}/clients/{client}/limits', {
          params: { path: { account: account(), client: client() } },
          signal,
        }),
      ),
  }))
}

/** Saves all four limits of a client that is still at `version`. */
export function saveLimits(
  account: string,
  client: string,
  version: number,
  limits: ClientLimits,
): Promise<ClientResources> {
  return read(
    api.PUT('/api/v1/{account}/clients/{client}/limits', {
      params: { path: { account, client } },
      body: limits,
      headers: ifMatch(version),
    }),
  )
}

/** What is switched on for a client. */
export function useFeatures(account: () => string, client: () => string) {
  return createQuery(() => ({
    queryKey: [...clientKeys.one(account(), client()), 'features'],
    queryFn: ({ signal }) =>
      read(
        api.GET('/api/v1/{account}/clients/{client}/features', {
          params: { path: { account: account(), client: client() } },
          signal,
        }),
      ),
  }))
}

export function saveFeatures(
  account: string,
  client: string,
  version: number,
  features: ClientFeatures['features'],
): Promise<ClientFeatures> {
  return read(
    api.PUT('/api/v1/{account}/clients/{client}/features', {
      params: { path: { account, client } },
      body: { features },
      headers: ifMatch(version),
    }),
  )
}

/** Gives the running trial of a client 14 more days. */
export function extendTrial(account: string, client: string, version: number): Promise<Client> {
  return read(
    api.POST('/api/v1/{account}/clients/{client}/trial-extension', {
      params: { path: { account, client } },
      headers: ifMatch(version),
    }),
  )
}

/** What the deletion of a client takes along. */
export function previewDeletion(account: string, client: string): Promise<ClientLoss> {
  return read(
    api.GET('/api/v1/{account}/clients/{client}/deletion', {
      params: { path: { account, client } },
    }),
  )
}

/** Puts a client into the bin; `confirm` is its name as it was typed. */
export function deleteClient(
  account: string,
  client: string,
  confirm: string,
): Promise<DeletedClient> {
  return read(
    api.DELETE('/api/v1/{account}/clients/{client}', {
      params: { path: { account, client }, query: { confirm } },
    }),
  )
}

/** Pages of the clients in the bin. */
export function useDeletedClients(account: () => string) {
  return createInfiniteQuery(() => ({
    queryKey: [...clientKeys.all(account()), 'deleted'],
    initialPageParam: '',
    queryFn: ({ pageParam, signal }: { pageParam: string; signal: AbortSignal }) =>
      read(
        api.GET('/api/v1/{account}/deleted-clients', {
          params: {
            path: { account: account() },
            query: { limit: PAGE, ...(pageParam && { cursor: pageParam }) },
          },
          signal,
        }),
      ),
    getNextPageParam: (last: { next_cursor: string | null }) => last.next_cursor || undefined,
  }))
}

export function restoreClient(account: string, client: string): Promise<Client> {
  return read(
    api.POST('/api/v1/{account}/deleted-clients/{client}/restore', {
      params: { path: { account, client } },
    }),
  )
}

/** Removes a client in the bin for good. */
export async function eraseClient(account: string, client: string, confirm: string): Promise<void> {
  await read(
    api.DELETE('/api/v1/{account}/deleted-clients/{client}', {
      params: { path: { account, client }, query: { confirm } },
    }),
  )
}

/** Changes many clients, or with `check` says what would happen to each. */
export async function changeClients(
  account: string,
  change: ClientsChange,
): Promise<ClientOutcome[]> {
  const answer = await read(
    api.POST('/api/v1/{account}/clients-bulk', { params: { path: { account } }, body: change }),
  )
  return answer.items
}

/** Adds the clients of a CSV file, or with `check` says what would become of each line. */
export async function importClients(
  account: string,
  csv: string,
  check: boolean,
): Promise<ClientsFileLine[]> {
  const answer = await read(
    api.POST('/api/v1/{account}/clients-import', {
      params: { path: { account } },
      body: { csv, check },
    }),
  )
  return answer.items
}

/** What new clients get, with the version that a change must name. */
export function useClientDefaults(account: () => string) {
  return createQuery(() => ({
    queryKey: [...clientKeys.all(account()), 'defaults'],
    queryFn: async ({ signal }) => {
      const answer = await readVersioned(
        api.GET('/api/v1/{account}/client-defaults', {
          params: { path: { account: account() } },
          signal,
        }),
      )
      return answer
    },
  }))
}

export function saveClientDefaults(
  account: string,
  version: number,
  defaults: ClientDefaults,
): Promise<ClientDefaults> {
  return read(
    api.PUT('/api/v1/{account}/client-defaults', {
      params: { path: { account } },
      body: defaults,
      headers: ifMatch(version),
    }),
  )
}
