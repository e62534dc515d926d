/** Calls and queries of data sources that read a web address. */
import { createQuery } from '@tanstack/svelte-query'
import { api, ifMatch, read } from '$api/client'
import type {
  DatabaseQuery,
  FormatOptions,
  History,
  RequestOfSource,
  RunningRefresh,
  Schedule,
  Source,
  Trial,
  WebRequest,
} from '$api/contract'
import { dataKeys } from './api'
import type { SignIn } from './curl'

type Text = () => string

export const webKeys = {
  request: (account: string, id: string) => [...dataKeys.one(account, id), 'request'] as const,
  credential: (account: string, id: string) =>
    [...dataKeys.one(account, id), 'credential'] as const,
  running: (account: string, id: string) => [...dataKeys.one(account, id), 'running'] as const,
  runs: (account: string, id: string) => [...dataKeys.one(account, id), 'runs'] as const,
  instances: (account: string, id: string) => [...dataKeys.one(account, id), 'instances'] as const,
}

/** How a data source asks; only who may change it may read it. */
export function useRequest(account: Text, id: Text) {
  return createQuery(() => ({
    queryKey: webKeys.request(account(), id()),
    queryFn: ({ signal }) =>
      read(
        api.GET('/api/v1/{account}/data-sources/{id}/request', {
          params: { path: { account: account(), id: id() } },
          signal,
        }),
      ),
  }))
}

/** The connected account that a data source reads with. */
export function useSourceCredential(account: Text, id: Text, enabled: () => boolean) {
  return createQuery(() => ({
    queryKey: webKeys.credential(account(), id()),
    enabled: enabled(),
    queryFn: ({ signal }) =>
      read(
        api.GET('/api/v1/{account}/data-sources/{id}/credential', {
          params: { path: { account: account(), id: id() } },
          signal,
        }),
      ),
  }))
}

/** The tables of a database that the person may read with a connected account. */
export function useTables(account: Text, credential: Text) {
  return createQuery(() => ({
    queryKey: [account(), 'connections', 'tables', credential()],
    staleTime: 300_000,
    queryFn: ({ signal }) =>
      read(
        api.GET('/api/v1/{account}/credentials/{credential}/tables', {
          params: { path: { account: account(), credential: credential() } },
          signal,
        }),
      ),
  }))
}

/** Most connected accounts that one is chosen from. */
const MOST = 200

/** The connected accounts that the person may read with. */
export function useCredentials(account: Text, enabled: () => boolean) {
  return createQuery(() => ({
    queryKey: [account(), 'connections', 'choice'],
    enabled: enabled(),
    queryFn: ({ signal }) =>
      read(
        api.GET('/api/v1/{account}/credentials', {
          params: { path: { account: account() }, query: { limit: MOST } },
          signal,
        }),
      ),
  }))
}

/** Makes a connected account of the sign-in that a pasted command had, for one origin. */
export function connectSignIn(account: string, label: string, origin: string, one: SignIn) {
  const { kind, secret, userName, prefix, name } = one
  return read(
    api.POST('/api/v1/{account}/credentials', {
      params: { path: { account } },
      body: {
        ...{ kind, label, secret, hosts: [origin] },
        ...(userName && { user_name: userName }),
        ...(prefix && { prefix }),
        ...(name && { name }),
        ...(one.in && { in: one.in }),
      },
    }),
  )
}

/** The newest attempts, the newest first; with a key those of one set of values. */
export function useRuns(account: Text, id: Text, instance: Text) {
  return createQuery(() => ({
    queryKey: [...webKeys.runs(account(), id()), instance()],
    queryFn: ({ signal }) =>
      read(
        api.GET('/api/v1/{account}/data-sources/{id}/runs', {
          params: {
            path: { account: account(), id: id() },
            query: { ...(instance() && { instance: instance() }) },
          },
          signal,
        }),
      ),
  }))
}

/** How often a page asks what is fetched, in milliseconds: while something is, and else. */
const FOLLOW = 1000
const LOOK = 10_000

/** What is fetched at this moment; asked for again and again while the page can be seen. */
export function useRunning(account: Text, id: Text, waiting: () => boolean) {
  return createQuery(() => {
    const often = waiting()
    return {
      queryKey: webKeys.running(account(), id()),
      queryFn: ({ signal }: { signal: AbortSignal }) =>
        read(
          api.GET('/api/v1/{account}/data-sources/{id}/running', {
            params: { path: { account: account(), id: id() } },
            signal,
          }),
        ),
      refetchInterval: ({
        state,
      }: {
        state: { status: string; data?: { items: unknown[] } | undefined }
      }) => (state.status !== 'error' && (often || state.data?.items.length) ? FOLLOW : LOOK),
    }
  })
}

/** Ends a refresh of one set of values; '' where there are no variables. */
export function stopRefresh(account: string, id: string, instance: string) {
  return read(
    api.DELETE('/api/v1/{account}/data-sources/{id}/running', {
      params: { path: { account, id }, query: { ...(instance && { instance }) } },
    }),
  )
}

