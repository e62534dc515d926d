/** The settings of an account on a page that saves each change at once. */
import { createQuery, useQueryClient } from '@tanstack/svelte-query'
import type { Account } from '$api/account'
import { api, ApiError, ifMatch, read, readVersioned } from '$api/client'
import { errorText } from '$api/errors'
import { t } from '$lib/text'
import { toast } from '$ui/toasts.svelte'

/** Call it while a component starts. `saved` is what a toast says after a change. */
export function useSettings(account: Account, saved: 'settings.saved' | 'security.saved') {
  const queries = useQueryClient()
  const query = createQuery(() => ({
    queryKey: [account.slug, 'settings'],
    queryFn: ({ signal }) =>
      readVersioned(
        api.GET('/api/v1/{account}/settings', {
          params: { path: { account: account.slug } },
          signal,
        }),
      ),
  }))
  const byName = $derived(
    Object.fromEntries((query.data?.body.items ?? []).map((item) => [item.name, item])),
  )
  let busy = $state(false)
  let failure: unknown = $state(null)
  /** Setting whose change was refused. */
  let failed = $state('')

  /** Sets one value; null lets the agency, or the product, decide again. */
  async function change(name: string, value: string | null) {
    if (busy || !query.data) return
    busy = true
    failure = null
    try {
      await read(
        api.PATCH('/api/v1/{account}/settings', {
          params: { path: { account: account.slug } },
          body: { values: { [name]: value } },
          headers: ifMatch(query.data.version),
        }),
      )
      toast({ text: t(saved) })
    } catch (error) {
      failure = error
      failed = name
    } finally {
      busy = false
      await queries.invalidateQueries({ queryKey: [account.slug] })
    }
  }

  /** What is wrong with the value of a setting, if its change was refused for that. */
  const wrong = (name: string) =>
    failed === name && failure instanceof ApiError && failure.field ? errorText(failure) : undefined

  return {
    query,
    get byName() {
      return byName
    },
    get busy() {
      return busy
    },
    /** A failure that no field shows. */
    get failure() {
      return failure && !wrong(failed) ? failure : null
    },
    change,
    wrong,
  }
}
