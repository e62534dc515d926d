import { goto } from '$app/navigation'
import type { Account } from '$api/account'
import type { Client } from '$api/contract'
import { startVisit } from '$api/visits'
import { paths } from '$lib/paths'

/** Signing in to a client, with what is on its way and what went wrong. */
export function signInTo(account: Account) {
  let busy: string | null = $state(null)
  let failure: unknown = $state(null)

  return {
    /** Slug of the client that is being entered. */
    get busy() {
      return busy
    },
    get failure() {
      return failure
    },
    /** Enters a client and goes to a page of it, its home when none is named. */
    async start(client: Client, to: (slug: string) => string = paths.home): Promise<void> {
      if (busy) return
      busy = client.slug
      failure = null
      try {
        await goto(to(await startVisit(account.slug, client.slug)))
      } catch (error) {
        failure = error
      } finally {
        busy = null
      }
    },
  }
}
