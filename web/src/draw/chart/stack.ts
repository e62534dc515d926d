/** Second stage of a chart: where each value starts and ends on the value axis. */
import type { Extent } from '../ticks'
import type { Model, Series } from './model'

/** From and to on the value axis; null is a gap. */
export type Span = readonly [from: number, to: number] | null

/** Spans of every series, item by item, in the order of the model. */
export function stackSeries(model: Model): Span[][] {
  const stacked = model.stacking !== 'none'
  const spans = model.series.map((s) => s.values.map((v): Span => (v === null ? null : [0, v])))
  if (!stacked) return spans
  // Bars stack on bars and areas on areas; lines are read against the axis.
  for (const type of ['bar', 'area'] as const) pile(model, spans, type)
  return spans
}

function pile(model: Model, spans: Span[][], type: Series['type']): void {
  for (let i = 0; i < model.count; i++) {
    let above = 0
    let below = 0
    const total = model.stacking === '100' ? sumOf(model, type, i) : 1
    model.series.forEach((series, s) => {
      const value = series.values[i]
      if (series.type !== type || value === null || value === undefined) return
      const share = total > 0 ? value / total : 0
      if (share < 0) spans[s]![i] = [below, (below += share)]
      else spans[s]![i] = [above, (above += share)]
    })
  }
}

function sumOf(model: Model, type: Series['type'], i: number): number {
  let sum = 0
  for (const series of model.series) {
    if (series.type === type) sum += Math.abs(series.values[i] ?? 0)
  }
  return sum
}

/** What the value axis has to hold. */
export function extentOf(model: Model, spans: Span[][]): Extent {
  let min = Infinity
  let max = -Infinity
  for (const list of spans) {
    for (const span of list) {
      if (!span) continue
      min = Math.min(min, span[1])
      max = Math.max(max, span[1])
    }
  }
  const zero = model.series.some((s) => s.type !== 'line')
  if (model.stacking === '100' && zero) {
    const whole = { min: Math.min(min, min < 0 ? -1 : 0), max: Math.max(max, max > 0 ? 1 : 0) }
    return { ...whole, zero, fixedMin: null, fixedMax: null }
  }
  return { min, max, zero, fixedMin: model.fixed.min, fixedMax: model.fixed.max }
}

/** True when the series are piled on each other and not side by side. */
export function isStacked(model: Model): boolean {
  return model.stacking !== 'none'
}
