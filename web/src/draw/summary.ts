/** One sentence per component: what a reader who does not see the picture should know first. */
import type { Locale } from './locale'
import { formatFixed } from './numbers'
import type { ChartResult, ChartSeries, ComponentResult, InputResult } from './result'
import { fill, WORDS } from './words'

/** Series named in a sentence before it says only how many there are. */
const MOST_NAMES = 4

/** The sentence for any component, also when it is in error. */
export function summarise(component: ComponentResult, locale: Locale): string {
  switch (component.type) {
    case 'chart':
      return summariseChart(component, locale)
    case 'simple_value':
      return summariseValue(component)
    case 'input':
      return summariseInput(component)
    default:
      return summariseTable(component, locale)
  }
}

/** "Revenue by Month, Nov 2024 to Oct 2025, highest Dec 2024 512,400, last Oct 2025 428,190". */
export function summariseChart(component: ComponentResult, locale: Locale): string {
  const chart = component.chart
  if (!chart) return component.name
  const names = listNames(chart, component.name)
  const subject = chart.x.name ? fill(WORDS.by, names, chart.x.name) : names
  const found = extremes(chart)
  if (!found) return join([subject, WORDS.noData.toLowerCase()])
  const parts = [subject, spanText(chart, locale)]
  const many = chart.series.length > 1
  const say = (text: string, at: Item) => fill(text, itemName(chart, at, many), at.text)
  parts.push(say(WORDS.highest, found.high))
  if (found.low.raw < found.high.raw) parts.push(say(WORDS.lowest, found.low))
  if (!many && found.last.index > found.high.index && chart.x.kind === 'date') {
    parts.push(say(WORDS.last, found.last))
  }
  return join(parts)
}

/** "Net sales 428,190, up 8.4% vs prior 30 days". */
export function summariseValue(component: ComponentResult): string {
  const value = component.value
  if (!value) return component.name
  const { primary, secondary, change } = value
  const parts = [`${primary.name} ${primary.text || WORDS.noData.toLowerCase()}`.trim()]
  if (change) {
    const texts = { up: WORDS.up, down: WORDS.down, same: WORDS.same }
    const moved = fill(texts[change.direction], change.text.replace(/^[+\u2212-]/, ''))
    const tone = change.good === null ? '' : change.good ? `, ${WORDS.good}` : `, ${WORDS.bad}`
    const compared = secondary ? ` ${secondary.name}` : ''
    parts.push(moved + compared + (change.direction === 'same' ? '' : tone))
  }
  if (secondary && !change) parts.push(`${secondary.name} ${secondary.text}`.trim())
  return join(parts)
}

/** What a control is set to, in the words of its options. */
export function chosenText(input: InputResult): string {
  const words = input.chosen.map(
    (value) => input.options.find((option) => option.value === value)?.label ?? value,
  )
  return words.join(', ') || WORDS.nothingChosen
}

/** "Client, Fjord". */
export function summariseInput(component: ComponentResult): string {
  return component.input ? join([component.name, chosenText(component.input)]) : component.name
}

/** "Best sellers, 6 rows, columns Product, Sold, Revenue". */
export function summariseTable(component: ComponentResult, locale: Locale): string {
  const table = component.table
  if (!table) return component.name
  const number = (n: number) => formatFixed(n, 0, locale)
  const rows =
    table.rows < table.total_rows
      ? fill(WORDS.rowsOf, number(table.rows), number(table.total_rows))
      : table.rows === 1
        ? WORDS.oneRow
        : fill(WORDS.rows, number(table.rows))
  const names = table.columns.map((c) => c.name).filter((n) => n)
  return join([component.name, rows, names.length ? fill(WORDS.columns, names.join(', ')) : ''])
}

function join(parts: readonly string[]): string {
  return parts.filter((p) => p).join(', ')
}

function listNames(chart: ChartResult, name: string): string {
  const names = chart.series.map((s) => s.name).filter((n) => n)
  if (names.length === 0 || names.length > MOST_NAMES) return name
  const last = names[names.length - 1] ?? ''
  const before = names.slice(0, -1).join(', ')
  return before ? fill(WORDS.and, before, last) : last
}

/** From the first item to the last for dates, else how many there are. */
function spanText(chart: ChartResult, locale: Locale): string {
  const texts = chart.x.items.text
  const first = texts[0] ?? ''
  const last = texts[texts.length - 1] ?? ''
  if (chart.x.kind === 'date' && first !== last) return fill(WORDS.range, first, last)
  const count = Math.max(texts.length, chart.series[0]?.items.raw.length ?? 0)
  return count === 1 ? WORDS.onePoint : fill(WORDS.points, formatFixed(count, 0, locale))
}

interface Item {
  series: ChartSeries
  index: number
  raw: number
  text: string
}

function itemName(chart: ChartResult, item: Item, many: boolean): string {
  const x = chart.x.items.text[item.index] ?? String(item.index + 1)
  const title = x || WORDS.blank
  return many ? `${item.series.name} ${title}` : title
}

function extremes(chart: ChartResult): { high: Item; low: Item; last: Item } | null {
  let high: Item | null = null
  let low: Item | null = null
  let last: Item | null = null
  for (const series of chart.series) {
    series.items.raw.forEach((raw, index) => {
      if (typeof raw !== 'number' || !Number.isFinite(raw)) return
      const item = { series, index, raw, text: series.items.text[index] ?? String(raw) }
      if (!high || raw > high.raw) high = item
      if (!low || raw < low.raw) low = item
      last = item
    })
  }
  return high && low && last ? { high, low, last } : null
}
