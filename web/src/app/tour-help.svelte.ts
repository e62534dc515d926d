import { useQueryClient } from '@tanstack/svelte-query'
import { goto } from '$app/navigation'
import type { Account } from '$api/account'
import { hideTour, tourKey, useTour } from '$api/tour'
import { paths } from '$lib/paths'

/** Whether there is a tour for the person, and the way back to it. Call it while a component starts. */
export function useTourHelp(account: Account) {
  const queries = useQueryClient()
  const mayTour = () => account.kind === 'parent' && account.can('client.access')
  const tour = useTour(() => account.slug, mayTour)

  return {
    get there() {
      return mayTour() && (tour.data?.steps.length ?? 0) > 0
    },
    /** Shows the checklist on Home, also when it was put away. */
    async show(): Promise<void> {
      try {
        if (tour.data?.hidden) await hideTour(account.slug, false)
      } finally {
        await queries.invalidateQueries({ queryKey: tourKey(account.slug) })
      }
      await goto(paths.home(account.slug))
    },
  }
}
