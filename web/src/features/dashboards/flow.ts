/** Where Klips stand at a width: twelve columns as arranged, six, or two halves on phones. */
import { cleanRows, COLUMNS, compact, reading, type Box } from './layout'

/** Between two Klips, in pixels. */
export const GAP = 16
/** Height of a step in pixels. */
export const STEP = 24

/** Least width of a grid that is arranged; narrower windows scroll sideways. In pixels. */
export const MIN_ARRANGED = 720

/** Columns that a grid shows. */
export type Columns = 12 | 6 | 2

/** Columns for a grid of a width: of the grid, not of the window. */
export function columnsFor(width: number): Columns {
  if (width >= 1100 - 48) return 12
  return width >= 700 - 32 ? 6 : 2
}

/** A rectangle in pixels inside the grid. */
export interface Rect {
  x: number
  y: number
  width: number
  height: number
}

/** Pixels of `n` columns in a grid of a width. */
export function widthOf(n: number, columns: number, width: number): number {
  return Math.floor(((width + GAP) / columns) * n - GAP)
}

/** Pixels of a height in steps. */
export function heightOf(steps: number): number {
  return steps * STEP - GAP
}

/** Least steps that hold a height in pixels. */
export function stepsFor(pixels: number): number {
  return Math.ceil((pixels + GAP) / STEP)
}

/** The pixels of a box in a grid. Left edges are rounded so that lines stay sharp. */
export function rectOf(box: Box, columns: number, width: number): Rect {
  const unit = (width + GAP) / columns
  const x = Math.round(box.x * unit)
  const right = Math.round((box.x + box.w) * unit) - GAP
  return { x, y: box.y * STEP, width: right - x, height: heightOf(box.h) }
}

/** Pixels from the top to the lower edge of the lowest box. */
export function gridHeight(boxes: readonly Box[]): number {
  return Math.max(0, heightOf(Math.max(0, ...boxes.map((box) => box.y + box.h))))
}

/** A placement as the flow needs it. */
export interface Item extends Box {
  /** The content decides the height. */
  auto: boolean
}

/** What the flow asks about contents. */
export interface Contents {
  /** Steps that an item's content wants at a width in columns of the grid; null when any height does. */
  wanted(item: Item, columns: Columns, w: number): number | null
  /** True for an item that may share a row on phones. */
  pairs(item: Item): boolean
}

/** The boxes of a grid. Their `x` and `w` count the columns that the grid shows. */
export function arrange<I extends Item>(
  items: readonly I[],
  columns: Columns,
  contents: Contents,
): I[] {
  if (columns === COLUMNS) return fitHeights(items, contents)
  return pack(reading(items), columns, contents)
}

/**
 * Twelve columns as arranged, with the heights that contents want. Klips of one row are as tall as the
 * tallest; one with a height of its own keeps it.
 */
export function fitHeights<I extends Item>(items: readonly I[], contents: Contents): I[] {
  const out: I[] = []
  for (const row of cleanRows(items)) {
    const fitted = row.map((item) => {
      const h = item.auto ? (contents.wanted(item, COLUMNS, item.w) ?? item.h) : item.h
      return h === item.h ? item : { ...item, h }
    })
    const tallest = Math.max(...fitted.map((item) => item.h))
    out.push(
      ...fitted.map((item) => (item.auto && item.h < tallest ? { ...item, h: tallest } : item)),
    )
  }
  return compact(out)
}

function widthIn(item: Item, columns: 6 | 2, contents: Contents): number {
  if (columns === 6) return item.w <= 4 ? 3 : 6
  return contents.pairs(item) && item.w <= 4 ? 1 : 2
}

/** Rows one below the other; the last of a row grows to fill it. */
function pack<I extends Item>(items: readonly I[], columns: 6 | 2, contents: Contents): I[] {
  const rows: I[][] = []
  let used: number = columns
  for (const item of items) {
    const w = widthIn(item, columns, contents)
    if (used + w > columns) {
      rows.push([])
      used = 0
    }
    rows.at(-1)?.push({ ...item, x: used, w })
    used += w
  }
  const out: I[] = []
  let y = 0
  for (const row of rows) {
    const last = row.at(-1)
    if (last) last.w = columns - last.x
    // On phones every content has the height it wants; wider, only those that ask for it.
    const heights = row.map((item) =>
      item.auto || columns === 2 ? (contents.wanted(item, columns, item.w) ?? item.h) : item.h,
    )
    const h = Math.max(...heights)
    for (const item of row) out.push({ ...item, y, h })
    y += h
  }
  return out
}
