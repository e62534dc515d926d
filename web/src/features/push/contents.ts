/** What a push brings, in a sentence. */
import type { RolloutPlan } from '$api/contract'
import { nameList } from '$lib/names'
import { t } from '$lib/text'

const KINDS = ['dashboard', 'klip', 'model', 'source'] as const

/** "1 dashboard, 8 Klips and 3 data sources". */
export function contents(plan: Pick<RolloutPlan, 'counts'>): string {
  const parts = KINDS.flatMap((kind) => {
    const n = plan.counts[kind] ?? 0
    return n > 0 ? [t(`push.count.${kind}`, { n })] : []
  })
  return nameList(parts, 4)
}
