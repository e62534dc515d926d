/** The form of what programs push into a data source, and its address. */
import type { History, Pushed } from '$api/contract'

export type ColumnType = NonNullable<Pushed['columns']>[number]['type']

export interface ColumnDraft {
  id: number
  name: string
  type: ColumnType
  pattern: string
}

/** What is kept, as a form has it. */
export interface KeepDraft {
  mode: 'all' | 'rows' | 'days'
  rows: number | null
  days: number | null
  orderBy: string
}

export interface PushedDraft {
  listed: boolean
  columns: ColumnDraft[]
  uniqueBy: string
  /** Names that tell sets of rows apart, separated by commas. */
  variables: string
  keep: KeepDraft
}

let last = 0

export function newColumn(): ColumnDraft {
  return { id: ++last, name: '', type: 'text', pattern: '' }
}

export function keepDraftOf(keep: Pushed['keep']): KeepDraft {
  return {
    mode: keep?.days ? 'days' : keep?.rows ? 'rows' : 'all',
    rows: keep?.rows || 10_000,
    days: keep?.days || 400,
    orderBy: keep?.order_by ?? '',
  }
}

export function draftOfPushed(pushed: Pushed): PushedDraft {
  const columns = (pushed.columns ?? []).map((column) => ({
    ...newColumn(),
    name: column.name,
    type: column.type,
    pattern: column.pattern ?? '',
  }))
  return {
    listed: columns.length > 0,
    columns: columns.length > 0 ? columns : [newColumn()],
    uniqueBy: (pushed.unique_by ?? []).join(', '),
    variables: (pushed.variables ?? []).join(', '),
    keep: keepDraftOf(pushed.keep),
  }
}

/** What is kept; undefined = all rows. */
export function keepOf(draft: KeepDraft): Pushed['keep'] {
  const order = draft.orderBy.trim() ? { order_by: draft.orderBy.trim() } : {}
  if (draft.mode === 'rows' && draft.rows) return { rows: draft.rows, ...order }
  if (draft.mode === 'days' && draft.days) return { days: draft.days, ...order }
  return undefined
}

/** Names that are separated by commas. */
export function namesOf(text: string): string[] {
  return text
    .split(',')
    .map((name) => name.trim())
    .filter(Boolean)
}

export function pushedOf(draft: PushedDraft): Pushed {
  const out: Pushed = {}
  if (draft.listed) {
    const columns = draft.columns
      .filter((column) => column.name.trim())
      .map((column) => ({
        name: column.name.trim(),
        type: column.type,
        ...(column.type === 'date' && column.pattern.trim() && { pattern: column.pattern.trim() }),
      }))
    if (columns.length > 0) out.columns = columns
  }
  const unique = namesOf(draft.uniqueBy)
  if (unique.length > 0) out.unique_by = unique
  const variables = namesOf(draft.variables)
  if (variables.length > 0) out.variables = variables
  const keep = keepOf(draft.keep)
  if (keep) out.keep = keep
  return out
}

/** How rows are kept from refresh to refresh, as a form has it. */
export interface HistoryDraft {
  mode: 'off' | 'append' | 'upsert'
  uniqueBy: string
  keep: KeepDraft
}

export function historyDraftOf(history: History | null): HistoryDraft {
  return {
    mode: history?.mode ?? 'off',
    uniqueBy: (history?.unique_by ?? []).join(', '),
    keep: keepDraftOf(history?.keep),
  }
}

export function historyOf(draft: HistoryDraft): History | null {
  if (draft.mode === 'off') return null
  const keep = keepOf(draft.keep)
  return {
    mode: draft.mode,
    ...(draft.mode === 'upsert' && { unique_by: namesOf(draft.uniqueBy) }),
    ...(keep && { keep }),
  }
}

/** Address to push to; with variables, for one set of their values. */
export function pushAddress(
  origin: string,
  account: string,
  id: string,
  variables: string[] = [],
): string {
  const values = variables.map((name) => `var.${encodeURIComponent(name)}=VALUE`).join('&')
  return `${origin}/api/v1/${account}/data-sources/${id}/data${values && `?${values}`}`
}

const SAMPLE: Record<ColumnType, unknown> = {
  text: 'text',
  number: 42,
  bool: true,
  date: '2026-01-31',
}

/** A command that appends one row. Its key is a name in the shell, so that nobody copies one around. */
export function pushExample(
  address: string,
  columns: { name: string; type: ColumnType }[],
): string {
  const some =
    columns.length > 0
      ? columns
      : [
          { name: 'day', type: 'date' as const },
          { name: 'visits', type: 'number' as const },
        ]
  const row = JSON.stringify([Object.fromEntries(some.map((c) => [c.name, SAMPLE[c.type]]))])
  return [
    `curl -X POST '${address}' \\`,
    `  -H "Authorization: Bearer $OCTAVO_KEY" \\`,
    `  -H 'Content-Type: application/json' \\`,
    `  --data '${row.replaceAll("'", "'\\''")}'`,
  ].join('\n')
}
