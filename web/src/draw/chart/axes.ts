/** Gridlines, ticks and label texts round the plot. */
import { measureText } from '../measure'
import { round, type GroupMark, type Mark, type TextMark } from '../scene'
import type { Theme } from '../theme'
import type { Frame } from './frame'
import { AXIS_FONT } from './labels'
import type { Model } from './model'

/** From the baseline of a text to the middle of its digits. */
const TO_MIDDLE = 4

/** Gridlines across the value axis, without the one that the baseline covers. */
export function drawGrid(frame: Frame, model: Model, theme: Theme): GroupMark {
  const { plot, axis } = frame
  const marks: Mark[] = []
  for (const { value } of axis.ticks) {
    if (value === baselineOf(frame, model)) continue
    const at = crisp(frame.value(value))
    const ends = model.horizontal
      ? { x1: at, x2: at, y1: plot.y, y2: plot.y + plot.height }
      : { y1: at, y2: at, x1: plot.x, x2: plot.x + plot.width }
    marks.push({ kind: 'line', ...ends, stroke: theme.line, strokeWidth: 1 })
  }
  return { kind: 'group', part: 'grid', marks }
}

/** The line that bars and areas stand on. */
export function drawBaseline(frame: Frame, model: Model, theme: Theme): GroupMark {
  const { plot } = frame
  const value = baselineOf(frame, model)
  const marks: Mark[] = []
  if (value !== null) {
    const at = crisp(frame.value(value))
    const ends = model.horizontal
      ? { x1: at, x2: at, y1: plot.y, y2: plot.y + plot.height }
      : { y1: at, y2: at, x1: plot.x, x2: plot.x + plot.width }
    marks.push({ kind: 'line', ...ends, stroke: theme.lineStrong, strokeWidth: 1, opacity: 0.6 })
  }
  return { kind: 'group', part: 'baseline', marks }
}

function baselineOf(frame: Frame, model: Model): number | null {
  const { min, max } = frame.axis
  if (min < 0 && max > 0) return 0
  if (model.series.every((s) => s.type === 'line')) return null
  return min >= 0 ? min : max
}

/** Half pixels keep one-pixel lines sharp. */
function crisp(at: number): number {
  return Math.floor(at) + 0.5
}

/** Texts of the value axis. */
export function drawTicks(frame: Frame, model: Model, theme: Theme): GroupMark {
  const { plot } = frame
  const marks: Mark[] = []
  let end = -Infinity
  for (const { value, text } of frame.showTicks ? frame.axis.ticks : []) {
    const at = frame.value(value)
    if (!model.horizontal) {
      marks.push(text11(theme, text, plot.x - 8, at + TO_MIDDLE, 'end'))
      continue
    }
    const half = measureText(text, AXIS_FONT) / 2
    if (at - half < end + 8 || at + half > plot.x + plot.width + 16 || at - half < 0) continue
    marks.push(text11(theme, text, at, plot.y + plot.height + 16, 'middle'))
    end = at + half
  }
  return { kind: 'group', part: 'value-axis', marks }
}

/** Texts of the items. */
export function drawLabels(frame: Frame, model: Model, theme: Theme): GroupMark {
  const marks = model.horizontal ? rowLabels(frame, theme) : columnLabels(frame, theme)
  return { kind: 'group', part: 'label-axis', marks }
}

function columnLabels(frame: Frame, theme: Theme): Mark[] {
  const { labels, tilted } = frame.labels
  const below = frame.plot.y + frame.plot.height
  const marks: Mark[] = []
  for (const label of labels) {
    if (tilted) {
      const mark = text11(theme, label.text, label.x + 4, below + 14, 'end')
      marks.push({ ...mark, rotate: -45 })
      continue
    }
    marks.push(text11(theme, label.text, label.x, below + 16, 'middle'))
    if (label.sub) {
      marks.push({
        ...text11(theme, label.sub, label.subX, below + 30, 'middle'),
        fill: theme.ink2,
      })
    }
  }
  return marks
}

function rowLabels(frame: Frame, theme: Theme): Mark[] {
  const marks: Mark[] = []
  frame.rowLabels.forEach((text, i) => {
    if (!text) return
    const y = (frame.places[i] ?? 0) + TO_MIDDLE
    marks.push({ ...text11(theme, text, frame.plot.x - 8, y, 'end'), fill: theme.ink2 })
  })
  return marks
}

function text11(theme: Theme, text: string, x: number, y: number, anchor: TextMark['anchor']) {
  const font = { size: AXIS_FONT.size, weight: AXIS_FONT.weight, tabular: true } as const
  const mark: TextMark = {
    kind: 'text',
    x: round(x),
    y: round(y),
    text,
    ...font,
    fill: theme.ink3,
    ...(anchor ? { anchor } : {}),
  }
  return mark
}
