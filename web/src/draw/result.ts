/** What the server answers for a Klip. Field names are those of the API. */
import type { Locale } from './locale'

/** An unformatted value. */
export type Raw = number | string | boolean | null

/** Values with the texts the server formatted for them, position by position. */
export interface Items {
  raw: Raw[]
  text: string[]
}

/** Something the author should know, tied to one component. */
export interface ResultWarning {
  component: string
  code: string
  message: string
}

/** Why a component could not be computed. */
export interface ComponentError {
  part: string
  code: string
  message: string
  offset?: number
  hint?: string
}

/** One column of a table. */
export interface TableColumn {
  id: string
  name: string
  kind: 'text' | 'number' | 'date' | 'sparkline'
  align: 'left' | 'right' | 'center'
  items: Items
  total?: { raw: Raw; text: string; label: string }
  /** Numbers of the mini chart of each row; null is a gap. */
  sparks?: (number | null)[][]
  /** Rows that indicators mark, in order. */
  marks?: CellMark[]
}

/** How one item differs from the others; colours are `theme:1` to `theme:8` or `#rrggbb`. */
export interface CellMark {
  row: number
  color?: string
  background?: string
  icon?: string
  bold?: boolean
  italic?: boolean
  text?: string
}

/** A table; `rows` are in the result, `total_rows` exist. */
export interface TableResult {
  show_header: boolean
  striped: boolean
  rows: number
  total_rows: number
  columns: TableColumn[]
}

/** How numbers of an axis are written. */
export interface NumberFormat {
  as: string
  decimals: number | null
  prefix: string
  suffix: string
  symbol: string
  abbreviate: string
  multiply: boolean
  thousands: boolean
}

/** One series of a chart; `color` is a palette slot, 1 to 8, or null for automatic. */
export interface ChartSeries {
  id: string
  name: string
  type: 'bar' | 'line' | 'area'
  color: number | null
  items: Items
}

/** A bar, line and area chart. Dates of `x` are Unix seconds. */
export interface ChartResult {
  orientation: 'vertical' | 'horizontal'
  stacking: 'none' | 'stacked' | '100'
  legend: string
  x: { id: string; name: string; kind: 'text' | 'number' | 'date'; items: Items }
  y: { title: string; min: number | null; max: number | null; format: NumberFormat }
  series: ChartSeries[]
}

/** One labelled number or text. */
export interface ValueItem {
  name: string
  raw: Raw
  text: string
}

/** A big number with an optional second one and the change between them. */
export interface ValueResult {
  primary: ValueItem
  secondary?: ValueItem
  change?: { text: string; direction: 'up' | 'down' | 'same'; good: boolean | null }
}

/** A control that sets a variable; `chosen` is what it is set to. */
export interface InputResult {
  variable: string
  control: 'drop_down' | 'multi_select' | 'radio' | 'text' | 'number' | 'date'
  scope: 'klip' | 'dashboard' | 'all'
  options: { value: string; label: string }[]
  chosen: string[]
  /** Account or person have a value that nobody replaces here. */
  fixed: boolean
}

/** The result of one component; the part that belongs to `type` is set unless `error` is. */
export interface ComponentResult {
  id: string
  name: string
  type: 'table' | 'chart' | 'simple_value' | 'input'
  table?: TableResult
  chart?: ChartResult
  value?: ValueResult
  input?: InputResult
  error?: ComponentError
}

/** The result of a whole Klip. */
export interface KlipResult {
  title: string
  title_visible: boolean
  components: ComponentResult[]
  warnings: ResultWarning[]
  /** How the account writes what stands beside the texts. */
  locale: Locale
}
