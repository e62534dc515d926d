/** Sizes of the table of first rows. */
import type { SheetPreview } from '$api/contract'

/** Height of a row in pixels. */
export const ROW = 30
/** Tables with more cells render only the rows in view. */
const MANY_CELLS = 4000
/** Rows rendered beyond each edge of the view. */
const MARGIN = 12

const LETTER = 7.2
const PADDING = 22
const LEAST = 96
const MOST = 280
/** Rows that are measured. */
const MEASURED = 40
/** Characters beside the name in a head: icon and letter. */
const HEAD_EXTRA = 6

/** Widths of columns in pixels, by the texts of the first rows. */
export function columnWidths(sheet: SheetPreview): number[] {
  const rows = sheet.preview.slice(0, MEASURED)
  return sheet.columns.map((column, c) => {
    const body = rows.reduce((most, row) => Math.max(most, row[c]?.length ?? 0), 0)
    const length = Math.max(body, Math.min(column.name.length, 24) + HEAD_EXTRA)
    return Math.round(Math.min(MOST, Math.max(LEAST, length * LETTER + PADDING)))
  })
}

/** First and past-last row to render of a scrolled box. */
export function rowsInView(
  rows: number,
  columns: number,
  top: number,
  height: number,
): { from: number; to: number } {
  if (rows * columns <= MANY_CELLS) return { from: 0, to: rows }
  const first = Math.floor(top / ROW)
  const from = Math.max(0, Math.min(rows, first - MARGIN))
  return { from, to: Math.min(rows, first + Math.ceil(height / ROW) + MARGIN) }
}

/** Tables with more columns render only those in view. */
const MANY_COLUMNS = 40
/** Pixels rendered beyond each edge of the view. */
const EDGE = 400

/** First and past-last column to render of a scrolled box, and the width of those before the first. */
export function columnsInView(
  widths: number[],
  left: number,
  width: number,
): { from: number; to: number; before: number } {
  if (widths.length <= MANY_COLUMNS) return { from: 0, to: widths.length, before: 0 }
  let from = 0
  let before = 0
  while (from < widths.length && before + (widths[from] ?? 0) < left - EDGE) {
    before += widths[from] ?? 0
    from++
  }
  let to = from
  for (let edge = before; to < widths.length && edge < left + width + EDGE; to++) {
    edge += widths[to] ?? 0
  }
  return { from, to, before }
}
