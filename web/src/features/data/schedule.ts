/** When a data source is fetched, as its form holds it. */
import type { Schedule } from '$api/contract'
import { t } from '$lib/text'
import { intervalText } from './web-wording'

export const DAYS = ['mon', 'tue', 'wed', 'thu', 'fri', 'sat', 'sun'] as const

type Day = (typeof DAYS)[number]

export interface Draft {
  mode: Schedule['mode']
  interval: string
  times: string
  cron: string
  days: Record<Day, boolean>
  windowed: boolean
  from: string
  to: string
  zone: string
  policy: string
}

export function draftOf(schedule: Schedule): Draft {
  const chosen = schedule.days ?? []
  const days = Object.fromEntries(
    DAYS.map((day) => [day, chosen.length === 0 || chosen.includes(day)]),
  )
  return {
    mode: schedule.mode,
    interval: String(schedule.interval_s ?? 3600),
    times: (schedule.times ?? ['06:30']).join(', '),
    cron: schedule.cron ?? '30 6 * * 1-5',
    days: days as Record<Day, boolean>,
    windowed: !!schedule.window,
    from: schedule.window?.from ?? '06:00',
    to: schedule.window?.to ?? '20:00',
    zone: schedule.timezone ?? '',
    policy: schedule.policy ?? '',
  }
}

/** Times of day as people write them: "6:30, 18:00" is 06:30 and 18:00. */
export function timesOf(text: string): string[] {
  const times = text.split(/[\s,;]+/).filter(Boolean)
  return times.map((time) => (/^\d:/.test(time) ? `0${time}` : time))
}

/** What is stored; only what the mode has a use for. */
export function scheduleOf(draft: Draft): Schedule {
  if (draft.mode === 'never') return { mode: 'never' }
  const out: Schedule = { mode: draft.mode }
  if (draft.mode === 'interval') out.interval_s = Number(draft.interval)
  if (draft.mode === 'times') out.times = timesOf(draft.times)
  if (draft.mode === 'cron') out.cron = draft.cron.trim()
  const days = DAYS.filter((day) => draft.days[day])
  if (draft.mode !== 'cron' && days.length > 0 && days.length < DAYS.length) out.days = days
  if (draft.mode === 'interval' && draft.windowed) {
    out.window = { from: draft.from, to: draft.to }
  }
  if (draft.zone) out.timezone = draft.zone
  if (draft.policy) out.policy = draft.policy as NonNullable<Schedule['policy']>
  return out
}

/** What is wrong with a draft before it is sent; "" = nothing. */
export function wrongTimes(draft: Draft): string {
  if (draft.mode !== 'times') return ''
  const times = timesOf(draft.times)
  const good = times.length > 0 && times.every((time) => /^([01]\d|2[0-3]):[0-5]\d$/.test(time))
  return good ? '' : t('schedule.timesWrong')
}

/** Says whether days are asked for and none is chosen. */
export const lacksDays = (draft: Draft) =>
  (draft.mode === 'interval' || draft.mode === 'times') && DAYS.every((day) => !draft.days[day])

const dayText = (days: readonly string[]) =>
  days.map((day) => t(`schedule.day.${day as Day}`)).join(', ')

/** "Every hour, Mon, Tue, 06:00 to 20:00" or "At 06:30 and 18:00". */
export function scheduleText(schedule: Schedule): string {
  const parts: string[] = []
  if (schedule.mode === 'never') return t('web.never')
  if (schedule.mode === 'interval') parts.push(intervalText(schedule.interval_s ?? 0))
  if (schedule.mode === 'times') {
    parts.push(t('schedule.at', { times: (schedule.times ?? []).join(', ') }))
  }
  if (schedule.mode === 'cron') parts.push(t('schedule.byCron', { cron: schedule.cron ?? '' }))
  if (schedule.days?.length) parts.push(dayText(schedule.days))
  if (schedule.window) parts.push(t('schedule.between', { ...schedule.window }))
  if (schedule.timezone) parts.push(schedule.timezone)
  return parts.join(t('schedule.and'))
}

/** What all sets of values of a data source cost its service; "" where no interval says so. */
export function costText(schedule: Schedule, instances: number): string {
  const seconds = schedule.mode === 'interval' ? schedule.interval_s : undefined
  if (!seconds || instances === 0 || schedule.window || schedule.days) return ''
  const hourly = (instances * 3600) / seconds
  return hourly >= 1
    ? t('web.costHour', { n: Math.round(hourly) })
    : t('web.costDay', { n: Math.max(1, Math.round(hourly * 24)) })
}
