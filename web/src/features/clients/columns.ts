/** Columns of the list that a person may add. */
export const OPTIONAL_COLUMNS = [
  'dashboards_used',
  'api_calls_used',
  'trial_ends_at',
  'tags',
  'created_at',
] as const

export type OptionalColumn = (typeof OPTIONAL_COLUMNS)[number]

/** Reads the columns that an address names; others are left out. */
export function parseColumns(text: string | null): OptionalColumn[] {
  const named = text?.split(',') ?? []
  return OPTIONAL_COLUMNS.filter((column) => named.includes(column))
}

/** The columns with one more or one less, as an address names them; null when none is left. */
export function toggleColumn(columns: OptionalColumn[], column: OptionalColumn): string | null {
  const next = columns.includes(column)
    ? columns.filter((other) => other !== column)
    : [...columns, column]
  return next.join(',') || null
}
