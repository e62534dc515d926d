/** Third stage of a chart: the plot, its two axes and what stands round it. */
import type { Locale } from '../locale'
import { fitText, measureText } from '../measure'
import type { Box, Size } from '../scene'
import { valueAxis, type Extent, type Tick, type ValueAxis } from '../ticks'
import { AXIS_FONT, chooseLabels, NO_LABELS, type AxisLabels, type Strip } from './labels'
import type { Model } from './model'

/** Half a line of axis text, so that the topmost tick stays inside. */
const HALF_TEXT = 6
/** Between tick text and plot. */
const TICK_GAP = 8
/** Height of a row of value ticks below a turned chart. */
const TICK_ROW = 20
/** Space of the last point's dot. */
const DOT = 4
/** Ticks wider than this share of the chart are left out. */
const TICK_SHARE = 0.4
/** Smallest distance between gridlines. */
const TICK_STEP = 34

/** Room that other parts need at the edges of the plot. */
export interface Edges {
  top: number
  right: number
  bottom: number
  left: number
}

/** Scales and texts of the plot. */
export interface Frame {
  plot: Box
  axis: ValueAxis
  labels: AxisLabels
  /** Texts of a turned chart's items, by item; "" where there is no room. */
  rowLabels: string[]
  showTicks: boolean
  /** Middle of an item along the label axis. */
  places: number[]
  /** Room of one item along the label axis. */
  step: number
  /** Position of a value along the value axis; outside the plot only if the author cut the axis. */
  value(v: number): number
}

/** Lays a chart out. `edges` is what legend and end labels take; `ticks` off drops the value axis. */
export function layOutFrame(
  model: Model,
  extent: Extent,
  size: Size,
  edges: Edges,
  ticks: boolean,
  locale: Locale,
): Frame {
  return model.horizontal
    ? turnedFrame(model, extent, size, edges, ticks, locale)
    : uprightFrame(model, extent, size, edges, locale)
}

function uprightFrame(model: Model, extent: Extent, size: Size, edges: Edges, locale: Locale) {
  // The axis decides the width of the plot, the width the labels, the labels the height, and the
  // height may change the texts of the axis. If they got longer, a second pass makes room for them.
  const wanted = (ticks: readonly Tick[]) => widest(ticks.map((t) => t.text)) + TICK_GAP
  let room = size.width >= 170 && size.height >= 64 ? 1 : 0
  let frame = withTicks(room)
  for (let pass = 0; pass < 3 && room > 0 && wanted(frame.axis.ticks) > room; pass++) {
    room = wanted(frame.axis.ticks)
    if (room > size.width * TICK_SHARE) room = 0
    frame = withTicks(room)
  }
  return frame

  function withTicks(tickWidth: number): Frame {
    const pad = tickWidth > 0 ? HALF_TEXT : DOT
    const top = edges.top + pad
    const left = edges.left + (tickWidth || 2)
    const width = Math.max(1, size.width - left - edges.right - DOT)
    const across = alongAxis(model, left, width)
    const labels = columnLabels(model, across, size, edges, locale)
    const bottom = edges.bottom + Math.max(pad, labels.height)
    const height = Math.max(1, size.height - top - bottom)
    const axis = valueAxis(extent, Math.floor(height / TICK_STEP) + 1, model.format, locale)
    return {
      plot: { x: left, y: top, width, height },
      axis,
      labels,
      rowLabels: [],
      showTicks: tickWidth > 0,
      places: across.places,
      step: across.step,
      value: scale(axis, top + height, top),
    }
  }
}

function columnLabels(
  model: Model,
  across: Pick<Strip, 'places' | 'step' | 'scale'>,
  size: Size,
  edges: Edges,
  locale: Locale,
): AxisLabels {
  if (size.width < 96 || size.height < 84) return NO_LABELS
  const strip: Strip = {
    ...across,
    from: 0,
    to: size.width - edges.right,
    room: Math.max(TICK_ROW, size.height * 0.34),
    most: size.width < 340 ? 6 : Math.floor(size.width / 32),
  }
  return chooseLabels(model, strip, locale)
}

function turnedFrame(
  model: Model,
  extent: Extent,
  size: Size,
  edges: Edges,
  ticks: boolean,
  locale: Locale,
) {
  const showTicks = ticks && size.width >= 140 && size.height >= 84
  const top = edges.top + 2
  const bottom = edges.bottom + (showTicks ? TICK_ROW : 2)
  const height = Math.max(1, size.height - top - bottom)
  const across = rowsAlong(model.count, top, height)
  const names = rowTexts(model, across, size)
  const left = Math.min(edges.left + (names.width > 0 ? names.width + TICK_GAP : 2), size.width / 2)
  const width = Math.max(1, size.width - left - edges.right - (showTicks ? 16 : 2))
  // Bars that carry their values need no round end and no gridlines.
  const axis = ticks
    ? valueAxis(extent, Math.floor(width / 64) + 1, model.format, locale)
    : { min: 0, max: extent.max || 1, ticks: [] }
  const value = scale(axis, left, left + width)
  const plot = { x: left, y: top, width, height }
  return { plot, axis, labels: NO_LABELS, rowLabels: names.texts, showTicks, ...across, value }
}

/** Names beside the rows of a turned chart: every k-th, so that lines of text keep apart. */
function rowTexts(model: Model, { places, step }: Even, size: Size) {
  const most = size.width * 0.4 - TICK_GAP
  if (most < 32) return { texts: [], width: 0 }
  const every = Math.max(1, Math.ceil(15 / step))
  const texts = model.titles.map((text, i) => {
    const at = places[i] ?? 0
    const room = at >= HALF_TEXT && at <= size.height - HALF_TEXT
    return room && i % every === 0 ? fitText(text, most, AXIS_FONT) : ''
  })
  return { texts, width: widest(texts) }
}

function widest(texts: readonly string[]): number {
  return Math.ceil(texts.reduce((most, t) => Math.max(most, measureText(t, AXIS_FONT)), 0))
}

interface Even {
  places: number[]
  step: number
}

/** Middles of equal parts between `start` and `start + length`. */
function rowsAlong(count: number, start: number, length: number): Even {
  const step = length / Math.max(1, count)
  return { places: Array.from({ length: count }, (_, i) => start + (i + 0.5) * step), step }
}

/** Places of items along a horizontal axis. */
function alongAxis(model: Model, start: number, length: number) {
  const { count, places } = model
  const first = places?.[0] ?? 0
  const last = places?.[places.length - 1] ?? 0
  if (places && last > first) {
    const at = (place: number) => start + ((place - first) / (last - first)) * length
    return { places: places.map(at), step: length / (count - 1), scale: at }
  }
  const lines = count > 1 && model.series.every((s) => s.type !== 'bar')
  // Lines use the whole width; bars and single points stand in the middle of their part.
  if (!lines) return { ...rowsAlong(count, start, length), scale: null }
  const step = length / (count - 1)
  return { places: Array.from({ length: count }, (_, i) => start + i * step), step, scale: null }
}

/** Linear scale of the value axis. Values off an axis that the author cut stay within one plot of it. */
function scale(axis: ValueAxis, from: number, to: number): (v: number) => number {
  const span = axis.max - axis.min
  return (v) => {
    const share = span > 0 ? (v - axis.min) / span : 0
    return from + Math.max(-1, Math.min(2, share)) * (to - from)
  }
}
