/** The colours of series, as the drawing layer gives them. */
import { PALETTE, partsOf, type PartRecord, type Records } from '$editor/index'

/** A CSS colour for a part that is a series; null for other parts. */
export function seriesColour(records: Records, part: PartRecord): string | null {
  if (part.fields.type !== 'chart_series') return null
  const series = partsOf(records, part.parent).filter((p) => p.fields.type === 'chart_series')
  const own = part.fields.properties?.color
  if (typeof own === 'number') return `var(--c${own})`
  if (series.length === 1) return 'var(--series)'
  return `var(--c${(series.indexOf(part) % PALETTE) + 1})`
}
