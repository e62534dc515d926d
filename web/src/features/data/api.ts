/** Calls, keys and queries of the data source screens. */
import { createInfiniteQuery, createQuery } from '@tanstack/svelte-query'
import { api, ApiError, ifMatch, read, upload } from '$api/client'
import type { FormatOptions, Pushed, SentUpload, Source, Upload, WebSource } from '$api/contract'
import { queryOf, type Choice } from '$api/choice'

type Text = () => string

export const dataKeys = {
  /** Prefix of everything about data sources, for invalidation. */
  all: (account: string) => [account, 'data-sources'] as const,
  list: (account: string, q: string) => [account, 'data-sources', 'list', q] as const,
  one: (account: string, id: string) => [account, 'data-sources', 'one', id] as const,
  preview: (account: string, id: string) =>
    [account, 'data-sources', 'one', id, 'preview'] as const,
  usedBy: (account: string, id: string) => [account, 'data-sources', 'one', id, 'used-by'] as const,
}

/** Rows of a page. */
const PAGE = 50

/** Pages of data sources in order of name; the first also counts all that match. */
export function useSources(account: Text, q: Text, choice: () => Choice) {
  return createInfiniteQuery(() => {
    const asked = queryOf(choice()) // once for all pages: a cursor belongs to its query
    return {
      queryKey: [...dataKeys.list(account(), q()), asked],
      initialPageParam: '',
      queryFn: ({ pageParam, signal }: { pageParam: string; signal: AbortSignal }) =>
        read(
          api.GET('/api/v1/{account}/data-sources', {
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

export function useSource(account: Text, id: Text) {
  return createQuery(() => ({
    queryKey: dataKeys.one(account(), id()),
    queryFn: ({ signal }) =>
      read(
        api.GET('/api/v1/{account}/data-sources/{id}', {
          params: { path: { account: account(), id: id() } },
          signal,
        }),
      ),
  }))
}

/** The first rows of all sheets. */
export function usePreview(account: Text, id: Text, enabled: () => boolean = () => true) {
  return createQuery(() => ({
    queryKey: dataKeys.preview(account(), id()),
    enabled: enabled(),
    queryFn: ({ signal }) =>
      read(
        api.GET('/api/v1/{account}/data-sources/{id}/preview', {
          params: { path: { account: account(), id: id() } },
          signal,
        }),
      ),
  }))
}

/** The Klips that use a data source and the dashboards that show them. */
export function useUsedBy(account: Text, id: Text) {
  return createQuery(() => ({
    queryKey: dataKeys.usedBy(account(), id()),
    queryFn: ({ signal }) =>
      read(
        api.GET('/api/v1/{account}/data-sources/{id}/used-by', {
          params: { path: { account: account(), id: id() } },
          signal,
        }),
      ),
  }))
}

/** Sends a file and waits until it is read. */
export async function sendFile(
  account: string,
  file: File,
  options: { onprogress: (part: number) => void; signal: AbortSignal },
): Promise<Upload> {
  const sent = (await upload(`/api/v1/${account}/uploads`, file, options)) as SentUpload
  return untilRead(account, sent, options.signal)
}

/** Has an upload read again; options that are left out are found out. */
export async function readAgain(
  account: string,
  id: string,
  options: FormatOptions,
  signal: AbortSignal,
): Promise<Upload> {
  const asked = await read(
    api.PUT('/api/v1/{account}/uploads/{id}/options', {
      params: { path: { account, id } },
      body: options,
      signal,
    }),
  )
  return untilRead(account, asked, signal)
}

/** How long to rest before asking whether a file is read. */
const REST = 2000

/** How often in a row nobody may answer: the server is started again, and reads on. */
const PATIENCE = 30

const away = ({ status }: ApiError) => status === 0 || (status >= 502 && status <= 504)

/** Asks for an upload until it is read; throws why it cannot be. */
export async function untilRead(
  account: string,
  upload: SentUpload,
  signal?: AbortSignal,
): Promise<Upload> {
  let now = upload
  let missed = 0
  while (now.state === 'reading') {
    await rest(REST, signal)
    try {
      now = await read(
        api.GET('/api/v1/{account}/uploads/{id}', {
          params: { path: { account, id: upload.id } },
          signal,
        }),
      )
      missed = 0
    } catch (error) {
      if (!(error instanceof ApiError && away(error) && ++missed < PATIENCE)) throw error
    }
  }
  if (now.problem) throw new ApiError(now.problem)
  return now as Upload // whose format is known once it was read
}

/** Waits a while, or until `signal` says that nobody wants the answer any more. */
function rest(ms: number, signal?: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    const gone = () => {
      clearTimeout(timer)
      reject(new DOMException('Aborted', 'AbortError'))
    }
    const timer = setTimeout(() => {
      signal?.removeEventListener('abort', gone)
      resolve()
    }, ms)
    if (signal?.aborted) gone()
    else signal?.addEventListener('abort', gone, { once: true })
  })
}

/** Makes a data source of an upload, of what is asked outside, or of rows that programs push. `key` makes the call safe to repeat. */
export function addSource(
  account: string,
  input: { name: string; description?: string } & (
    { upload_id: string } | { web: WebSource } | { push: Pushed }
  ),
  key: { 'Idempotency-Key': string },
): Promise<Source> {
  return read(
    api.POST('/api/v1/{account}/data-sources', {
      params: { path: { account } },
      body: input,
      headers: key,
    }),
  )
}

/** Puts an upload in the place of the data. What cannot be read changes nothing; a file that takes long is asked for again. */
export async function replaceData(
  account: string,
  id: string,
  file: Upload,
  key: { 'Idempotency-Key': string },
): Promise<Source> {
  for (;;) {
    try {
      return await read(
        api.POST('/api/v1/{account}/data-sources/{id}/payload', {
          params: { path: { account, id } },
          body: { upload_id: file.id },
          headers: key,
        }),
      )
    } catch (error) {
      if (!(error instanceof ApiError && error.code === 'upload_reading')) throw error
      await untilRead(account, { ...file, state: 'reading' })
    }
  }
}

/** Changes a data source that is still at `version`. */
export function changeSource(
  account: string,
  id: string,
  version: number,
  change: { name?: string; description?: string },
): Promise<Source> {
  return read(
    api.PATCH('/api/v1/{account}/data-sources/{id}', {
      params: { path: { account, id } },
      body: change,
      headers: ifMatch(version),
    }),
  )
}

/** Makes a data source of one's own that asks and reads as another. `key` makes the call safe to repeat. */
export function copySource(
  account: string,
  id: string,
  key: { 'Idempotency-Key': string },
): Promise<Source> {
  return read(
    api.POST('/api/v1/{account}/data-sources/{id}/copy', {
      params: { path: { account, id } },
      headers: key,
    }),
  )
}

/** Switches a data source on, or off: then nothing fetches it. */
export function switchSource(account: string, id: string, enabled: boolean): Promise<Source> {
  return read(
    api.PUT('/api/v1/{account}/data-sources/{id}/enabled', {
      params: { path: { account, id } },
      body: { enabled },
    }),
  )
}

/** Moves a data source that is still at `version` to the bin; `force` also one that Klips use. */
export function trashSource(account: string, id: string, version: number, force: boolean) {
  return read(
    api.DELETE('/api/v1/{account}/data-sources/{id}', {
      params: { path: { account, id }, ...(force && { query: { force } }) },
      headers: ifMatch(version),
    }),
  )
}

/** Address of the file as it was uploaded. */
export function downloadHref(account: string, id: string, instance?: string): string {
  const path = `/api/v1/${account}/data-sources/${id}/download`
  return instance ? `${path}?instance=${instance}` : path
}
