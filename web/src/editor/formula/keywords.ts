/** Words that parameters take without quotes, by the kind of parameter (formulas.md §6). */
import type { FunctionDoc } from '$api/contract'

const MONTHS =
  'January February March April May June July August September October November December'
const DAYS = 'Sunday Monday Tuesday Wednesday Thursday Friday Saturday'

const WORDS: Record<string, readonly string[]> = {
  'sort order': ['ascending', 'ascending numeric', 'descending', 'descending numeric'],
  'group method': 'SUM AVERAGE MIN MAX COUNT JOIN COUNTDISTINCT FIRST LAST MEDIAN STDEV'.split(' '),
  period: ['hour', 'day', 'week', 'month', 'quarter', 'year'],
  first: `${DAYS} ${MONTHS}`.split(' '),
}

/** The words of a parameter, none for most kinds. */
export function wordsOf(
  parameter: FunctionDoc['parameters'][number] | null | undefined,
): readonly string[] {
  return (parameter && WORDS[parameter.kind]) ?? []
}
