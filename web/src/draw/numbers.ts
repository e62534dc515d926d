/** Number texts of axes and labels. Texts of values come formatted from the server. */
import type { Locale } from './locale'
import type { NumberFormat } from './result'

const MINUS = '\u2212'

/** Values of this size and more are shortened on axes and labels. */
const SHORTEN_FROM = 10_000

/** A plain number with separators. */
export const PLAIN: NumberFormat = {
  as: 'number',
  decimals: null,
  prefix: '',
  suffix: '',
  symbol: '',
  abbreviate: 'auto',
  multiply: true,
  thousands: true,
}

/** A step of shortening. */
export interface Unit {
  divisor: number
  suffix: string
}

const ONE: Unit = { divisor: 1, suffix: '' }
const UNITS: readonly Unit[] = [
  { divisor: 1e12, suffix: 'T' },
  { divisor: 1e9, suffix: 'B' },
  { divisor: 1e6, suffix: 'M' },
  { divisor: 1e3, suffix: 'k' },
]

/** Units that the author chose. */
const FIXED: Record<string, Unit | undefined> = { K: UNITS[3], M: UNITS[2], B: UNITS[1] }

/** The unit shared by numbers whose largest is `largest`, as displayed. */
export function unitFor(largest: number, format: NumberFormat): Unit {
  const size = Math.abs(largest)
  if (format.as === 'percentage') return ONE
  const fixed = FIXED[format.abbreviate]
  if (fixed) return fixed
  if (format.abbreviate === 'none' || size < SHORTEN_FROM) return ONE
  return UNITS.find((unit) => size >= unit.divisor) ?? ONE
}

/** Factor between a raw value and the number displayed for it. */
export function displayFactor(format: NumberFormat): number {
  return format.as === 'percentage' && format.multiply ? 100 : 1
}

/** A number with the locale's marks and a real minus sign; very large ones with an exponent. */
export function formatFixed(value: number, decimals: number, locale: Locale, group = true): string {
  const size = Math.abs(value)
  if (size >= 1e18)
    return sign(value) + size.toExponential(2).replace('+', '').replace('.', locale.decimal)
  const [whole = '0', fraction] = size.toFixed(Math.min(decimals, 12)).split('.')
  const grouped = group ? groupDigits(whole, locale) : whole
  const zero = !/[1-9]/.test(whole + (fraction ?? ''))
  return (zero ? '' : sign(value)) + grouped + (fraction ? locale.decimal + fraction : '')
}

/** Digits with marks between their groups, as soon as there are enough of them. */
function groupDigits(digits: string, { group, group_sizes, ungrouped }: Locale): string {
  if (digits.length <= ungrouped || !group) return digits
  const [last = 3, other = last] = group_sizes
  let at = digits.length - last
  let out = digits.slice(at)
  for (; at > other; at -= other) out = digits.slice(at - other, at) + group + out
  return digits.slice(0, at) + group + out
}

function sign(value: number): string {
  return value < 0 ? MINUS : ''
}

/** A raw value in the format's unit, with sign, symbol, prefix and suffix around it. */
export function formatUnit(
  raw: number,
  unit: Unit,
  decimals: number,
  format: NumberFormat,
  locale: Locale,
): string {
  const shown = (raw * displayFactor(format)) / unit.divisor
  const text = formatFixed(shown, decimals, locale, format.thousands)
  const negative = text.startsWith(MINUS)
  const body = (negative ? text.slice(1) : text) + unit.suffix
  return around(body, negative, format, locale)
}

/** Digits with sign, symbol, percent and texts around them. */
function around(digits: string, negative: boolean, format: NumberFormat, locale: Locale): string {
  let lead = negative ? MINUS : ''
  let body = digits
  if (format.as === 'percentage') body = locale.percent.replace('#', () => digits)
  if (format.as === 'currency') {
    const [plus = '', minus = ''] = locale.currency
    let pattern = negative ? minus : plus
    if (!pattern.startsWith(lead)) lead = ''
    pattern = pattern.slice(lead.length)
    body = pattern.replace(/[#¤]/g, (mark) => (mark === '#' ? digits : format.symbol))
  }
  return lead + format.prefix + body + format.suffix
}

/** Decimals needed to tell steps of this size apart. */
export function stepDecimals(step: number): number {
  if (!(step > 0)) return 0
  const exponent = Math.floor(Math.log10(step) + 1e-9)
  return Math.min(12, Math.max(0, -exponent))
}

/** A value alone, as at the end of a line: 428.2k, 1.84M, 9.4%, 46.47. */
export function formatLabel(raw: number, format: NumberFormat, locale: Locale): string {
  const shown = Math.abs(raw * displayFactor(format))
  const unit = unitFor(shown, format)
  return formatUnit(raw, unit, labelDecimals(shown, unit, format), format, locale)
}

function labelDecimals(shown: number, unit: Unit, format: NumberFormat): number {
  const shortened = shown / unit.divisor
  if (unit.divisor > 1 && shortened > 0 && shortened < 0.1) return stepDecimals(shortened) + 1
  if (unit.divisor > 1) return shortened < 10 ? 2 : 1
  if (format.decimals !== null) return format.decimals
  if (format.as === 'percentage') return shown < 9.95 && shown % 1 !== 0 ? 1 : 0
  if (shown % 1 === 0 || shown >= 1000) return 0
  const most = shown >= 1 ? 2 : Math.min(6, stepDecimals(shown) + 1)
  const [, fraction = ''] = shown.toFixed(most).split('.')
  return fraction.replace(/0+$/, '').length
}
