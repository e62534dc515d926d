/** Calls, keys and queries of the import. */
import { createInfiniteQuery, createQuery } from '@tanstack/svelte-query'
import { api, read } from '$api/client'
import type { ImportPlan, ImportResult, ImportSelection, Placement } from '$api/contract'

/** What the lists of the first step show. */
export type ListKind = 'dashboard' | 'klip' | 'source'
export const LIST_KINDS: ListKind[] = ['dashboard', 'klip', 'source']

type Text = () => string

/** Rows of a page. */
const PAGE = 100
/** Dashboards whose arrangement is read for small pictures. */
const PICTURES = 24

const keys = {
  /** Prefix of what an import reads of other accounts. */
  all: (account: string) => [account, 'import'] as const,
  accounts: (account: string) => [account, 'import', 'accounts'] as const,
}

export const importKeys = keys

/** Accounts that the person may import from. */
export function useImportAccounts(account: Text) {
  return createQuery(() => ({
    queryKey: keys.accounts(account()),
    retry: false,
    queryFn: async ({ signal }) => {
      const call = api.GET('/api/v1/{account}/import/accounts', {
        params: { path: { account: account() } },
        signal,
      })
      return (await read(call)).items
    },
  }))
}

/** What the list of the first step is narrowed by; empty texts ask for nothing. */
export interface AssetFilter {
  q: string
  owner: string
  /** Klips and data: a dashboard that uses them. */
  on: string
  /** Changed within so many days; 0 asks for nothing. */
  days: number
  /** Data: raw, model or merged. */
  type: string
}

export const NO_FILTER: AssetFilter = { q: '', owner: '', on: '', days: 0, type: '' }

/** Pages of what can be imported of one kind. */
export function useImportAssets(
  account: Text,
  from: Text,
  kind: () => ListKind,
  filter: () => AssetFilter,
) {
  return createInfiniteQuery(() => ({
    queryKey: [...keys.all(account()), 'assets', from(), kind(), filter()],
    enabled: from() !== '',
    initialPageParam: '',
    queryFn: ({ pageParam, signal }: { pageParam: string; signal: AbortSignal }) =>
      read(
        api.GET('/api/v1/{account}/import/assets', {
          params: {
            path: { account: account() },
            query: {
              from: from(),
              kind: kind(),
              limit: PAGE,
              ...asked(kind(), filter()),
              ...(pageParam && { cursor: pageParam }),
            },
          },
          signal,
        }),
      ),
    getNextPageParam: (last: { next_cursor: string | null }) => last.next_cursor || undefined,
  }))
}

/** The part of a filter that a kind knows. */
function asked(kind: ListKind, { q, owner, on, days, type }: AssetFilter) {
  const since = new Date(Date.now() - days * 24 * 60 * 60 * 1000)
  return {
    ...(q && { q }),
    ...(owner && { owner }),
    ...(on && kind !== 'dashboard' && { on }),
    ...(days > 0 && { since: since.toISOString() }),
    ...(type && kind === 'source' && { type: type as 'raw' | 'model' | 'merged' }),
  }
}

/** Whose assets of a kind can be imported. */
export function useImportOwners(account: Text, from: Text, kind: () => ListKind) {
  return createQuery(() => ({
    queryKey: [...keys.all(account()), 'owners', from(), kind()],
    enabled: from() !== '',
    queryFn: async ({ signal }) => {
      const call = api.GET('/api/v1/{account}/import/owners', {
        params: { path: { account: account() }, query: { from: from(), kind: kind() } },
        signal,
      })
      return (await read(call)).items
    },
  }))
}

/** How often an import of a selection failed of late, and whom to write to. */
export function useImportHelp(
  account: Text,
  selection: () => ImportSelection,
  asked: () => number,
) {
  return createQuery(() => ({
    queryKey: [...keys.all(account()), 'help', selection(), asked()],
    enabled: asked() > 0,
    retry: false,
    gcTime: 0,
    queryFn: ({ signal }) =>
      read(
        api.POST('/api/v1/{account}/import/help', {
          params: { path: { account: account() } },
          body: selection(),
          signal,
        }),
      ),
  }))
}

/** Everything that an import would bring; asked anew whenever it is looked at. */
export function usePlan(account: Text, selection: () => ImportSelection, enabled: () => boolean) {
  return createQuery(() => ({
    queryKey: [...keys.all(account()), 'plan', selection()],
    enabled: enabled(),
    staleTime: 0,
    gcTime: 0,
    retry: false,
    refetchOnWindowFocus: false,
    queryFn: ({ signal }): Promise<ImportPlan> =>
      read(
        api.POST('/api/v1/{account}/import/preview', {
          params: { path: { account: account() } },
          body: selection(),
          signal,
        }),
      ),
    // While only the way of reuse is asked anew, the plan before stays on screen.
    placeholderData: (previous: ImportPlan | undefined, query) =>
      query && sameAssets(query.queryKey.at(-1), selection()) ? previous : undefined,
  }))
}

function sameAssets(before: unknown, now: ImportSelection): boolean {
  const { from, assets } = before as ImportSelection
  return from === now.from && assets.join() === now.assets.join()
}

/** Carries out a plan. `key` makes the call safe to repeat. */
export function importAssets(
  account: string,
  selection: ImportSelection,
  plan: string,
  values: Record<string, string>,
  lock: string[],
  key: { 'Idempotency-Key': string },
): Promise<ImportResult> {
  return read(
    api.POST('/api/v1/{account}/import', {
      params: { path: { account } },
      body: { ...selection, plan_id: plan, values, lock },
      headers: key,
    }),
  )
}

/** What makes pictures out of names: the component of Klips and the arrangement of dashboards, by id. */
export interface Looks {
  components: Map<string, string>
  placements: Map<string, Placement[]>
}

export const NO_LOOKS: Looks = { components: new Map(), placements: new Map() }

/**
 * How the assets of the agency look. Only an administrator who visits a client may read them there; for
 * other accounts, and when a call fails, plain icons do.
 */
export function useLooks(agency: Text, dashboards: () => string[], enabled: () => boolean) {
  return createQuery(() => ({
    queryKey: [agency(), 'import-looks', dashboards()],
    enabled: enabled(),
    retry: false,
    staleTime: 60_000,
    placeholderData: <T>(previous: T) => previous,
    queryFn: async ({ signal }): Promise<Looks> => {
      const path = { account: agency() }
      const list = read(
        api.GET('/api/v1/{account}/klips', { params: { path, query: { limit: 200 } }, signal }),
      )
      const placements = dashboards()
        .slice(0, PICTURES)
        .map(async (id) => {
          const call = api.GET('/api/v1/{account}/dashboards/{id}', {
            params: { path: { ...path, id } },
            signal,
          })
          return [id, (await read(call)).dashboard.placements] as const
        })
      const [{ items }, boards] = await Promise.all([list, Promise.all(placements)])
      return {
        components: new Map(items.map((klip) => [klip.id, klip.component])),
        placements: new Map(boards),
      }
    },
  }))
}
