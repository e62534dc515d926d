/** Values at the ends of horizontal bars, in place of an axis. */
import { measureText, type Font } from '../measure'
import { round, type Hit, type Mark, type Size } from '../scene'
import type { Theme } from '../theme'
import type { Model } from './model'

const FONT: Font = { size: 12, weight: 500, tabular: true }
const PAD = 8
/** Rows closer than a line of text have no room for values. */
const ROW = 15

/** Room that the widest value takes right of the bars. */
export interface RowValues {
  width: number
}

/** Plans values for a single series of horizontal bars, none of them negative. */
export function planRowValues(model: Model, size: Size): RowValues | null {
  const [series] = model.series
  if (!model.horizontal || model.series.length !== 1 || series?.type !== 'bar') return null
  if (size.height / model.count < ROW || series.values.some((v) => v !== null && v < 0)) return null
  if (model.fixed.min !== null || model.fixed.max !== null) return null
  const widest = series.texts.reduce((most, t) => Math.max(most, measureText(t, FONT)), 0)
  const width = Math.ceil(widest) + PAD
  return width > size.width * 0.4 ? null : { width }
}

/** Draws the values right of their bars. */
export function drawRowValues(hits: readonly Hit[], theme: Theme): Mark[] {
  return hits.map(({ box, value }) => ({
    kind: 'text',
    x: round(box.x + box.width + PAD),
    y: round(box.y + box.height / 2 + 4),
    text: value,
    size: FONT.size,
    weight: FONT.weight,
    fill: theme.ink,
    tabular: true,
  }))
}
