/** Results of Klips that were added to an arrangement and are in no answer of the dashboard yet. */
import { createQueries } from '@tanstack/svelte-query'
import { api, read } from '$api/client'
import type { KlipResult } from '$api/contract'
import { klipKeys } from '$api/klips'
import { missingKlips, type Answer, type Answers } from './answers'
import type { Placed } from './placed'

/** The answers of the dashboard, with those of added Klips. */
export function trackAddedKlips(
  account: () => string,
  placed: () => readonly Placed[],
  answers: () => Answers | undefined,
): { readonly answers: Answers | undefined } {
  const missing = $derived(missingKlips(placed(), answers()))
  const results = createQueries(() => ({
    queries: missing.map((id) => ({
      queryKey: klipKeys.result(account(), id),
      queryFn: ({ signal }: { signal: AbortSignal }): Promise<KlipResult> =>
        read(
          api.GET('/api/v1/{account}/klips/{id}/result', {
            params: { path: { account: account(), id } },
            signal,
          }),
        ),
    })),
  }))
  const all = $derived.by(() => {
    const known = answers()
    if (missing.length === 0) return known
    const klips: Record<string, Answer> = { ...known?.klips }
    missing.forEach((id, i) => {
      const result = results[i]?.data
      if (result) klips[id] = { hash: '', result, sources: [] }
    })
    return { tag: known?.tag ?? '', klips }
  })
  return {
    get answers() {
      return all
    },
  }
}
