/** What a list of assets is narrowed by, as its address says it, and where an imported one came from. */
import type { AssetQuery, Origin } from './contract'
import { day } from '$lib/dates'
import { t } from '$lib/text'

const KEYS = ['owner', 'group', 'origin', 'tag', 'on', 'using', 'state'] as const
export const SINCE = ['1', '7', '30'] as const
export const SORTS = ['name', '-name', '-updated_at', 'updated_at'] as const

export type ChoiceKey = (typeof KEYS)[number] | 'since' | 'sort'
export type Choice = Partial<Record<ChoiceKey, string>>

/** What a list hands to the filters and the bar of many that the route composes. */
export interface ListTools {
  choice: Choice
  /** Changes parts of the address; null takes a part away. */
  onset: (change: Record<string, string | null>) => void
  /** Ids of the chosen rows. */
  selected: string[]
  onselect: (ids: string[]) => void
}

/** Reads an address; values that are not known are left out. */
export function parseChoice(query: URLSearchParams): Choice {
  const out: Choice = {}
  for (const key of KEYS) {
    const value = query.get(key)
    if (value && (key !== 'origin' || value === 'own' || value === 'imported')) out[key] = value
  }
  const since = SINCE.find((days) => days === query.get('since'))
  if (since) out.since = since
  const sort = SORTS.find((one) => one === query.get('sort'))
  if (sort && sort !== 'name') out.sort = sort
  return out
}

/** Says whether something is left out of the list. */
export function isNarrowed(choice: Choice): boolean {
  return Object.keys(choice).some((key) => key !== 'sort')
}

/** The address parts that show everything again. */
export const CLEARED: Record<string, null> = Object.fromEntries(
  [...KEYS, 'since', 'q'].map((key) => [key, null]),
)

/** The choice as the API takes it. Days are counted from the start of `now`'s hour. */
export function queryOf(choice: Choice, now = Date.now()): AssetQuery & { sort?: string } {
  const { since, origin, ...rest } = choice
  const hour = 3_600_000
  return {
    ...rest,
    ...(origin && { origin: origin as 'own' | 'imported' }),
    ...(since && {
      since: new Date(Math.floor(now / hour) * hour - Number(since) * 24 * hour).toISOString(),
    }),
  }
}

/** "Imported from X on DATE"; null for what was made here. */
export function importedText(origin: Origin | null, now: number): string | null {
  if (!origin) return null
  const date = day(origin.imported_at, now)
  return origin.account
    ? t('lists.imported', { name: origin.account.name, date })
    : t('lists.importedAgency', { date })
}
