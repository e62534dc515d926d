/** How an account writes numbers and dates. The drawing layer runs where `Intl` does not exist, so the server sends it. */

/** Field names are those of the API. */
export interface Locale {
  tag: string
  decimal: string
  group: string
  /** Digits in the last group and in the others. */
  group_sizes: number[]
  /** The most digits that stand without a group mark. */
  ungrouped: number
  /** `#` stands for the digits. */
  percent: string
  /** Of positive and of negative amounts; `¤` stands for the symbol. */
  currency: string[]
  /** Short names beside a day, from January, and those that stand alone. */
  months: string[]
  months_alone: string[]
  /** Before and after noon. */
  halves: string[]
  /** Patterns of a day of a year, of a year and of a time of day. */
  month_day: string
  year: string
  time: string
  /** 0 is Sunday. */
  first_weekday: number
}

/** A date, read as UTC, by a pattern of the locale: d, M, y, H, h, m, a and texts between quotes. */
export function writeDate(date: Date, pattern: string, locale: Locale): string {
  return pattern.replace(
    /'([^']*)'|([A-Za-z])\2*/g,
    (field: string, quoted: string | undefined, letter: string) =>
      quoted === undefined ? fieldText(date, letter, field.length, locale) : quoted,
  )
}

function fieldText(date: Date, letter: string, size: number, locale: Locale): string {
  const hour = date.getUTCHours()
  const digits = (n: number) => (size > 1 && n < 10 ? `0${n}` : String(n))
  switch (letter) {
    case 'd':
      return digits(date.getUTCDate())
    case 'M':
      if (size < 3) return digits(date.getUTCMonth() + 1)
      return locale.months[date.getUTCMonth()] ?? ''
    case 'y':
      return String(date.getUTCFullYear())
    case 'H':
      return digits(hour)
    case 'h':
      return digits(hour % 12 || 12)
    case 'm':
      return digits(date.getUTCMinutes())
    case 'a':
      return locale.halves[hour < 12 ? 0 : 1] ?? ''
    default:
      throw new Error(`draw: ${letter} is no field of a date`)
  }
}
