/** Saving a change of a data source: one at a time, what the server answers is shown everywhere. */
import { useQueryClient } from '@tanstack/svelte-query'
import { useAccount } from '$api/account'
import type { Source } from '$api/contract'
import { t } from '$lib/text'
import { toast } from '$ui/toasts.svelte'
import { dataKeys } from './api'

export interface Saving {
  readonly busy: boolean
  /** Why the last change was not saved, or null. */
  readonly failure: unknown
  /** Saves by `call`. `said` tells people so; "" says nothing. */
  run: (call: () => Promise<Source>, said?: (saved: Source) => string) => Promise<void>
}

/** To be called while a component is made. */
export function useSaving(): Saving {
  const account = useAccount()
  const queries = useQueryClient()
  let busy = $state(false)
  let failure: unknown = $state(null)
  return {
    get busy() {
      return busy
    },
    get failure() {
      return failure
    },
    async run(call, said = (saved) => t('data.saved', { name: saved.name })) {
      if (busy) return
      busy = true
      failure = null
      try {
        const saved = await call()
        queries.setQueryData(dataKeys.one(account.slug, saved.id), saved)
        const text = said(saved)
        if (text) toast({ text })
        // After a failure nothing is read again: a newer version would take away what people have typed.
        void queries.invalidateQueries({ queryKey: dataKeys.all(account.slug) })
      } catch (error) {
        failure = error
      } finally {
        busy = false
      }
    },
  }
}
