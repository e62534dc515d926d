/** How facts about fetched data are put into words. */
import '$api/faults'
import type { RefreshRun, Source, SourceCredential } from '$api/contract'
import { problemText } from '$api/errors'
import { stamp } from '$lib/dates'
import { t } from '$lib/text'

/** Seconds between refreshes that can be chosen; 0 is never. */
const INTERVALS = [0, 60, 300, 900, 1800, 3600, 7200, 14400, 28800, 43200, 86400, 604800] as const

type Fault = NonNullable<RefreshRun['fault']>

/** Why an attempt brought nothing, in our words where there are some. */
export function faultText(fault: Fault): string {
  return problemText({ code: fault.code, detail: fault.message, params: fault.params })
}

/** Why the last attempt brought nothing, and when the next one is. */
export function failureText(
  fetched: NonNullable<Source['fetched']>,
  state: Source['state'],
): string {
  const why = fetched.fault ? faultText(fetched.fault) : ''
  if (state === 'disabled') return `${why} ${t('web.resting')}`
  return fetched.next_at ? t('web.triedAgain', { why, at: stamp(fetched.next_at) }) : why
}

/** The tone of a dot that stands for an attempt. */
export const OUTCOME_TONE = {
  changed: 'good',
  unchanged: 'off',
  held: 'warn',
  deferred: 'accent',
  cancelled: 'off',
  failed: 'bad',
} as const satisfies Record<RefreshRun['outcome'], string>

/** "Never" or "Every 15 minutes". */
export function intervalText(seconds: number): string {
  if (seconds === 0) return t('web.never')
  if (seconds < 3600) return t('web.everyMinutes', { n: seconds / 60 })
  if (seconds < 86400) return t('web.everyHours', { n: seconds / 3600 })
  return t('web.everyDays', { n: seconds / 86400 })
}

export const intervalOptions = () =>
  INTERVALS.map((seconds) => ({ value: String(seconds), label: intervalText(seconds) }))

/** Which connected account a source reads with, as far as the person may know. */
export function credentialText(one: {
  label: string
  account: SourceCredential['account'] | null
}): string {
  if (!one.label) return t('web.credential.unnamed')
  return one.account
    ? t('web.credential.readsOf', { label: one.label, account: one.account.name })
    : t('web.credential.reads', { label: one.label })
}
