/** Any chart as a table: one row per item, one column per series. */
import { itemCount, itemTexts, itemTitles } from './chart/model'
import type { Locale } from './locale'
import type { ChartResult, TableResult } from './result'

/** The table of a chart, with full values. */
export function chartTable(chart: ChartResult, locale: Locale): TableResult {
  const count = itemCount(chart)
  const titles = itemTitles(chart, count)
  return {
    show_header: true,
    striped: false,
    rows: count,
    total_rows: count,
    columns: [
      {
        id: chart.x.id,
        name: chart.x.name,
        kind: 'text',
        align: 'left',
        items: { raw: chart.x.items.raw, text: titles },
      },
      ...chart.series.map((s) => ({
        id: s.id,
        name: s.name,
        kind: 'number' as const,
        align: 'right' as const,
        items: { raw: s.items.raw.slice(0, count), text: itemTexts(s, count, chart, locale) },
      })),
    ],
  }
}
