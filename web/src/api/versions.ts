/** Versions of assets: their list, and what changed in words. */
import { createQuery } from '@tanstack/svelte-query'
import { hasText, t } from '$lib/text'
import { api, ifMatch, read } from './client'
import type { Version } from './contract'

export type Difference = Version['differences'][number]

/** The versions of an asset, the newest first; `area` is the prefix of the queries about its kind. */
export function useVersions(
  account: () => string,
  id: () => string,
  area: () => readonly unknown[],
  enabled: () => boolean = () => true,
) {
  return createQuery(() => ({
    queryKey: [...area(), 'versions', id()],
    enabled: enabled(),
    queryFn: ({ signal }: { signal: AbortSignal }) =>
      read(
        api.GET('/api/v1/{account}/assets/{id}/versions', {
          params: { path: { account: account(), id: id() } },
          signal,
        }),
      ),
  }))
}

/** Makes `version` the current one of an asset that is still at `current`. */
export function restoreVersion(account: string, id: string, current: number, version: number) {
  return read(
    api.POST('/api/v1/{account}/assets/{id}/restore', {
      params: { path: { account, id } },
      body: { version },
      headers: ifMatch(current),
    }),
  )
}

/** What was done with an asset. */
export function changeText(change: string): string {
  const key = `versions.change.${change}`
  return hasText(key) ? t(key) : change
}

const upper = (text: string) => text.charAt(0).toUpperCase() + text.slice(1)

/** One change in a sentence: "Series “Revenue”: colour". */
export function differenceText(d: Difference): string {
  const what = upper(d.what)
  const it = d.name ? t('versions.named', { what, name: d.name }) : what
  switch (d.kind) {
    case 'renamed':
      return d.of
        ? t('versions.renamed', { what, name: d.name, of: d.of })
        : t('versions.renamedFirst', { what, name: d.name })
    case 'replaced':
      return t('versions.replaced', { what, name: d.name, of: d.of })
    case 'changed':
      return t('versions.changed', { it, of: d.of })
    default:
      return t(`versions.${d.kind}`, { it })
  }
}

/** All changes in one line: the first, and how many more. */
export function differencesText(list: readonly Difference[]): string {
  const first = list[0]
  if (!first) return ''
  const text = differenceText(first)
  return list.length > 1 ? t('versions.more', { first: text, n: list.length - 1 }) : text
}
