/** The Klip and dashboard documents, and what the server computes from a Klip for drawing. */
import type { components } from './types.gen'

export type Raw = number | string | boolean | null

export interface Format {
  as: 'text' | 'number' | 'currency' | 'percentage' | 'date' | 'sparkline'
  decimals?: number
  thousands?: boolean
  abbreviate?: 'none' | 'auto' | 'K' | 'M' | 'B'
  prefix?: string
  suffix?: string
  symbol?: string
  multiply?: boolean
  pattern?: string
}

/** A formula in friendly spelling; the server keeps its references. */
export interface Formula {
  text: string
}

export interface KlipComponent {
  id: string
  type: string
  role?: string
  displayName: string
  formulas?: Formula[]
  format?: Format
  properties?: Record<string, unknown>
  components?: KlipComponent[]
}

export interface KlipDoc {
  title: string
  description: string
  workspace: {
    datasources: string[]
    activeDatasource: string
    dimensions?: { w: number }
  }
  properties: { titleVisible: boolean }
  components: KlipComponent[]
}

export interface Placement {
  id: string
  klip: string
  /** Column of the left edge, 0 to 11. */
  x: number
  /** Top edge in steps of 24 px. */
  y: number
  /** Columns, 1 to 12. */
  w: number
  /** Height in steps of 24 px. */
  h: number
  auto: boolean
}

export interface DashboardDoc {
  title: string
  description: string
  placements: Placement[]
}

/** Values with the texts that show them, one per row. */
export interface Items {
  raw: Raw[]
  text: string[]
}

export type ValueKind = 'text' | 'number' | 'date'

/** Columns of tables may hold mini charts, too. */
export type ColumnKind = ValueKind | 'sparkline'

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

export interface TableResult {
  show_header: boolean
  striped: boolean
  /** Rows sent; at most 1,000. */
  rows: number
  total_rows: number
  columns: {
    id: string
    name: string
    kind: ColumnKind
    align: 'left' | 'right' | 'center'
    items: Items
    total?: { raw: Raw; text: string; label: string }
    sparks?: (number | null)[][]
  }[]
}

export interface ChartResult {
  orientation: 'vertical' | 'horizontal'
  stacking: 'none' | 'stacked' | '100'
  legend: string
  x: { id: string; name: string; kind: ValueKind; items: Items }
  y: { title: string; min: number | null; max: number | null; format: NumberFormat }
  series: {
    id: string
    name: string
    type: 'bar' | 'line' | 'area'
    color: number | null
    items: Items
  }[]
}

export interface ValueResult {
  primary: { name: string; raw: Raw; text: string }
  secondary?: { name: string; raw: Raw; text: string }
  change?: { text: string; direction: 'up' | 'down' | 'same'; good: boolean | null }
}

export interface InputResult {
  variable: string
  control: 'drop_down' | 'multi_select' | 'radio' | 'text' | 'number' | 'date'
  scope: 'klip' | 'dashboard' | 'all'
  options: { value: string; label: string }[]
  chosen: string[]
  /** Account or person have a value that nobody replaces here. */
  fixed: boolean
}

export interface ComponentResult {
  id: string
  name: string
  type: 'table' | 'chart' | 'simple_value' | 'input'
  table?: TableResult
  chart?: ChartResult
  value?: ValueResult
  input?: InputResult
  error?: { part: string; code: string; message: string; offset?: number; hint?: string }
}

/** What a browser draws for one Klip; never whole sources. */
export interface KlipResult {
  title: string
  title_visible: boolean
  components: ComponentResult[]
  warnings: { component: string; code: string; message: string }[]
  locale: components['schemas']['DrawLocale']
}
