/** First stage of a chart: the result read into plain numbers, one entry per item. */
import type { Locale } from '../locale'
import { formatLabel } from '../numbers'
import type { ChartResult, ChartSeries, NumberFormat, Raw } from '../result'
import { seriesColor, type Theme } from '../theme'
import { WORDS } from '../words'

/** More series than this are folded into "Other": the palette has eight colours. */
const MOST_SERIES = 8

/** Beyond this, sums of values would leave the range that axes can have. */
const LARGEST = 1e290

/** Second cue of lines from the fourth on. */
const DASHES: readonly (readonly number[])[] = [
  [6, 3],
  [2, 3],
  [9, 3, 2, 3],
  [4, 2],
  [1, 3],
]

/** A number, or null where there is nothing to draw. */
export type Value = number | null

export interface Series {
  name: string
  type: 'bar' | 'line' | 'area'
  color: string
  dash?: readonly number[]
  values: Value[]
  /** Full texts, "" where there is no value. */
  texts: string[]
}

/** A chart's data, cleaned: every list has `count` entries. */
export interface Model {
  count: number
  /** Text of each item on the label axis. */
  titles: string[]
  /** Unix seconds where every item has one, in rising order. */
  dates: number[] | null
  /** Positions of items on a continuous axis, rising; null for even steps. */
  places: number[] | null
  series: Series[]
  horizontal: boolean
  stacking: 'none' | 'stacked' | '100'
  legend: string
  format: NumberFormat
  fixed: { min: number | null; max: number | null }
}

/** Reads a chart result. Texts, infinities and blanks become gaps, never zeros. */
export function readChart(chart: ChartResult, theme: Theme, locale: Locale): Model {
  const count = itemCount(chart)
  const folded = foldSeries(chart.series, count)
  const format = chart.stacking === '100' ? percent(chart.y.format) : chart.y.format
  const series = folded.map((s, i) => readSeries(s, i, folded.length, count, chart, theme, locale))
  const dates = chart.x.kind === 'date' ? rising(chart.x.items.raw, count) : null
  const bars = series.some((s) => s.type === 'bar')
  const numeric = chart.x.kind === 'number' && !bars ? rising(chart.x.items.raw, count) : null
  return {
    count,
    titles: itemTitles(chart, count),
    dates,
    places: bars ? null : (dates ?? numeric),
    series,
    horizontal: chart.orientation === 'horizontal',
    stacking: chart.stacking,
    legend: chart.legend,
    format,
    fixed: { min: finite(chart.y.min), max: finite(chart.y.max) },
  }
}

/** Items of a chart: series align to the label axis by position. */
export function itemCount(chart: ChartResult): number {
  const labelled = chart.x.items.text.length
  return labelled > 0 ? labelled : Math.max(0, ...chart.series.map((s) => s.items.raw.length))
}

/** Full texts of a series, "" where there is no value. */
export function itemTexts(
  series: ChartSeries,
  count: number,
  chart: ChartResult,
  locale: Locale,
): string[] {
  return Array.from({ length: count }, (_, i) => {
    const value = number(series.items.raw[i])
    if (value === null) return ''
    return series.items.text[i] || formatLabel(value, chart.y.format, locale)
  })
}

/** True when no series has a single value. */
export function isEmpty(model: Model): boolean {
  return model.series.every((s) => s.values.every((v) => v === null))
}

function readSeries(
  series: ChartSeries,
  index: number,
  of: number,
  count: number,
  chart: ChartResult,
  theme: Theme,
  locale: Locale,
): Series {
  const values = Array.from({ length: count }, (_, i) => number(series.items.raw[i]))
  const texts = itemTexts(series, count, chart, locale)
  const color = seriesColor(theme, series.color, index, of)
  const dash = series.type === 'bar' ? undefined : dashOf(index)
  return { name: series.name, type: series.type, color, values, texts, ...(dash ? { dash } : {}) }
}

function dashOf(index: number): readonly number[] | undefined {
  return index < 3 ? undefined : DASHES[(index - 3) % DASHES.length]
}

/** Series beyond the palette become one that holds their sum. */
function foldSeries(series: ChartSeries[], count: number): ChartSeries[] {
  const rest = series.slice(MOST_SERIES - 1)
  const first = rest[0]
  if (rest.length < 2 || !first) return series
  const raw: Value[] = []
  for (let i = 0; i < count; i++) {
    const values = rest.map((s) => number(s.items.raw[i])).filter((v) => v !== null)
    raw.push(values.length > 0 ? values.reduce((a, b) => a + b, 0) : null)
  }
  const other: ChartSeries = { ...first, id: '', name: WORDS.other, color: null }
  other.items = { raw, text: [] }
  return [...series.slice(0, MOST_SERIES - 1), other]
}

/** Texts of the label axis: "(blank)" for empty ones, numbers where there is no axis. */
export function itemTitles(chart: ChartResult, count: number): string[] {
  const list: string[] = []
  for (let i = 0; i < count; i++) {
    const text = chart.x.items.text[i]
    list.push(text === undefined ? String(i + 1) : text || WORDS.blank)
  }
  return list
}

function number(raw: Raw | undefined): Value {
  if (typeof raw !== 'number' || !Number.isFinite(raw)) return null
  return Math.max(-LARGEST, Math.min(LARGEST, raw))
}

function finite(value: number | null): Value {
  return value !== null && Number.isFinite(value) ? value : null
}

/** The numbers when there is one per item and each is larger than the one before. */
function rising(raw: Raw[], count: number): number[] | null {
  const list: number[] = []
  for (let i = 0; i < count; i++) {
    const value = number(raw[i])
    const before = list[i - 1]
    if (value === null || (before !== undefined && value <= before)) return null
    list.push(value)
  }
  return list.length > 0 ? list : null
}

/** Shares are drawn as percentages whatever the values are. */
function percent(format: NumberFormat): NumberFormat {
  return {
    ...format,
    as: 'percentage',
    multiply: true,
    decimals: null,
    prefix: '',
    suffix: '',
    symbol: '',
  }
}
