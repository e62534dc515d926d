/** Labels at the last item, which explain a chart better than a legend. */
import type { Locale } from '../locale'
import { measureText, type Font } from '../measure'
import { displayFactor, formatLabel, unitFor } from '../numbers'
import { round, type Mark, type Size, type TextMark } from '../scene'
import type { Theme } from '../theme'
import type { Frame } from './frame'
import type { Model } from './model'
import { isStacked, type Span } from './stack'

const VALUE: Font = { size: 13, weight: 600, tabular: true }
const NAME: Font = { size: 11, weight: 400 }
const PAD = 10
/** Heights of a label with value and name below each other, and of one line. */
const TWO_LINES = 30
const ONE_LINE = 16
/** Labels take at most this share of the width. */
const SHARE = 0.34
/** A label moved further than this is tied to its point by a line. */
const FAR = 8

interface EndLabel {
  series: number
  value: string
  name: string
}

/** Labels that are known to fit, and the width they take at the right. */
export interface EndLabels {
  labels: EndLabel[]
  lines: 1 | 2
  width: number
}

/** Plans labels for all series, or null where they cannot explain the chart. */
export function planEnds(
  model: Model,
  spans: Span[][],
  size: Size,
  locale: Locale,
): EndLabels | null {
  const types = new Set(model.series.map((s) => s.type))
  const bars = types.has('bar')
  const alone = model.series.length === 1
  if (model.horizontal || types.size > 1 || size.height < 72) return null
  if (alone ? bars || size.width < 150 : size.width < 260 || (bars && !isStacked(model)))
    return null
  const labels: EndLabel[] = []
  model.series.forEach((series, s) => {
    const span = spans[s]?.[model.count - 1]
    if (!span) return
    labels.push({
      series: s,
      value: endText(model, s, span, locale),
      name: alone ? '' : series.name,
    })
  })
  if (labels.length < model.series.length) return null
  const room = size.height - 40
  const lines = !alone && room >= labels.length * TWO_LINES ? 2 : 1
  if (lines === 1 && room < labels.length * ONE_LINE) return null
  const widest = Math.max(...labels.map((label) => widthOf(label, lines, alone)))
  return widest + PAD > size.width * SHARE
    ? null
    : { labels, lines, width: Math.ceil(widest) + PAD }
}

/** A share where parts make a whole; else the value, shortened only when it is long. */
function endText(model: Model, s: number, span: readonly [number, number], locale: Locale): string {
  const last = model.count - 1
  if (model.stacking === '100') return formatLabel(span[1] - span[0], model.format, locale)
  const value = model.series[s]?.values[last] ?? 0
  const short = unitFor(value * displayFactor(model.format), model.format).divisor > 1
  return short ? formatLabel(value, model.format, locale) : (model.series[s]?.texts[last] ?? '')
}

function widthOf(label: EndLabel, lines: 1 | 2, alone: boolean): number {
  if (alone) return measureText(label.value, VALUE)
  const name = measureText(label.name, NAME)
  return lines === 2 ? Math.max(name, measureText(label.value, VALUE)) : name
}

/** Draws planned labels beside the last item, pushed apart where they would touch. */
export function drawEnds(
  ends: EndLabels,
  model: Model,
  spans: Span[][],
  frame: Frame,
  theme: Theme,
): Mark[] {
  const { plot } = frame
  const height = ends.lines === 2 ? TWO_LINES : ONE_LINE
  const wanted = ends.labels
    .map((label) => ({ label, y: wantedY(label, model, spans, frame) }))
    .sort((a, b) => a.y - b.y)
  const placed = pushApart(
    wanted.map((w) => w.y),
    height,
    plot.y,
    plot.y + plot.height,
  )
  const marks: Mark[] = []
  wanted.forEach(({ label, y }, i) => {
    const middle = placed[i] ?? y
    const x = plot.x + plot.width + PAD
    if (Math.abs(middle - y) > FAR && !isStacked(model)) {
      const color = model.series[label.series]?.color ?? theme.ink3
      const ends = { x1: x - 5, y1: round(y), x2: x - 1, y2: round(middle) }
      marks.push({ kind: 'line', ...ends, stroke: color, strokeWidth: 1 })
    }
    marks.push(...labelMarks(label, ends.lines, x + (isStacked(model) ? 0 : 2), middle, theme))
  })
  return marks
}

/** Piled series are named at the middle of their part, others at their end. */
function wantedY(label: EndLabel, model: Model, spans: Span[][], frame: Frame): number {
  const span = spans[label.series]?.[model.count - 1]
  if (!span) return frame.plot.y
  const at = isStacked(model) ? (span[0] + span[1]) / 2 : span[1]
  const { y, height } = frame.plot
  return Math.max(y, Math.min(y + height, frame.value(at)))
}

/** Moves rising positions so that each has `height`, all between `top` and `bottom`. */
export function pushApart(
  wanted: readonly number[],
  height: number,
  top: number,
  bottom: number,
): number[] {
  const placed: number[] = []
  let free = top + height / 2 - 6
  for (const y of wanted) {
    placed.push(Math.max(y, free))
    free = placed[placed.length - 1]! + height
  }
  let limit = bottom - height / 2 + 6
  for (let i = placed.length - 1; i >= 0; i--) {
    placed[i] = Math.min(placed[i]!, limit)
    limit = placed[i]! - height
  }
  return placed
}

function labelMarks(
  label: EndLabel,
  lines: 1 | 2,
  x: number,
  middle: number,
  theme: Theme,
): TextMark[] {
  const name = (y: number): TextMark => ({
    kind: 'text',
    x: round(x),
    y: round(y),
    text: label.name,
    ...NAME,
    fill: theme.ink2,
  })
  const value = (y: number): TextMark => ({
    kind: 'text',
    x: round(x),
    y: round(y),
    text: label.value,
    ...VALUE,
    fill: theme.ink,
  })
  if (!label.name) return [value(middle + 4.5)]
  return lines === 2 ? [value(middle - 1.5), name(middle + 11.5)] : [name(middle + 4)]
}
