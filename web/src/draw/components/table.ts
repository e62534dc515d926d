/** Tables as scenes, for snapshots; on screen they are HTML with the same columns. */
import {
  HEAD_ROW,
  ROW,
  CELL_FONT,
  HEAD_FONT,
  layOutColumns,
  TOTAL_FONT,
  type ColumnBox,
  type ColumnLayout,
} from '../columns'
import type { Locale } from '../locale'
import { fitText, type Font } from '../measure'
import { formatFixed } from '../numbers'
import type { ComponentResult, TableColumn, TableResult } from '../result'
import { round, type Mark, type Scene, type Size } from '../scene'
import { drawSpark, SPARK_HEIGHT } from '../sparkline'
import { summariseTable } from '../summary'
import type { Theme } from '../theme'
import { fill, WORDS } from '../words'

const NOTE: Font = { size: 12, weight: 400 }
const NOTE_ROW = 20

/** The scene of a table: the columns and rows that fit, and how many do not. */
export function drawTable(
  component: ComponentResult,
  size: Size,
  theme: Theme,
  locale: Locale,
): Scene {
  const scene: Scene = {
    ...size,
    name: summariseTable(component, locale),
    marks: [],
    hits: [],
    legend: [],
  }
  if (!component.table) return scene
  const { table, layout, hidden } = fitColumns(component.table, size.width)
  const total = table.columns.some((c) => c.total)
  const head = table.show_header ? HEAD_ROW : 0
  const taken = head + (total ? ROW : 0) + (hidden > 0 ? NOTE_ROW : 0)
  const all = Math.max(0, Math.floor((size.height - taken) / ROW))
  const cut = table.rows > all || table.total_rows > table.rows
  const shown = Math.min(table.rows, cut ? Math.floor((size.height - taken - NOTE_ROW) / ROW) : all)
  const count = Math.max(0, shown)
  const draw = { layout, table, theme, width: size.width }
  if (table.show_header && size.height >= HEAD_ROW) scene.marks.push(headMarks(draw))
  scene.marks.push(...bodyMarks(draw, head, count))
  let y = head + count * ROW
  if (total && size.height >= y + ROW) {
    scene.marks.push(totalMarks(draw, y))
    y += ROW
  }
  const note = noteText(table.total_rows - count, hidden, locale)
  if (note && size.height >= y + NOTE_ROW) {
    const text = fitText(note, size.width, NOTE)
    scene.marks.push({ kind: 'text', x: 0, y: y + 15, text, ...NOTE, fill: theme.ink3 })
  }
  return scene
}

interface Draw {
  table: TableResult
  layout: ColumnLayout
  theme: Theme
  width: number
}

/** Leaves out columns at the end until the rest fits; the first always stays. */
function fitColumns(table: TableResult, width: number) {
  let columns = table.columns
  let layout = layOutColumns(table, width)
  while (layout.width > width && columns.length > 1) {
    columns = columns.slice(0, -1)
    layout = layOutColumns({ ...table, columns }, width)
  }
  return { table: { ...table, columns }, layout, hidden: table.columns.length - columns.length }
}

function headMarks({ table, layout, theme, width }: Draw): Mark {
  const marks: Mark[] = []
  table.columns.forEach((column, i) => {
    marks.push(...cell(column.name, layout.columns[i], HEAD_FONT, HEAD_ROW - 10, theme.ink3))
  })
  marks.push(rule(HEAD_ROW, width, theme.line))
  return { kind: 'group', part: 'head', marks }
}

function bodyMarks({ table, layout, theme, width }: Draw, top: number, count: number): Mark[] {
  const rows: Mark[] = []
  for (let r = 0; r < count; r++) {
    const y = top + r * ROW
    const marks: Mark[] = []
    if (table.striped && r % 2 === 1) {
      marks.push({ kind: 'rect', x: 0, y, width, height: ROW, fill: theme.stripe })
    }
    table.columns.forEach((column, i) => {
      const box = layout.columns[i]
      if (column.kind === 'sparkline' && box) {
        const place = { ...box, y: y + (ROW - SPARK_HEIGHT) / 2, height: SPARK_HEIGHT }
        const line = drawSpark(column.sparks?.[r] ?? [], place, theme)
        marks.push({ kind: 'group', part: 'sparkline', marks: line })
        return
      }
      const font: Font = i === 0 ? { ...CELL_FONT, weight: 500 } : CELL_FONT
      marks.push(...cell(column.items.text[r] ?? '', box, font, y + 22, theme.ink))
    })
    if (r < count - 1) marks.push(rule(y + ROW, width, theme.line))
    rows.push({ kind: 'group', part: 'row', marks })
  }
  return rows
}

function totalMarks({ table, layout, theme, width }: Draw, top: number): Mark {
  const marks: Mark[] = [rule(top, width, theme.lineStrong)]
  table.columns.forEach((column, i) => {
    if (!column.total) return
    marks.push(...cell(totalText(column), layout.columns[i], TOTAL_FONT, top + 22, theme.ink))
  })
  return { kind: 'group', part: 'total', marks }
}

function totalText({ total }: TableColumn): string {
  if (!total) return ''
  return total.label ? `${total.label} ${total.text}` : total.text
}

function cell(
  text: string,
  box: ColumnBox | undefined,
  font: Font,
  y: number,
  fill: string,
): Mark[] {
  if (!box || !text) return []
  const shown = fitText(text, box.width, font)
  const places = {
    left: { x: box.x },
    right: { x: box.x + box.width, anchor: 'end' as const },
    center: { x: box.x + box.width / 2, anchor: 'middle' as const },
  }
  const place = places[box.align]
  return [{ kind: 'text', y, text: shown, ...font, fill, ...place, x: round(place.x) }]
}

function rule(y: number, width: number, stroke: string): Mark {
  return { kind: 'line', x1: 0, x2: width, y1: y - 0.5, y2: y - 0.5, stroke, strokeWidth: 1 }
}

function noteText(rows: number, columns: number, locale: Locale): string {
  const { moreRows, moreColumns, and } = WORDS
  const parts: string[] = []
  if (rows > 0) parts.push(fill(moreRows, formatFixed(rows, 0, locale)))
  if (columns > 0) parts.push(fill(moreColumns, columns))
  const [first = '', second] = parts
  return second ? fill(and, first, second) : first
}
