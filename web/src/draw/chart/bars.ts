/** Bars: side by side or piled up, standing on the baseline with rounded ends. */
import { round, type Box, type Hit, type Mark } from '../scene'
import type { Frame } from './frame'
import type { Model } from './model'
import { isStacked, type Span } from './stack'

/** Gap between fills that touch, so that hues never blend. */
const GAP = 1.5
const RADIUS = 3
const STACKED_RADIUS = 2

/** Bars with the places that answer for them. */
export interface Drawn {
  marks: Mark[]
  hits: Hit[]
}

/** Widths of bars within one item's room. */
interface Lanes {
  group: number
  lane: number
  bar: number
}

function lanesOf(step: number, count: number, stacked: boolean): Lanes {
  if (stacked || count === 1) {
    const bar = Math.max(0.5, Math.min(step * (stacked ? 0.76 : 0.56), stacked ? 56 : 44, step))
    return { group: bar, lane: bar, bar }
  }
  const group = Math.max(0.5, Math.min(step * 0.78, count * 34))
  const lane = group / count
  const gap = lane > 5 ? 2 : lane > 3 ? GAP : 0
  return { group, lane, bar: lane - gap }
}

/** Draws every bar series of the model. */
export function drawBars(model: Model, spans: Span[][], frame: Frame): Drawn {
  const bars = model.series.map((_, i) => i).filter((i) => model.series[i]?.type === 'bar')
  const stacked = isStacked(model)
  const lanes = lanesOf(frame.step, bars.length, stacked)
  const drawn: Drawn = { marks: [], hits: [] }
  bars.forEach((s, order) => {
    const series = model.series[s]
    if (!series) return
    spans[s]?.forEach((span, i) => {
      if (!span) return
      const start = (frame.places[i] ?? 0) - lanes.group / 2 + (stacked ? 0 : order * lanes.lane)
      const box = barBox(frame, model, start, lanes.bar, span, stacked)
      const end = endOf(model.horizontal, span)
      if (span[0] !== span[1]) drawn.marks.push(barMark(box, end, stacked, series.color))
      drawn.hits.push({
        series: s,
        index: i,
        box,
        ...tipOf(box, end),
        name: series.name,
        title: model.titles[i] ?? '',
        value: series.texts[i] ?? '',
        color: series.color,
      })
    })
  })
  return drawn
}

type End = 'top' | 'bottom' | 'left' | 'right'

function endOf(horizontal: boolean, [from, to]: readonly [number, number]): End {
  if (horizontal) return to < from ? 'left' : 'right'
  return to < from ? 'bottom' : 'top'
}

function tipOf(box: Box, end: End): { x: number; y: number } {
  const x = end === 'left' ? box.x : end === 'right' ? box.x + box.width : box.x + box.width / 2
  const y = end === 'top' ? box.y : end === 'bottom' ? box.y + box.height : box.y + box.height / 2
  return { x: round(x), y: round(y) }
}

/** The rectangle of a span, kept inside the plot; piled spans leave a gap to the one before. */
function barBox(
  frame: Frame,
  model: Model,
  start: number,
  width: number,
  span: readonly [number, number],
  stacked: boolean,
): Box {
  const { plot } = frame
  const [low, high] = model.horizontal
    ? [plot.x, plot.x + plot.width]
    : [plot.y, plot.y + plot.height]
  const inside = (at: number) => Math.max(low, Math.min(high, at))
  const from = inside(frame.value(span[0]))
  const to = inside(frame.value(span[1]))
  let length = Math.abs(to - from)
  let near = Math.min(from, to)
  if (length < 1 && span[0] !== span[1]) {
    // Small is not nothing: one pixel stays visible.
    near = inside(to < from ? from - 1 : from)
    length = 1
  } else if (stacked && span[0] !== 0 && length > 2 * GAP) {
    length -= GAP
    if (to > from) near += GAP
  }
  near = Math.min(near, high - length)
  return model.horizontal
    ? { x: round(near), y: round(start), width: round(length), height: round(width) }
    : { x: round(start), y: round(near), width: round(width), height: round(length) }
}

function barMark(box: Box, end: End, stacked: boolean, fill: string): Mark {
  const across = end === 'top' || end === 'bottom' ? box.width : box.height
  const along = end === 'top' || end === 'bottom' ? box.height : box.width
  if (stacked) {
    const radius = Math.min(STACKED_RADIUS, across / 4, along / 2)
    return { kind: 'rect', ...box, fill, ...(radius >= 1 ? { radius: round(radius) } : {}) }
  }
  const radius = Math.min(RADIUS, across / 4, along)
  if (radius < 1) return { kind: 'rect', ...box, fill }
  return { kind: 'path', d: roundedEnd(box, end, radius), fill }
}

/** A rectangle with the two corners of one end rounded. */
function roundedEnd({ x, y, width, height }: Box, end: End, r: number): string {
  const corners: [number, number, boolean][] = [
    [x, y, end === 'top' || end === 'left'],
    [x + width, y, end === 'top' || end === 'right'],
    [x + width, y + height, end === 'bottom' || end === 'right'],
    [x, y + height, end === 'bottom' || end === 'left'],
  ]
  // Directions in which a corner is entered and left, clockwise from the top left.
  const enter = [
    [0, 1],
    [-1, 0],
    [0, -1],
    [1, 0],
  ]
  const leave = [
    [1, 0],
    [0, 1],
    [-1, 0],
    [0, -1],
  ]
  let path = ''
  corners.forEach(([cx, cy, rounded], i) => {
    const [ex = 0, ey = 0] = enter[i] ?? []
    const [lx = 0, ly = 0] = leave[i] ?? []
    const letter = i === 0 ? 'M' : 'L'
    if (!rounded) path += `${letter}${round(cx)},${round(cy)}`
    else {
      path += `${letter}${round(cx + ex * r)},${round(cy + ey * r)}`
      path += `Q${round(cx)},${round(cy)} ${round(cx + lx * r)},${round(cy + ly * r)}`
    }
  })
  return path + 'Z'
}
