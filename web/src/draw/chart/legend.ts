/** The legend of a chart, where labels at the marks are not possible. */
import { fitText, measureText, type Font } from '../measure'
import type { LegendEntry, Mark, Size } from '../scene'
import type { Theme } from '../theme'
import type { Model } from './model'

const FONT: Font = { size: 12, weight: 400 }
const ROW = 20
const SWATCH = 10
const STROKE = 14
const GAP = 14
/** Between swatch and text. */
const PAD = 6
const LONGEST = 180

/** Where the entries of a legend stand, from its own corner, and the room it takes. */
export interface Legend extends Size {
  places: { entry: LegendEntry; text: string; x: number; y: number }[]
}

/** One entry per series, in the order of the model. */
export function legendEntries(model: Model): LegendEntry[] {
  return model.series.map((series) => ({
    name: series.name,
    color: series.color,
    shape: series.type === 'line' ? 'line' : 'square',
    ...(series.dash ? { dash: series.dash } : {}),
  }))
}

/** Lays entries out in rows of `width`, as many as `height` holds; `column` puts each in its own row. */
export function layOutLegend(
  entries: readonly LegendEntry[],
  width: number,
  height: number,
  column: boolean,
): Legend {
  const places: Legend['places'] = []
  let x = 0
  let y = 0
  let widest = 0
  for (const entry of entries) {
    const sign = signWidth(entry) + PAD
    const text = fitText(entry.name, Math.min(LONGEST, width - sign), FONT)
    const own = sign + measureText(text, FONT)
    if (x > 0 && (column || x + own > width)) {
      x = 0
      y += ROW
    }
    if (y + ROW > height || own > width) break
    places.push({ entry, text, x, y })
    widest = Math.max(widest, x + own)
    x += own + GAP
  }
  return { places, width: Math.ceil(widest), height: places.length > 0 ? y + ROW : 0 }
}

/** Rows that a legend needs in this width. */
export function legendRows(entries: readonly LegendEntry[], width: number): number {
  return layOutLegend(entries, width, Infinity, false).height / ROW
}

function signWidth(entry: LegendEntry): number {
  return entry.shape === 'line' ? STROKE : SWATCH
}

/** The legend's marks with its corner at (left, top). */
export function drawLegend(legend: Legend, left: number, top: number, theme: Theme): Mark[] {
  const marks: Mark[] = []
  for (const { entry, text, x, y } of legend.places) {
    const middle = top + y + ROW / 2
    const start = left + x
    marks.push(drawSign(entry, start, middle))
    marks.push({
      kind: 'text',
      x: start + signWidth(entry) + PAD,
      y: middle + 4,
      text,
      size: FONT.size,
      weight: FONT.weight,
      fill: theme.ink2,
    })
  }
  return marks
}

function drawSign({ shape, color, dash }: LegendEntry, x: number, middle: number): Mark {
  if (shape === 'square') {
    const y = middle - SWATCH / 2
    return { kind: 'rect', x, y, width: SWATCH, height: SWATCH, radius: 2.5, fill: color }
  }
  const line = { x1: x, x2: x + STROKE, y1: middle, y2: middle }
  return { kind: 'line', ...line, stroke: color, strokeWidth: 2, ...(dash ? { dash } : {}) }
}
