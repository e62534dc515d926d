/** Words of generated sentences, in the language of the application; `{0}` and so on are filled in. */
export const WORDS = {
  blank: '(blank)',
  noData: 'No data',
  nothingChosen: 'Nothing chosen',
  other: 'Other',
  points: '{0} values',
  onePoint: '1 value',
  by: '{0} by {1}',
  range: '{0} to {1}',
  highest: 'highest {0} {1}',
  lowest: 'lowest {0} {1}',
  last: 'last {0} {1}',
  and: '{0} and {1}',
  rows: '{0} rows',
  oneRow: '1 row',
  rowsOf: '{0} of {1} rows',
  columns: 'columns {0}',
  moreColumns: '{0} more columns',
  moreRows: '{0} more rows',
  up: 'up {0}',
  down: 'down {0}',
  same: 'no change',
  good: 'better',
  bad: 'worse',
} as const

/** Fills `{0}`, `{1}` … of a text. */
export function fill(text: string, ...values: (string | number)[]): string {
  return text.replace(/\{(\d)\}/g, (_, i: string) => String(values[Number(i)] ?? ''))
}
