/** Value axes: a range with round ends and ticks that share unit and decimals. */
import { tickIncrement } from 'd3-array'
import type { Locale } from './locale'
import { displayFactor, formatUnit, stepDecimals, unitFor } from './numbers'
import type { NumberFormat } from './result'

/** The most gridlines a picture may have. */
export const MAX_GRIDLINES = 6

/** Larger values would overflow in the arithmetic of ranges. */
const LARGEST = 1e300

export interface Tick {
  value: number
  text: string
}

/** A value axis; every drawn value lies within `min` and `max` unless the author set them. */
export interface ValueAxis {
  min: number
  max: number
  ticks: Tick[]
}

/** What an axis has to hold. */
export interface Extent {
  min: number
  max: number
  /** Bars and areas measure from zero. */
  zero: boolean
  /** Ends set by the author. */
  fixedMin: number | null
  fixedMax: number | null
}

/** The axis for an extent with at most `most` ticks. */
export function valueAxis(
  extent: Extent,
  most: number,
  format: NumberFormat,
  locale: Locale,
): ValueAxis {
  const [low, high] = range(extent)
  const fixedLow = isFixed(extent.fixedMin, low)
  const fixedHigh = isFixed(extent.fixedMax, high)
  const allowed = Math.max(2, Math.min(most, MAX_GRIDLINES))
  for (let count = allowed; ; count--) {
    const step = stepFor(low, high, Math.max(1, count - 1))
    const first = fixedLow ? Math.ceil(low / step - 1e-9) : Math.floor(low / step + 1e-9)
    const last = fixedHigh ? Math.floor(high / step + 1e-9) : Math.ceil(high / step - 1e-9)
    if (last - first + 1 > allowed && count > 1) continue
    const values: number[] = []
    for (let i = first; i <= last && values.length < MAX_GRIDLINES; i++) values.push(times(i, step))
    return {
      min: fixedLow ? low : times(first, step),
      max: fixedHigh ? high : times(last, step),
      ticks: name(values, step, format, locale),
    }
  }
}

function isFixed(wanted: number | null, used: number): boolean {
  return wanted !== null && wanted === used
}

/** The ends of the axis before they are rounded: never equal, never turned. */
function range(extent: Extent): [number, number] {
  let low = clamp(extent.fixedMin ?? extent.min)
  let high = clamp(extent.fixedMax ?? extent.max)
  // Zero stays in sight of bars whatever the author set, and of lines that come near it.
  if (extent.zero || (high - low) * 2 > Math.max(Math.abs(low), Math.abs(high))) {
    low = extent.fixedMin !== null && !extent.zero ? low : Math.min(0, low)
    high = extent.fixedMax !== null && !extent.zero ? high : Math.max(0, high)
  }
  // Wider than what a double can tell apart at this size.
  const least = Math.max(Math.abs(low), Math.abs(high)) * 1e-9
  if (high - low > least) return [low, high]
  if (low === 0 && high === 0) return [0, 1]
  return low + high > 0 ? [Math.min(0, low), high] : [low, Math.max(0, high)]
}

function clamp(value: number): number {
  return Math.max(-LARGEST, Math.min(LARGEST, value))
}

function stepFor(low: number, high: number, count: number): number {
  const step = tickIncrement(low, high, count)
  return step < 0 ? -1 / step : step
}

/** i × step without the dust of binary fractions (3 × 0.1). */
function times(i: number, step: number): number {
  // Adding zero turns −0 into 0.
  return (step < 1 ? i / Math.round(1 / step) : i * step) + 0
}

function name(values: number[], step: number, format: NumberFormat, locale: Locale): Tick[] {
  const factor = displayFactor(format)
  const largest = Math.max(0, ...values.map((v) => Math.abs(v * factor)))
  const unit = unitFor(largest, format)
  const decimals = stepDecimals((step * factor) / unit.divisor)
  return values.map((value) => ({ value, text: tickText(value) }))

  function tickText(value: number): string {
    // Zero needs no unit of thousands: "0" instead of "0.0M".
    if (value === 0 && unit.divisor > 1) {
      return formatUnit(0, { divisor: 1, suffix: '' }, 0, format, locale)
    }
    return formatUnit(value, unit, decimals, format, locale)
  }
}
