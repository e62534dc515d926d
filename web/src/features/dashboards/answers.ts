/** What the server computed for the Klips of a dashboard, and what a screen says about it. */
import type { DashboardResults, KlipResult } from '$api/contract'
import type { Freshness, KlipState, Shape } from '$klip/index'
import { ago, day, stamp } from '$lib/dates'
import { t } from '$lib/text'

/** The answer for one Klip as the server gives it. */
type Given = DashboardResults['klips'][string]

/** The answer for one Klip. With an error, `result` is the last good picture, if there was one. */
export interface Answer {
  hash: string
  result: KlipResult | null
  sources: Given['sources']
  error?: { code: string; message: string } | undefined
}

/** All answers of a dashboard; `tag` names them for the next request. */
export interface Answers {
  tag: string
  klips: Record<string, Answer>
}

/** New answers in place of old ones. Equal ones keep their objects; a failed one keeps its picture. */
export function mergeResults(
  before: Answers | undefined,
  next: DashboardResults & { tag: string },
): Answers {
  const klips: Record<string, Answer> = {}
  for (const [id, given] of Object.entries(next.klips)) {
    const old = before?.klips[id]
    const same = old !== undefined && old.hash === given.hash && !given.error
    const keep = same || isPassing(given.error?.code)
    const result = (keep ? old?.result : null) ?? located(given.result, next.locale)
    klips[id] = { hash: given.hash, result, sources: given.sources, error: given.error }
  }
  return { tag: next.tag, klips }
}

/** The locale of an answer goes with each of its results: pages of other accounts have others. */
function located(result: Given['result'], locale: DashboardResults['locale']): KlipResult | null {
  return result && locale ? { ...result, locale } : null
}

/** After these errors the old picture still says something true. */
function isPassing(code: string | undefined): boolean {
  return code !== undefined && code !== 'not_shared' && code !== 'klip_deleted'
}

/** What to show of a Klip. `shape` is what a skeleton imitates. */
export function stateOf(answer: Answer | undefined, shape: Shape, failed: boolean): KlipState {
  if (!answer) {
    return failed
      ? { kind: 'waiting', message: t('dashboards.klip.failed') }
      : { kind: 'loading', shape }
  }
  if (answer.error?.code === 'not_shared') return { kind: 'no_permission' }
  if (answer.error?.code === 'klip_deleted') {
    return { kind: 'waiting', message: t('dashboards.klip.inBin') }
  }
  if (answer.error) return { kind: 'error', reason: answer.error.message }
  const empty = answer.sources.find((source) => source.state === 'no_data')
  if (empty && !answer.result) {
    return { kind: 'waiting', message: t('dashboards.klip.noData', { name: empty.name }) }
  }
  return { kind: 'ready' }
}

/** When the newest of the data was fetched; null without data. */
export function newestData(answers: Answers | undefined): string | null {
  const times = Object.values(answers?.klips ?? {}).flatMap((answer) =>
    answer.sources.map((source) => source.refreshed_at ?? ''),
  )
  return times.reduce((newest, time) => (time > newest ? time : newest), '') || null
}

/** "Updated 4 min ago". */
export function updatedText(time: string, now: number): string {
  const age = now - Date.parse(time)
  if (age < 60_000) return t('dashboards.updatedNow')
  const text = ago(time, now)
  return t(age < 86_400_000 ? 'dashboards.updatedAgo' : 'dashboards.updatedOn', { time: text })
}

/** Data this much older than the newest of the dashboard is marked. */
const BEHIND = 24 * 60 * 60_000

/** States of data that should be newer. */
const LATE = /stale|failing|disabled/

/** A mark for a Klip whose data is gone, late, not whole, not fetched any more, or much older than the rest of the dashboard. */
export function freshnessOf(
  answer: Answer | undefined,
  newest: string | null,
  now: number,
): Freshness | null {
  if (!answer || answer.error) return null
  const gone = answer.sources.find((source) => source.state === 'deleted')
  if (gone) {
    const { name, deleted_at: at } = gone
    return {
      text: t(at ? 'dashboards.klip.sourceInBin' : 'dashboards.klip.sourceGone'),
      detail: at
        ? t('dashboards.klip.sourceInBinDetail', { name, day: day(at, now) })
        : t('dashboards.klip.sourceGoneDetail'),
      tone: 'bad',
    }
  }
  const late = answer.sources.filter((source) => LATE.test(source.state))
  const worst = late.find((source) => source.state !== 'stale') ?? late[0]
  if (worst?.refreshed_at) {
    return {
      text: t('dashboards.klip.delayed', { time: ago(worst.refreshed_at, now) }),
      detail: stamp(worst.refreshed_at),
      tone: worst.state === 'stale' ? 'warn' : 'bad',
    }
  }
  const half = answer.sources.find((source) =>
    source.notes?.some((note) => note !== 'pages_repeat'),
  )
  if (half) {
    return {
      text: t('dashboards.klip.partial'),
      detail: t('dashboards.klip.partialDetail', { name: half.name }),
      tone: 'warn',
    }
  }
  const off = answer.sources.some((source) => source.state === 'off')
  const times = answer.sources.flatMap((source) => source.refreshed_at ?? [])
  const oldest = times.reduce((old, time) => (old && old < time ? old : time), '')
  if (!oldest || !newest) return null
  if (!off && Date.parse(newest) - Date.parse(oldest) < BEHIND) return null
  return { text: t('dashboards.klip.dataFrom', { time: ago(oldest, now) }), detail: stamp(oldest) }
}

/** Klips of a layout that no answer is known for, each once. */
export function missingKlips(
  placed: readonly { klip: string }[],
  answers: Answers | undefined,
): string[] {
  return [...new Set(placed.map((p) => p.klip))].filter((id) => id && !answers?.klips[id]).sort()
}
