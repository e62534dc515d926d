/** What is chosen in the controls of a dashboard: it stands in the address, so that a link keeps it. */
import type { InputResult } from '$draw/index'
import { choose } from '$klip/index'
import { IN_PLACE, withList } from '$lib/address'
import { goto, place } from '$ui/pages'

export interface Choices {
  /** NAME=VALUE, or KLIP!NAME=VALUE. */
  readonly set: readonly string[]
  choose: (klip: string, input: InputResult, values: readonly string[]) => void
  reset: () => void
}

const nameIn = (choice: string) => choice.slice(0, choice.indexOf('='))

/** Where choices that reach all dashboards are kept while the tab is open. */
const keptAt = (account: string) => `octavo.choices.${account}`

function kept(account: string): string[] {
  try {
    const list: unknown = JSON.parse(sessionStorage.getItem(keptAt(account)) ?? '[]')
    return Array.isArray(list) ? list.filter((one): one is string => typeof one === 'string') : []
  } catch {
    return []
  }
}

/** The choices of the page that is open. */
export function useChoices(account: () => string): Choices {
  let elsewhere = $state.raw(kept(account()))
  const own = $derived(place.url.searchParams.getAll('set'))
  const set = $derived.by(() => {
    const named = own.map(nameIn)
    return [...elsewhere.filter((choice) => !named.includes(nameIn(choice))), ...own]
  })

  function keep(list: string[]) {
    elsewhere = list
    sessionStorage.setItem(keptAt(account()), JSON.stringify(list))
  }

  function show(next: readonly string[]) {
    void goto(withList(place.url, 'set', next), IN_PLACE)
  }

  return {
    get set() {
      return set
    },
    choose(klip, input, values) {
      if (input.scope === 'all') keep(choose(elsewhere, '', input, values))
      show(choose(own, klip, input, values))
    },
    reset() {
      keep([])
      show([])
    },
  }
}
