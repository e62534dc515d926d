import { useQueryClient } from '@tanstack/svelte-query'
import { goto } from '$app/navigation'
import type { Account } from '$api/account'
import { errorText } from '$api/errors'
import { hideTour, tourKey, useTour } from '$api/tour'
import { paths } from '$lib/paths'
import { toast } from '$ui/toasts.svelte'

/** Whether there is a tour for the person, and the way back to it. Call it while a component starts. */
export function useTourHelp(account: Account) {
  const queries = useQueryClient()
  const tour = useTour(account)

  return {
    get there() {
      return (tour.data?.steps.length ?? 0) > 0
    },
    /** Shows the checklist on Home, also when it was put away. */
    async show(): Promise<void> {
      try {
        if (tour.data?.hidden) await hideTour(account.slug, false)
        await goto(paths.home(account.slug))
      } catch (error) {
        toast({ text: errorText(error) })
      } finally {
        void queries.invalidateQueries({ queryKey: tourKey(account.slug) })
      }
    },
  }
}