/** The sets of values of a data source; looked at again while one of them is being fetched. */
export function useSourceInstances(account: Text, id: Text) {
  return createQuery(() => ({
    queryKey: webKeys.instances(account(), id()),
    refetchInterval: (query: {
      state: { data?: { items: { waiting: boolean }[] } | undefined }
    }) => (query.state.data?.items.some((one) => one.waiting) ? 2000 : false),
    queryFn: ({ signal }) =>
      read(
        api.GET('/api/v1/{account}/data-sources/{id}/instances', {
          params: { path: { account: account(), id: id() } },
          signal,
        }),
      ),
  }))
}

/** Sends a request once and shows what comes; nothing is kept. */
export function tryRequest(
  account: string,
  input: {
    request?: WebRequest
    query?: DatabaseQuery
    options?: FormatOptions
    values: Record<string, string>
    credential_id?: string
    /** Read with what this data source reads with. */
    data_source_id?: string
    /** Name under which `watchTrial` tells what it does. */
    watch: string
  },
  signal: AbortSignal,
): Promise<Trial> {
  return read(
    api.POST('/api/v1/{account}/data-sources/try', {
      params: { path: { account } },
      body: input,
      signal,
    }),
  )
}

/** What a trial does that goes on; null where it has just begun, or ended. */
export async function watchTrial(account: string, watch: string): Promise<RunningRefresh | null> {
  const { items } = await read(
    api.GET('/api/v1/{account}/trial-progress', {
      params: { path: { account }, query: { watch } },
    }),
  )
  return items[0] ?? null
}

/** Changes what a data source that is still at `version` asks. */
export function changeRequest(
  account: string,
  id: string,
  version: number,
  body: RequestOfSource & { credential_id?: string },
): Promise<Source> {
  return read(
    api.PUT('/api/v1/{account}/data-sources/{id}/request', {
      params: { path: { account, id } },
      body,
      headers: ifMatch(version),
    }),
  )
}

export function setSchedule(
  account: string,
  id: string,
  version: number,
  schedule: Schedule,
): Promise<Source> {
  return read(
    api.PUT('/api/v1/{account}/data-sources/{id}/schedule', {
      params: { path: { account, id } },
      body: schedule,
      headers: ifMatch(version),
    }),
  )
}

export function setHistory(
  account: string,
  id: string,
  version: number,
  history: History | null,
): Promise<Source> {
  return read(
    api.PUT('/api/v1/{account}/data-sources/{id}/history', {
      params: { path: { account, id } },
      body: history ? { history } : {},
      headers: ifMatch(version),
    }),
  )
}

export function setOnSchemaChange(
  account: string,
  id: string,
  version: number,
  on_schema_change: NonNullable<Source['fetched']>['on_schema_change'],
): Promise<Source> {
  return read(
    api.PUT('/api/v1/{account}/data-sources/{id}/on-schema-change', {
      params: { path: { account, id } },
      body: { on_schema_change },
      headers: ifMatch(version),
    }),
  )
}

/** Says what happens when a refresh brings more rows than are taken. */
export function setOnLimit(
  account: string,
  id: string,
  version: number,
  on_limit: NonNullable<Source['fetched']>['on_limit'],
): Promise<Source> {
  return read(
    api.PUT('/api/v1/{account}/data-sources/{id}/on-limit', {
      params: { path: { account, id } },
      body: { on_limit },
      headers: ifMatch(version),
    }),
  )
}

/** Data with other columns that waits; it is read again when others came, at `since`. */
export function useHeld(account: Text, id: Text, since: Text) {
  return createQuery(() => ({
    queryKey: [...dataKeys.one(account(), id()), 'held', since()],
    queryFn: ({ signal }) =>
      read(
        api.GET('/api/v1/{account}/data-sources/{id}/held', {
          params: { path: { account: account(), id: id() } },
          signal,
        }),
      ),
  }))
}

export function acceptHeld(account: string, id: string, payload_id: string): Promise<Source> {
  return read(
    api.POST('/api/v1/{account}/data-sources/{id}/held/accept', {
      params: { path: { account, id } },
      body: { payload_id },
    }),
  )
}

export function refreshNow(account: string, id: string): Promise<Source> {
  return read(
    api.POST('/api/v1/{account}/data-sources/{id}/refresh', { params: { path: { account, id } } }),
  )
}

/** The first rows of one set of values, as it was fetched at `since`. */
export function useInstancePreview(account: Text, id: Text, key: Text, since: Text) {
  return createQuery(() => ({
    queryKey: [...webKeys.instances(account(), id()), key(), since()],
    enabled: since() !== '',
    queryFn: ({ signal }) =>
      read(
        api.GET('/api/v1/{account}/data-sources/{id}/preview', {
          params: { path: { account: account(), id: id() }, query: { instance: key() } },
          signal,
        }),
      ),
  }))
}

export function refreshInstance(account: string, id: string, key: string) {
  return read(
    api.POST('/api/v1/{account}/data-sources/{id}/instances/{key}/refresh', {
      params: { path: { account, id, key } },
    }),
  )
}

export function dropInstance(account: string, id: string, key: string) {
  return read(
    api.DELETE('/api/v1/{account}/data-sources/{id}/instances/{key}', {
      params: { path: { account, id, key } },
    }),
  )
}
