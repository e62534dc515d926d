/** A column of the shared list. */
export interface Column {
  id: string
  label: string
  /** Keeps the head for screen readers only, as for a column of buttons. */
  hideLabel?: boolean
  /** CSS width; columns without one share what is left. */
  width?: string
  /** Width on phones, when it is another one. */
  phoneWidth?: string
  align?: 'left' | 'right' | 'center'
  /** The head sorts by this column. */
  sort?: boolean
  /** Stays on phones. */
  keepOnPhone?: boolean
}

/** Order of a list: a column, turned round when `down`. */
export interface Sort {
  column: string
  down: boolean
}

/** The order in the form of the API: "name", "-updated_at". */
export function sortText(sort: Sort): string {
  return (sort.down ? '-' : '') + sort.column
}

/** Reads an order from an address; `fallback` when there is none. */
export function parseSort(text: string | null, fallback: Sort): Sort {
  if (!text) return fallback
  return text.startsWith('-')
    ? { column: text.slice(1), down: true }
    : { column: text, down: false }
}

/** Height of a row in pixels. */
export const ROW = 50
/** Lists up to this length render all rows. */
export const VIRTUAL_FROM = 100
/** Rows rendered beyond each edge of the window. */
const MARGIN = 12
/** The rendered part moves by this many rows at once, so that most scroll events change nothing. */
const STEP = 8

/** First and past-last row to render, for the part of the list that the window shows. */
export function visibleRows(
  count: number,
  listTop: number,
  windowHeight: number,
): { from: number; to: number } {
  if (count <= VIRTUAL_FROM) return { from: 0, to: count }
  const first = Math.floor(-listTop / ROW)
  const last = first + Math.ceil(windowHeight / ROW)
  const start = Math.floor((first - MARGIN) / STEP) * STEP
  const end = Math.ceil((last + MARGIN) / STEP) * STEP
  const from = Math.min(Math.max(0, count - 1), Math.max(0, start))
  const to = Math.min(count, Math.max(from + 1, end))
  return { from, to }
}

/** What is chosen after the rows from `anchor` to `id`, in either direction, were switched on or off; an anchor that is gone counts for nothing. */
export function chooseRange(
  ids: readonly string[],
  chosen: readonly string[],
  { anchor, id, on }: { anchor: string; id: string; on: boolean },
): string[] {
  const ends = [ids.indexOf(ids.includes(anchor) ? anchor : id), ids.indexOf(id)]
  const touched = ids.slice(Math.max(0, Math.min(...ends)), Math.max(...ends) + 1)
  const rest = chosen.filter((other) => !touched.includes(other))
  return on ? [...rest, ...touched] : rest
}

/** Rows without repetition: pages fetched while rows were added or moved may bring a row twice. */
export function once<Row>(rows: readonly Row[], id: (row: Row) => string): Row[] {
  return [...new Map(rows.map((row) => [id(row), row])).values()]
}
