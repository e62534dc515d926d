/** The cells that are chosen: from an anchor to a head. Pure: keys in, selection out. */
export interface Spot {
  row: number
  col: number
}

export interface Selection {
  anchor: Spot
  head: Spot
}

export interface Size {
  rows: number
  cols: number
  /** Rows that fit on the screen. */
  page: number
}

/** The corners of a selection, in order. */
export function box({ anchor, head }: Selection) {
  return {
    top: Math.min(anchor.row, head.row),
    bottom: Math.max(anchor.row, head.row),
    left: Math.min(anchor.col, head.col),
    right: Math.max(anchor.col, head.col),
  }
}

export function at(row: number, col: number): Selection {
  return { anchor: { row, col }, head: { row, col } }
}

/** Keeps a selection inside a grid that has become smaller. */
export function inside(selection: Selection, size: Size): Selection {
  const clamp = (spot: Spot): Spot => ({
    row: Math.max(0, Math.min(size.rows - 1, spot.row)),
    col: Math.max(0, Math.min(size.cols - 1, spot.col)),
  })
  return { anchor: clamp(selection.anchor), head: clamp(selection.head) }
}

interface Keys {
  key: string
  shiftKey: boolean
  ctrlKey: boolean
  metaKey: boolean
}

/** Where a key leads, or null when it moves nothing. */
export function move(selection: Selection, event: Keys, size: Size): Selection | null {
  const far = event.ctrlKey || event.metaKey
  const { row, col } = selection.head
  const targets: Record<string, Spot> = {
    ArrowUp: { row: far ? 0 : row - 1, col },
    ArrowDown: { row: far ? size.rows - 1 : row + 1, col },
    ArrowLeft: { row, col: far ? 0 : col - 1 },
    ArrowRight: { row, col: far ? size.cols - 1 : col + 1 },
    Home: { row: far ? 0 : row, col: 0 },
    End: { row: far ? size.rows - 1 : row, col: size.cols - 1 },
    PageUp: { row: row - size.page, col },
    PageDown: { row: row + size.page, col },
  }
  if (far && event.key.toLowerCase() === 'a') {
    return { anchor: { row: 0, col: 0 }, head: { row: size.rows - 1, col: size.cols - 1 } }
  }
  const head = targets[event.key]
  if (!head) return null
  return inside({ anchor: event.shiftKey ? selection.anchor : head, head }, size)
}
