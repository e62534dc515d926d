import { t } from './text'

const MINUTE = 60_000
const HOUR = 60 * MINUTE
const DAY = 24 * HOUR

const MONTHS = 'Jan Feb Mar Apr May Jun Jul Aug Sep Oct Nov Dec'.split(' ')

const full = new Intl.DateTimeFormat('en-GB', { dateStyle: 'medium', timeStyle: 'long' })

/** How long ago, short: "12 min", "2 h" under a day, else "8 Sep" or "8 Sep 2024". Future is "now". */
export function ago(iso: string, now: number): string {
  const then = Date.parse(iso)
  const age = now - then
  if (age < MINUTE) return t('time.now')
  if (age < HOUR) return t('time.minutes', { n: Math.floor(age / MINUTE) })
  if (age < DAY) return t('time.hours', { n: Math.floor(age / HOUR) })
  return day(iso, now)
}

/** A calendar day in the person's zone: "8 Sep", with the year when it is another one. */
export function day(iso: string, now: number): string {
  const date = new Date(iso)
  const short = `${date.getDate()} ${MONTHS[date.getMonth()]}`
  const sameYear = date.getFullYear() === new Date(now).getFullYear()
  return sameYear ? short : `${short} ${date.getFullYear()}`
}

/** Date, time and zone, for the text on hover. */
export function stamp(iso: string): string {
  return full.format(Date.parse(iso))
}

/** Whole minutes until a time, rounded up; 0 when it has passed. */
export function minutesUntil(iso: string, now: number): number {
  return Math.max(0, Math.ceil((Date.parse(iso) - now) / MINUTE))
}

/** Part of the day for a greeting. */
export function dayPart(date: Date): 'morning' | 'afternoon' | 'evening' {
  const hour = date.getHours()
  if (hour < 12) return 'morning'
  return hour < 18 ? 'afternoon' : 'evening'
}
