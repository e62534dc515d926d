/** Bar, line and area charts and their combinations. */
import { drawBaseline, drawGrid, drawLabels, drawTicks } from '../chart/axes'
import { drawBars } from '../chart/bars'
import { drawEnds, planEnds, type EndLabels } from '../chart/ends'
import { layOutFrame, type Edges, type Frame } from '../chart/frame'
import { drawLegend, layOutLegend, legendEntries, type Legend } from '../chart/legend'
import { drawLines } from '../chart/lines'
import { isEmpty, readChart, type Model } from '../chart/model'
import { drawRowValues, planRowValues, type RowValues } from '../chart/row-values'
import { extentOf, stackSeries, type Span } from '../chart/stack'
import type { Locale } from '../locale'
import type { ChartResult, ComponentResult } from '../result'
import type { Hit, LegendEntry, Mark, Scene, Size } from '../scene'
import { summariseChart } from '../summary'
import type { Theme } from '../theme'
import type { DrawOptions } from './list'
import { WORDS } from '../words'

/** Below this there is no room for a legend; the caller may still show it elsewhere. */
const LEGEND_MIN: Size = { width: 200, height: 130 }

/** The scene of a chart result. */
export function drawChart(
  component: ComponentResult,
  size: Size,
  theme: Theme,
  locale: Locale,
  options: DrawOptions = {},
): Scene {
  const chart = component.chart
  const name = summariseChart(component, locale)
  const model = chart ? readChart(chart, theme, locale) : null
  if (!chart || !model || isEmpty(model)) return emptyScene(name, size, theme)

  const spans = stackSeries(model)
  const extent = extentOf(model, spans)
  const around = planAround(chart, model, spans, size, locale, options)
  const frame = layOutFrame(model, extent, size, around.edges, !around.rows, locale)
  const { marks, hits } = drawPlot(model, spans, frame, theme)
  if (around.ends) {
    const labels = drawEnds(around.ends, model, spans, frame, theme)
    marks.push({ kind: 'group', part: 'ends', marks: labels })
  }
  if (around.rows) {
    marks.push({ kind: 'group', part: 'ends', marks: drawRowValues(hits, theme) })
  }
  marks.push(...legendMarks(around, size, theme))
  const slots = frame.places.map((at) => ({ at, size: frame.step }))
  const turned = model.horizontal
  return { ...size, name, marks, hits, legend: around.outside, plot: frame.plot, slots, turned }
}

function drawPlot(model: Model, spans: Span[][], frame: Frame, theme: Theme) {
  const marks: Mark[] = [drawGrid(frame, model, theme)]
  const areas = drawLines(model, spans, frame, 'area', theme)
  const bars = drawBars(model, spans, frame)
  const lines = drawLines(model, spans, frame, 'line', theme)
  marks.push(...areas.marks)
  marks.push({ kind: 'group', part: 'bars', marks: bars.marks })
  marks.push(drawBaseline(frame, model, theme), ...lines.marks)
  marks.push(drawTicks(frame, model, theme), drawLabels(frame, model, theme))
  const hits: Hit[] = [...areas.hits, ...bars.hits, ...lines.hits]
  hits.sort((a, b) => a.series - b.series || a.index - b.index)
  return { marks, hits }
}

/** What explains the series and where it stands. */
interface Around {
  edges: Edges
  ends: EndLabels | null
  rows: RowValues | null
  legend: Legend | null
  side: 'top' | 'right' | 'bottom'
  outside: LegendEntry[]
}

function planAround(
  chart: ChartResult,
  model: Model,
  spans: Span[][],
  size: Size,
  locale: Locale,
  options: DrawOptions,
): Around {
  const edges: Edges = { top: 0, right: 0, bottom: 0, left: 0 }
  const side = chart.legend === 'right' || chart.legend === 'bottom' ? chart.legend : 'top'
  const forced = chart.legend === side
  const around: Around = { edges, ends: null, rows: null, legend: null, side, outside: [] }
  around.rows = planRowValues(model, size)
  if (around.rows) edges.right = around.rows.width
  if (!forced) around.ends = planEnds(model, spans, size, locale)
  if (around.ends) edges.right = around.ends.width

  const named = around.ends !== null && around.ends.labels.every((l) => l.name)
  const wanted = chart.legend !== 'none' && (forced || model.series.length > 1) && !named
  const entries = wanted ? legendEntries(model) : []
  if (options.legend === 'outside' && side === 'top') around.outside = entries
  else if (size.width >= LEGEND_MIN.width && size.height >= LEGEND_MIN.height) {
    placeLegend(around, entries, size)
  }
  return around
}

function placeLegend(around: Around, entries: LegendEntry[], size: Size): void {
  const { side, edges } = around
  const width = side === 'right' ? size.width * 0.35 : size.width
  const height = side === 'right' ? size.height : size.height * 0.25
  const legend = layOutLegend(entries, width, height, side === 'right')
  if (legend.places.length === 0) return
  around.legend = legend
  if (side === 'top') edges.top += legend.height + 8
  if (side === 'bottom') edges.bottom += legend.height + 4
  if (side === 'right') edges.right += legend.width + 16
}

function legendMarks({ legend, side }: Around, size: Size, theme: Theme): Mark[] {
  if (!legend) return []
  const left = side === 'right' ? size.width - legend.width : 0
  const top = side === 'bottom' ? size.height - legend.height : 0
  return [{ kind: 'group', part: 'legend', marks: drawLegend(legend, left, top, theme) }]
}

function emptyScene(name: string, size: Size, theme: Theme): Scene {
  const fontSize = size.width < 80 ? 11 : 13
  const text: Mark = {
    kind: 'text',
    x: size.width / 2,
    y: size.height / 2 + 4,
    text: WORDS.noData,
    size: fontSize,
    weight: 400,
    fill: theme.ink3,
    anchor: 'middle',
  }
  return { ...size, name, marks: [text], hits: [], legend: [] }
}
