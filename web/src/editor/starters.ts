/** New components, filled in from the columns of the active data source where that is possible. */
import type { KlipComponent } from '$api/contract'
import { componentType } from './catalogue'
import { columnRef, type ColumnInfo } from './formula/names'
import { newId } from './records'

/** Columns that a new table shows. */
const TABLE_COLUMNS = 8

type Starter = (columns: readonly ColumnInfo[]) => KlipComponent[]

const STARTERS: Record<string, Starter> = {
  chart: chartParts,
  table: tableParts,
  simple_value: valueParts,
  input: inputParts,
}

/** A component of a type. Without columns its formulas are empty. */
export function starter(type: string, columns: readonly ColumnInfo[]): KlipComponent {
  const parts = STARTERS[type]?.(columns)
  return {
    id: newId(),
    type,
    displayName: componentType(type)?.title ?? '',
    components: parts ?? [],
  }
}

/** A part with a name and maybe a formula. */
export function newPart(type: string, displayName: string, formula = ''): KlipComponent {
  return {
    id: newId(),
    type,
    displayName,
    ...(formula && { formulas: [{ text: formula }] }),
  }
}

const first = (columns: readonly ColumnInfo[], type: ColumnInfo['type']) =>
  columns.find((column) => column.type === type)

function dated(part: KlipComponent, column: ColumnInfo): KlipComponent {
  if (column.type !== 'date') return part
  return { ...part, format: { as: 'date', ...(column.pattern && { pattern: column.pattern }) } }
}

function chartParts(columns: readonly ColumnInfo[]): KlipComponent[] {
  const date = first(columns, 'date')
  const x = date ?? first(columns, 'text')
  const y = first(columns, 'number')
  if (!x || !y) {
    return [
      newPart('chart_axis_x', ''),
      newPart('chart_axis_y', ''),
      newPart('chart_series', 'Series 1'),
    ]
  }
  const series = newPart('chart_series', y.name, `GROUPBY(${columnRef(x)}, ${columnRef(y)})`)
  return [
    dated(newPart('chart_axis_x', x.name, `GROUP(${columnRef(x)})`), x),
    newPart('chart_axis_y', ''),
    date ? { ...series, properties: { type: 'line' } } : series,
  ]
}

function tableParts(columns: readonly ColumnInfo[]): KlipComponent[] {
  if (columns.length === 0) return [newPart('table_column', 'Column 1')]
  return columns
    .slice(0, TABLE_COLUMNS)
    .map((column) => dated(newPart('table_column', column.name, columnRef(column)), column))
}

function inputParts(columns: readonly ColumnInfo[]): KlipComponent[] {
  const of = first(columns, 'text')
  const values = newPart('input_values', '', of ? `GROUP(${columnRef(of)})` : '')
  return [values, newPart('input_labels', '')]
}

function valueParts(columns: readonly ColumnInfo[]): KlipComponent[] {
  const y = first(columns, 'number')
  const part = y ? newPart('label', y.name, `SUM(${columnRef(y)})`) : newPart('label', 'Value')
  return [{ ...part, role: 'primary' }]
}
