/** Ticks of date axes. Dates are Unix seconds of the account's calendar, read as UTC. */
import {
  utcDay,
  utcFriday,
  utcHour,
  utcMinute,
  utcMonday,
  utcMonth,
  utcSaturday,
  utcSunday,
  utcThursday,
  utcTuesday,
  utcWednesday,
  utcYear,
  type CountableTimeInterval,
  type TimeInterval,
} from 'd3-time'
import { writeDate, type Locale } from './locale'

/** How finely an axis is marked. */
type Level = 'time' | 'day' | 'month' | 'year'

/** A calendar step with the level of its texts and its usual length in seconds. */
export interface DateStep {
  level: Level
  interval: TimeInterval
  length: number
}

/** A date with its text and, below it, the period it lies in. */
export interface DateText {
  text: string
  sub: string
}

type Row = [Level, CountableTimeInterval, number, readonly number[]]

/** Steps from fine to coarse that make sense for these dates. */
export function dateSteps(seconds: readonly number[], locale: Locale): DateStep[] {
  const week = WEEKS[locale.first_weekday] ?? utcSunday
  const rows: Row[] = [
    ['time', utcMinute, 60, [1, 5, 15, 30]],
    ['time', utcHour, 3600, [1, 3, 6, 12]],
    ['day', utcDay, DAY, [1]],
    ['day', week, 7 * DAY, [1, 2]],
    ['month', utcMonth, 30 * DAY, [1, 3, 6]],
    ['year', utcYear, 365 * DAY, [1, 2, 5, 10, 20, 50, 100, 200, 500, 1000]],
  ]
  const finest = ORDER.indexOf(levelOf(seconds))
  const steps: DateStep[] = []
  for (const [level, unit, length, counts] of rows) {
    if (ORDER.indexOf(level) < finest) continue
    for (const count of counts) {
      const interval = count === 1 ? unit : unit.every(count)
      if (interval) steps.push({ level, interval, length: length * count })
    }
  }
  return steps
}

const DAY = 86_400
/** Weeks by the day on which they begin. */
const WEEKS = [utcSunday, utcMonday, utcTuesday, utcWednesday, utcThursday, utcFriday, utcSaturday]
const ORDER: readonly Level[] = ['time', 'day', 'month', 'year']

/** The level at which all dates are starts: monthly data is never marked by days. */
function levelOf(seconds: readonly number[]): Level {
  let level: Level = 'year'
  for (const s of seconds) {
    if (s % DAY !== 0) return 'time'
    if (level === 'day') continue
    const date = toDate(s)
    if (date.getUTCDate() !== 1) level = 'day'
    else if (date.getUTCMonth() !== 0) level = 'month'
  }
  return level
}

/** The date of a Unix time in seconds. */
export function toDate(seconds: number): Date {
  return new Date(seconds * 1000)
}

/** The text of a tick at this level. */
export function dateText(date: Date, level: Level, locale: Locale): DateText {
  const year = writeDate(date, locale.year, locale)
  if (level === 'year') return { text: year, sub: '' }
  if (level === 'month') return { text: locale.months_alone[date.getUTCMonth()] ?? '', sub: year }
  const day = writeDate(date, locale.month_day, locale)
  if (level === 'day') return { text: day, sub: year }
  return { text: writeDate(date, locale.time, locale), sub: day }
}
