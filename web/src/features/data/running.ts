/** What a refresh that goes on has brought so far, in words. */
import type { RunningRefresh } from '$api/contract'
import { t } from '$lib/text'
import { sizeText } from './sizes'

type Counts = Pick<RunningRefresh, 'pages' | 'rows' | 'bytes'>

/** Pages, rows and size, as far as there are some: `3 pages`, `1,200 rows`, `4 MB`. */
export function runningFacts({ pages, rows, bytes }: Counts): string[] {
  return [
    ...(pages > 0 ? [t('web.running.pages', { n: pages })] : []),
    ...(rows > 0 ? [t('data.rows', { n: rows })] : []),
    ...(bytes > 0 ? [sizeText(bytes)] : []),
  ]
}
