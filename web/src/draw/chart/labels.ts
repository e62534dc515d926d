/** Texts of the label axis: as many as fit, never overlapping, never outside the picture. */
import type { Locale } from '../locale'
import { dateSteps, dateText, toDate, type DateStep } from '../dates'
import { fitText, measureText, type Font } from '../measure'
import type { Model } from './model'

/** How axis texts are set (design token "micro"). */
export const AXIS_FONT: Font = { size: 11, weight: 400, tabular: true }

const ROW = 14
/** Smallest distance between neighbours. */
const GAP = 8
/** Longest tilted text. */
const TILTED = 110
/** Neighbours of tilted texts need this much along the axis: a line of text over sin 45°. */
const TILTED_STEP = 17
const COS45 = Math.SQRT1_2

/** A text of the label axis; `at` is the middle of the item, `x` the middle of the text. */
export interface AxisLabel {
  at: number
  x: number
  text: string
  /** The larger period of a date, "" where it is not repeated, and its middle. */
  sub: string
  subX: number
}

/** The chosen texts and the height they take below the plot. */
export interface AxisLabels {
  labels: AxisLabel[]
  tilted: boolean
  height: number
}

export const NO_LABELS: AxisLabels = { labels: [], tilted: false, height: 0 }

/** Where items are along the axis, and the strip texts may use. */
export interface Strip {
  /** Middle of each item. */
  places: readonly number[]
  /** Room of one item. */
  step: number
  from: number
  to: number
  /** Position of a place on a continuous axis. */
  scale: ((place: number) => number) | null
  /** Most height that labels may take. */
  room: number
  /** Most labels wanted. */
  most: number
}

/** Chooses the texts for a horizontal label axis. */
export function chooseLabels(model: Model, strip: Strip, locale: Locale): AxisLabels {
  if (model.count === 0 || strip.room < ROW + 6) return NO_LABELS
  if (model.dates) {
    const dated = dateLabels(model.dates, strip, locale)
    if (dated) return dated
  }
  const all = model.titles.map((text, i) => place(text, '', strip.places[i] ?? 0, strip))
  if (all.length <= strip.most && fits(all, strip))
    return { labels: all, tilted: false, height: ROW + 6 }
  return tiltedLabels(model, strip) ?? thinned(model, strip)
}

/** Centres a text on its item, moved inwards where it would leave the strip. */
function place(text: string, sub: string, at: number, strip: Strip): AxisLabel {
  return { at, x: inside(text, at, strip), text, sub, subX: sub ? inside(sub, at, strip) : 0 }
}

function inside(text: string, at: number, strip: Strip): number {
  const half = widthOf(text) / 2
  return Math.max(strip.from + half, Math.min(strip.to - half, at))
}

function widthOf(text: string): number {
  return measureText(text, AXIS_FONT)
}

/** True when all are inside, neighbours keep their distance and none was pushed off its item. */
function fits(labels: AxisLabel[], strip: Strip): boolean {
  let end = strip.from - 0.01
  for (const label of labels) {
    const half = widthOf(label.text) / 2
    if (label.x - half < end || label.x + half > strip.to + 0.01) return false
    if (Math.abs(label.x - label.at) > half + 1) return false
    end = label.x + half + GAP
  }
  return true
}

/** Every k-th text, shortened if even one does not fit. */
function thinned(model: Model, strip: Strip): AxisLabels {
  for (let k = 1; k <= model.count; k++) {
    if (Math.ceil(model.count / k) > strip.most) continue
    const labels: AxisLabel[] = []
    for (let i = 0; i < model.count; i += k) {
      labels.push(place(model.titles[i] ?? '', '', strip.places[i] ?? 0, strip))
    }
    if (fits(labels, strip)) return { labels, tilted: false, height: ROW + 6 }
  }
  const text = fitText(model.titles[0] ?? '', strip.to - strip.from, AXIS_FONT)
  const labels = text ? [place(text, '', strip.places[0] ?? 0, strip)] : []
  return { labels, tilted: false, height: ROW + 6 }
}

/** Texts at 45 degrees, when each item has room for a line and there is height for them. */
function tiltedLabels(model: Model, strip: Strip): AxisLabels | null {
  if (strip.step < TILTED_STEP || model.count > strip.most) return null
  const most = Math.min(TILTED, (strip.room - 12) / COS45)
  if (most < 40) return null
  const labels: AxisLabel[] = []
  let longest = 0
  for (let i = 0; i < model.count; i++) {
    const at = strip.places[i] ?? 0
    const text = fitText(
      model.titles[i] ?? '',
      Math.min(most, (at - strip.from) / COS45),
      AXIS_FONT,
    )
    longest = Math.max(longest, widthOf(text))
    labels.push({ at, x: at, text, sub: '', subX: 0 })
  }
  return { labels, tilted: true, height: Math.ceil(longest * COS45) + 16 }
}

/** Texts at starts of days, weeks, months or years, with the larger period below the first. */
function dateLabels(dates: readonly number[], strip: Strip, locale: Locale): AxisLabels | null {
  const span = (dates[dates.length - 1] ?? 0) - (dates[0] ?? 0)
  for (const step of dateSteps(dates, locale)) {
    // Listing every minute of a decade would be slow and of no use; items set a limit of their own.
    const listed = strip.scale ? span / step.length : Math.min(span / step.length, dates.length)
    if (listed > 2 * strip.most) continue
    const marks = strip.scale
      ? boundaries(dates, step, strip.scale)
      : periodStarts(dates, step, strip.places)
    if (marks.length > strip.most + 1) continue
    let labels = marks.map(({ date, at }) => {
      const { text, sub } = dateText(date, step.level, locale)
      return place(text, sub, at, strip)
    })
    // The first period is often a rest of one; its neighbour matters more.
    if (labels.length > 1 && !fits(labels, strip)) labels = labels.slice(1)
    if (labels.length === 0 || labels.length > strip.most || !fits(labels, strip)) continue
    return withSubs(labels, strip)
  }
  return null
}

interface DateMark {
  date: Date
  at: number
}

/** Starts of periods on a continuous axis. */
function boundaries(dates: readonly number[], step: DateStep, scale: (place: number) => number) {
  const first = dates[0] ?? 0
  const last = dates[dates.length - 1] ?? 0
  return step.interval
    .range(toDate(first), toDate(last + 1))
    .map((date): DateMark => ({ date, at: scale(date.getTime() / 1000) }))
}

/** First items of periods where items have even places. */
function periodStarts(dates: readonly number[], step: DateStep, places: readonly number[]) {
  const marks: DateMark[] = []
  let before = NaN
  dates.forEach((seconds, i) => {
    const date = toDate(seconds)
    const start = step.interval.floor(date).getTime()
    if (start !== before) marks.push({ date, at: places[i] ?? 0 })
    before = start
  })
  return marks
}

/** Keeps the larger period only where it changes and has room. */
function withSubs(labels: AxisLabel[], strip: Strip): AxisLabels {
  let before = ''
  let end = -Infinity
  const kept = labels.map((label): AxisLabel => {
    const changed = label.sub !== before
    before = label.sub
    const half = widthOf(label.sub) / 2
    if (!changed || label.subX - half < end) return { ...label, sub: '' }
    end = label.subX + half + GAP
    return label
  })
  const rows = kept.some((label) => label.sub) && strip.room >= 2 * ROW + 6 ? 2 : 1
  const shown = rows === 2 ? kept : kept.map((label) => ({ ...label, sub: '' }))
  return { labels: shown, tilted: false, height: rows * ROW + 6 }
}
