/** How a plan is put into words. */
import type { AssetKind, ImportItem, ImportPlan } from '$api/contract'
import { day } from '$lib/dates'
import type { MessageKey } from '$lib/messages'
import { t } from '$lib/text'
import type { ListKind } from './api'

export const KINDS: AssetKind[] = ['dashboard', 'klip', 'model', 'source']

/** What the filter of the review knows. */
export type StateFilter = 'all' | ImportItem['state']
export const FILTERS: StateFilter[] = ['all', 'new', 'already_here', 'edited_here', 'reused']

/** "Dashboard", "Dashboards". */
export function kindHead(kind: AssetKind, n: number): string {
  return t(`import.kind.${kind}`, { n })
}

/** The name of one kind inside a sentence. */
export function kindWord(kind: AssetKind): string {
  return t(`import.one.${kind}`)
}

/** The state of an item in one or two words. */
export function stateText(item: Pick<ImportItem, 'state'>): string {
  return t(`import.state.${item.state}`)
}

/** What the state means for this item, in a sentence. */
export function stateSentence(item: ImportItem, now: number): string {
  const [first] = item.earlier
  const since = first ? day(first.imported_at, now) : ''
  const here = first?.name ?? ''
  if (item.state === 'new' && item.new_name !== item.name)
    return t('import.why.renamed', { name: item.new_name })
  return t(`import.why.${item.state}`, { since, here, name: item.new_name })
}

/** The quiet line of a card. */
export function subline(
  item: ImportItem,
  plan: Pick<ImportPlan, 'items'>,
  component: string | undefined,
  now: number,
): string {
  if (item.state === 'reused' && item.earlier[0])
    return t('import.hereSince', { since: day(item.earlier[0].imported_at, now) })
  if (item.state === 'edited_here') return t('import.sub.edited_here')
  if (item.state === 'already_here') return t('import.sub.already_here')
  return makeUp(item, plan, component)
}

/** What an item is made of: "8 Klips, layout kept", "Chart", "8,384 rows, uploaded file". */
export function makeUp(
  item: ImportItem,
  plan: Pick<ImportPlan, 'items'>,
  component: string | undefined,
): string {
  const n = item.uses.filter((id) => plan.items.some((one) => one.id === id)).length
  switch (item.kind) {
    case 'dashboard':
      return t('import.sub.dashboard', { n })
    case 'klip':
      return component !== undefined ? t(componentKey(component)) : t('import.sub.sources', { n })
    case 'model':
      return t('import.sub.model', { n })
    case 'source': {
      const rows = t('import.rows', { n: item.rows ?? 0 })
      return item.connector === 'upload' ? t('import.sub.file', { rows }) : rows
    }
  }
}

function componentKey(type: string): MessageKey {
  if (type === 'chart' || type === 'table' || type === 'simple_value' || type === 'input')
    return `editor.type.${type}`
  return 'editor.type.none'
}

/** How many items of a plan are new and how many are reused. */
export function totals(plan: Pick<ImportPlan, 'items'>): { fresh: number; reused: number } {
  const reused = plan.items.filter((item) => item.state === 'reused').length
  return { fresh: plan.items.length - reused, reused }
}

/** How many items each filter shows. */
export function countsOf(plan: Pick<ImportPlan, 'items'>): Record<StateFilter, number> {
  const counts = { all: plan.items.length, new: 0, already_here: 0, edited_here: 0, reused: 0 }
  for (const item of plan.items) counts[item.state]++
  return counts
}

/** Whether the receiving account has room for the dashboards of a plan; -1 is no limit. */
export function dashboardsMissing({ dashboards: d }: Pick<ImportPlan, 'dashboards'>): number {
  return d.limit < 0 ? 0 : Math.max(0, d.used + d.needed - d.limit)
}

/** The kind that an address names, also in the words of the lists; dashboards without one. */
export function parseKind(text: string | null): ListKind {
  switch (text) {
    case 'klip':
    case 'klips':
      return 'klip'
    case 'source':
    case 'sources':
    case 'data':
    case 'data-sources':
      return 'source'
    default:
      return 'dashboard'
  }
}
