/** Column widths of tables, shared by HTML on screen and scenes in snapshots. */
import { measureText, type Font } from './measure'
import type { TableColumn, TableResult } from './result'
import { SPARK } from './sparkline'

/** How cells are set (design token "label"). */
export const CELL_FONT: Font = { size: 13, weight: 400, tabular: true }
export const HEAD_FONT: Font = { size: 12, weight: 500 }
export const TOTAL_FONT: Font = { size: 13, weight: 600, tabular: true }

/** Left padding of every column but the first. */
export const COLUMN_GAP = 16

/** Heights of rows in pixels. */
export const HEAD_ROW = 28
export const ROW = 34

/** A text column is never narrower than this, nor wider than it wants to be. */
const LEAST_TEXT = 72
const MOST_TEXT = 320
/** For what the metrics do not know: kerning, a fallback font. */
const SLACK = 2

/** A column's place. */
export interface ColumnBox {
  x: number
  width: number
  align: 'left' | 'right' | 'center'
}

/** Places of all columns; `width` is larger than asked for when the numbers need it. */
export interface ColumnLayout {
  columns: ColumnBox[]
  width: number
}

interface Need {
  least: number
  wish: number
  text: boolean
}

/** Shares `width` between columns: numbers get all they need, texts shrink first. */
export function layOutColumns(table: TableResult, width: number): ColumnLayout {
  const needs = table.columns.map((column) => needOf(column, table.show_header))
  const gaps = COLUMN_GAP * Math.max(0, needs.length - 1)
  const wished = sum(needs.map((n) => n.wish))
  const least = sum(needs.map((n) => n.least))
  const room = width - gaps
  let widths: number[]
  if (room >= wished) widths = grow(needs, room - wished)
  else if (room > least) {
    // Every shrinking column gives the same share of what it can give.
    const share = (room - least) / (wished - least)
    widths = needs.map((n) => n.least + (n.wish - n.least) * share)
  } else widths = needs.map((n) => n.least)
  let x = 0
  const columns = table.columns.map((column, i): ColumnBox => {
    const box = { x, width: Math.floor((widths[i] ?? 0) * 100) / 100, align: alignOf(column) }
    x += box.width + COLUMN_GAP
    return box
  })
  return { columns, width: Math.max(0, x - COLUMN_GAP) }
}

/** Numbers stand right whatever the column was before it became one. */
export function alignOf(column: TableColumn): 'left' | 'right' | 'center' {
  return column.kind === 'number' && column.align === 'left' ? 'right' : column.align
}

function needOf(column: TableColumn, header: boolean): Need {
  const cells = column.items.text.reduce((most, t) => Math.max(most, measureText(t, CELL_FONT)), 0)
  const total = column.total ? totalWidth(column.total) : 0
  const content = Math.max(cells, total) + SLACK
  const head = header ? measureText(column.name, HEAD_FONT) + SLACK : 0
  if (column.kind === 'sparkline') {
    const least = Math.max(SPARK.least, Math.min(head, LEAST_TEXT))
    return { least, wish: Math.max(SPARK.wish, head), text: false }
  }
  if (column.kind !== 'text') {
    // A header is words and may break or end in dots; the numbers under it may not.
    const least = Math.max(content, Math.min(head, LEAST_TEXT))
    return { least, wish: Math.max(content, head), text: false }
  }
  const wish = Math.min(MOST_TEXT, Math.max(content, head))
  return { least: Math.min(wish, LEAST_TEXT), wish, text: true }
}

function totalWidth(total: NonNullable<TableColumn['total']>): number {
  const label = total.label ? measureText(total.label, HEAD_FONT) + 6 : 0
  return measureText(total.text, TOTAL_FONT) + label
}

/** Left-over width goes to texts, or to all columns when there are only numbers. */
function grow(needs: readonly Need[], extra: number): number[] {
  const texts = needs.filter((n) => n.text).length
  const takers = texts > 0 ? texts : needs.length
  return needs.map((n) => (texts === 0 || n.text ? n.wish + extra / takers : n.wish))
}

function sum(list: readonly number[]): number {
  return list.reduce((a, b) => a + b, 0)
}
