/** Lines and areas: broken at gaps, with a dot on what would else be invisible. */
import { round, type GroupMark, type Hit, type Mark } from '../scene'
import type { Theme } from '../theme'
import type { Drawn } from './bars'
import type { Frame } from './frame'
import type { Model, Series } from './model'
import { areaBetween, lineThrough, type Join, type Place } from './path'
import { isStacked, type Span } from './stack'

/** Width of lines: thinner where points are dense and the line goes up and down within pixels. */
function strokeOf(step: number): number {
  return step < 1.5 ? 1.25 : step < 4 ? 1.5 : 2
}

const DOT = 3
/** Half the side of the box that answers for a point. */
const REACH = 6
/** Curves are only for points this far apart; between close points they are not seen. */
const CURVE_STEP = 8

/** A point along the label axis with its span across. */
interface Point {
  at: number
  from: number
  to: number
  gap: boolean
}

/** Draws the series of one type, piled or over each other. */
export function drawLines(
  model: Model,
  spans: Span[][],
  frame: Frame,
  type: 'line' | 'area',
  theme: Theme,
): Drawn {
  const marks: Mark[] = []
  const hits: Hit[] = []
  model.series.forEach((series, s) => {
    if (series.type !== type) return
    const points = pointsOf(spans[s] ?? [], frame)
    const drawn = thin(points, frame)
    if (type === 'area') marks.push(...areaMarks(drawn, model, series, frame, theme))
    else marks.push(...lineMarks(drawn, model, series, frame))
    marks.push(...dots(points, model, series))
    hits.push(...hitsOf(points, model, series, s))
  })
  return { marks: cut(marks, model, frame, type), hits }
}

function pointsOf(spans: Span[], frame: Frame): Point[] {
  return spans.map((span, i): Point => {
    const at = frame.places[i] ?? 0
    if (!span) return { at, from: 0, to: 0, gap: true }
    return { at, from: frame.value(span[0]), to: frame.value(span[1]), gap: false }
  })
}

/** At most first, lowest, highest and last point of each pixel: more cannot be seen. */
function thin(points: Point[], frame: Frame): Point[] {
  if (frame.step >= 0.5) return points
  const kept: Point[] = []
  let start = 0
  while (start < points.length) {
    const first = points[start]!
    let end = start
    while (end < points.length && sameRun(points[end]!, first)) end++
    kept.push(...corners(points.slice(start, end)))
    start = end
  }
  return kept
}

function sameRun(point: Point, first: Point): boolean {
  return point.gap === first.gap && Math.floor(point.at) === Math.floor(first.at)
}

function corners(run: Point[]): Point[] {
  if (run.length <= 4) return run
  let low = 0
  let high = 0
  run.forEach((p, i) => {
    if (p.to < run[low]!.to) low = i
    if (p.to > run[high]!.to) high = i
  })
  const wanted = [0, low, high, run.length - 1].sort((a, b) => a - b)
  return wanted.filter((at, i) => at !== wanted[i - 1]).map((at) => run[at]!)
}

function lineMarks(points: Point[], model: Model, series: Series, frame: Frame): Mark[] {
  const d = linePath(points, model, frame)
  if (!d) return []
  const dash = series.dash ? { dash: series.dash } : {}
  return [
    {
      kind: 'path',
      d,
      stroke: series.color,
      strokeWidth: strokeOf(frame.step),
      cap: 'round',
      ...dash,
    },
  ]
}

function joinOf(model: Model, frame: Frame): Join {
  if (frame.step < CURVE_STEP) return 'straight'
  return model.horizontal ? 'y' : 'x'
}

/** Points without gaps between them. */
function runsOf(points: Point[]): Point[][] {
  const runs: Point[][] = []
  points.forEach((p, i) => {
    if (p.gap) return
    if (isGap(points[i - 1])) runs.push([p])
    else runs[runs.length - 1]!.push(p)
  })
  return runs
}

/** One edge of a run: where its values end (`to`) or begin (`from`). */
function edgeOf(run: Point[], model: Model, end: 'from' | 'to'): Place[] {
  return run.map((p): Place => (model.horizontal ? [p[end], p.at] : [p.at, p[end]]))
}

function linePath(points: Point[], model: Model, frame: Frame): string {
  const runs = runsOf(points).map((run) => edgeOf(run, model, 'to'))
  return lineThrough(runs, joinOf(model, frame))
}

function areaMarks(
  points: Point[],
  model: Model,
  series: Series,
  frame: Frame,
  theme: Theme,
): Mark[] {
  const runs = runsOf(points).map((run) => ({
    there: edgeOf(run, model, 'to'),
    back: edgeOf(run, model, 'from'),
  }))
  const d = areaBetween(runs, joinOf(model, frame))
  if (!d) return []
  const fill: Mark = { kind: 'path', d, fill: series.color }
  const edge = linePath(points, model, frame)
  if (isStacked(model)) {
    // A line of the surface's colour keeps piled areas apart.
    const rim: Mark = { kind: 'path', d: edge, stroke: theme.surface, strokeWidth: 1.5 }
    return [{ ...fill, opacity: 0.88 }, rim]
  }
  return [{ ...fill, opacity: 0.1 }, ...lineMarks(points, model, series, frame)]
}

/** Dots on points without neighbours, which a line cannot show, and on the last point of a line. */
function dots(points: Point[], model: Model, series: Series): Mark[] {
  const marks: Mark[] = []
  const plainArea = series.type === 'line' || !isStacked(model)
  const last = lastIndex(points)
  points.forEach((p, i) => {
    if (p.gap) return
    const alone = isGap(points[i - 1]) && isGap(points[i + 1])
    if (!alone && !(plainArea && i === last)) return
    const [cx, cy] = model.horizontal ? [p.to, p.at] : [p.at, p.to]
    marks.push({ kind: 'circle', cx: round(cx), cy: round(cy), r: DOT, fill: series.color })
  })
  return marks
}

function isGap(point: Point | undefined): boolean {
  return point === undefined || point.gap
}

function lastIndex(points: Point[]): number {
  for (let i = points.length - 1; i >= 0; i--) {
    if (!points[i]!.gap) return i
  }
  return -1
}

function hitsOf(points: Point[], model: Model, series: Series, s: number): Hit[] {
  const hits: Hit[] = []
  points.forEach((p, i) => {
    if (p.gap) return
    const [x, y] = model.horizontal ? [round(p.to), round(p.at)] : [round(p.at), round(p.to)]
    hits.push({
      series: s,
      index: i,
      box: { x: x - REACH, y: y - REACH, width: 2 * REACH, height: 2 * REACH },
      x,
      y,
      name: series.name,
      title: model.titles[i] ?? '',
      value: series.texts[i] ?? '',
      color: series.color,
    })
  })
  return hits
}

/** What lies beyond an axis that the author cut is not shown. */
function cut(marks: Mark[], model: Model, frame: Frame, type: string): Mark[] {
  if (marks.length === 0) return []
  const group: GroupMark = { kind: 'group', part: type, marks }
  if (model.fixed.min === null && model.fixed.max === null) return [group]
  const { x, y, width, height } = frame.plot
  const box = { x: x - DOT, y: y - DOT, width: width + 2 * DOT, height: height + 2 * DOT }
  return [{ kind: 'clip', ...box, marks: [group] }]
}
