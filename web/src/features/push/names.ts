/** Names and kinds in a sentence. */
import type { RolloutPlan } from '$api/contract'
import { number, t } from '$lib/text'

const KINDS = ['dashboard', 'klip', 'model', 'source'] as const

/** "Orders", "Orders and Targets", "Orders, Targets and 3 more". */
export function nameList(names: readonly string[], most = 3): string {
  const [first = '', second = ''] = names
  if (names.length <= 1) return first
  if (names.length === 2) return t('import.two', { first, second })
  if (names.length <= most)
    return t('import.two', { first: names.slice(0, -1).join(', '), second: names.at(-1) ?? '' })
  const shown = names.slice(0, most - 1).join(', ')
  return t('import.andMore', { names: shown, more: number(names.length - most + 1) })
}

/** "1 dashboard, 8 Klips and 3 data sources". */
export function contents(plan: Pick<RolloutPlan, 'counts'>): string {
  const parts = KINDS.flatMap((kind) => {
    const n = plan.counts[kind] ?? 0
    return n > 0 ? [t(`push.count.${kind}`, { n })] : []
  })
  return nameList(parts, 4)
}
