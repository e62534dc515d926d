/** Words and signs of a locale as plain values: the drawing layer runs where `Intl` does not exist. */

/** What numbers, dates and summaries of a locale look like. */
export interface Locale {
  tag: string
  decimal: string
  group: string
  months: readonly string[]
  shortMonths: readonly string[]
  /** 0 is Sunday. */
  weekStart: number
  /** Month before day, as in "Sep 8". */
  monthFirst: boolean
  words: Words
}

/** Words of generated sentences; `{0}` and so on are filled in. */
export interface Words {
  blank: string
  noData: string
  other: string
  points: string
  onePoint: string
  by: string
  range: string
  highest: string
  lowest: string
  last: string
  and: string
  rows: string
  oneRow: string
  rowsOf: string
  columns: string
  moreColumns: string
  moreRows: string
  up: string
  down: string
  same: string
  good: string
  bad: string
}

const MONTHS = [
  'January',
  'February',
  'March',
  'April',
  'May',
  'June',
  'July',
  'August',
  'September',
  'October',
  'November',
  'December',
]

const WORDS: Words = {
  blank: '(blank)',
  noData: 'No data',
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
}

export const EN_GB: Locale = {
  tag: 'en-GB',
  decimal: '.',
  group: ',',
  months: MONTHS,
  shortMonths: MONTHS.map((name) => name.slice(0, 3)),
  weekStart: 1,
  monthFirst: false,
  words: WORDS,
}

export const EN_US: Locale = { ...EN_GB, tag: 'en-US', weekStart: 0, monthFirst: true }

/** Fills `{0}`, `{1}` … of a text. */
export function fill(text: string, ...values: (string | number)[]): string {
  return text.replace(/\{(\d)\}/g, (_, i: string) => String(values[Number(i)] ?? ''))
}
