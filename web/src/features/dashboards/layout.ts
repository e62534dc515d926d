/**
 * The grid of a dashboard: twelve columns, steps of 24 pixels downwards. Pure, with the rules of
 * internal/dashboard/layout.go: nothing overlaps, and everything lies as far up as it goes.
 */

/** Width of the grid. */
export const COLUMNS = 12

/** A rectangle on the grid: columns from the left, steps from the top. */
export interface Box {
  id: string
  x: number
  y: number
  w: number
  h: number
}

/** Orders boxes as they are read: from the top, then from the left. */
export function byReading(a: Box, b: Box): number {
  return a.y - b.y || a.x - b.x || (a.id < b.id ? -1 : a.id > b.id ? 1 : 0)
}

/** The boxes in reading order. */
export function reading<B extends Box>(boxes: readonly B[]): B[] {
  return [...boxes].sort(byReading)
}

function shareColumns(a: Box, b: Box): boolean {
  return a.x < b.x + b.w && b.x < a.x + a.w
}

function shareSteps(a: Box, b: Box): boolean {
  return a.y < b.y + b.h && b.y < a.y + a.h
}

/** Says whether two boxes share a cell; boxes that touch do not. */
export function overlaps(a: Box, b: Box): boolean {
  return shareColumns(a, b) && shareSteps(a, b)
}

/** The first two boxes that overlap, in reading order, or null. */
export function findOverlap<B extends Box>(boxes: readonly B[]): [B, B] | null {
  const sorted = reading(boxes)
  for (const [i, a] of sorted.entries()) {
    const other = sorted.slice(i + 1).find((b) => overlaps(a, b))
    if (other) return [a, other]
  }
  return null
}

/** Puts boxes one after the other as far up as they go, and gives them in reading order. */
function stack<B extends Box>(inTurn: readonly B[]): B[] {
  const out: B[] = []
  for (const box of inTurn) {
    let y = 0
    for (const above of out) if (shareColumns(box, above)) y = Math.max(y, above.y + above.h)
    out.push(y === box.y ? box : { ...box, y })
  }
  return out.sort(byReading)
}

/**
 * Moves boxes upward as far as they go, in reading order. A box that overlaps an earlier one is pushed
 * below it, so the result never overlaps.
 */
export function compact<B extends Box>(boxes: readonly B[]): B[] {
  return stack(reading(boxes))
}

/** The first place in reading order where a box of a size fits beside the others. */
export function firstGap(boxes: readonly Box[], w: number, h: number): { x: number; y: number } {
  const tops = [...new Set([0, ...boxes.map((b) => b.y + b.h)])].sort((a, b) => a - b)
  for (const y of tops) {
    for (let x = 0; x + w <= COLUMNS; x++) {
      if (!boxes.some((b) => overlaps(b, { id: '', x, y, w, h }))) return { x, y }
    }
  }
  return { x: 0, y: tops[tops.length - 1] ?? 0 }
}

/** Width in columns and height in steps. */
export interface Size {
  w: number
  h: number
}

const SIZES: Record<string, { least: Size; usual: Size }> = {
  simple_value: { least: { w: 2, h: 4 }, usual: { w: 3, h: 5 } },
  input: { least: { w: 2, h: 4 }, usual: { w: 3, h: 5 } },
  chart: { least: { w: 3, h: 8 }, usual: { w: 6, h: 12 } },
  table: { least: { w: 4, h: 8 }, usual: { w: 6, h: 12 } },
}

function largest(components: readonly string[], of: 'least' | 'usual', start: Size): Size {
  let { w, h } = start
  for (const component of components) {
    const size = SIZES[component]?.[of]
    if (size) [w, h] = [Math.max(w, size.w), Math.max(h, size.h)]
  }
  return { w, h }
}

/** The smallest place for a Klip with components of these types. */
export function leastSize(components: readonly string[]): Size {
  return largest(components, 'least', { w: 2, h: 4 })
}

/** The place that a Klip with components of these types gets at first. */
export function usualSize(components: readonly string[]): Size {
  return largest(components, 'usual', { w: 3, h: 5 })
}

const clamp = (value: number, least: number, most: number) => Math.max(least, Math.min(most, value))

/**
 * Moves a box to a place; the others make room. In a full row of its own height it changes places with
 * its neighbours; anywhere else it goes between what lies above and what lies below. A neighbour gives
 * way when the leading edge of the box has passed its middle. The place of the answer is where the box
 * comes to rest, which may be further up.
 */
export function moveBox<B extends Box>(
  boxes: readonly B[],
  id: string,
  to: { x: number; y: number },
): B[] {
  const from = boxes.find((box) => box.id === id)
  if (!from) return [...boxes]
  const x = clamp(Math.round(to.x), 0, COLUMNS - from.w)
  const moved = { ...from, x, y: Math.max(0, Math.round(to.y)) }
  return reorderRow(boxes, from, moved) ?? insert(boxes, from, moved)
}

/** Changes places within a row without gaps; null when the box is not in one or leaves it. */
function reorderRow<B extends Box>(boxes: readonly B[], from: B, moved: B): B[] | null {
  if (moved.x === from.x || Math.abs(moved.y - from.y) > from.h / 2) return null
  const row = reading(boxes.filter((box) => box.y === from.y))
  const left = row[0]?.x ?? 0
  const right = Math.max(...row.map((box) => box.x + box.w))
  if (row.length < 2 || row.reduce((sum, box) => sum + box.w, 0) !== right - left) return null
  if (moved.x + moved.w > right + moved.w / 2 || moved.x + moved.w / 2 < left) return null
  const others = row.filter((box) => box.id !== from.id)
  const before = others.filter((box) => {
    const middle = box.x + box.w / 2
    return box.x > from.x ? moved.x + moved.w > middle : moved.x >= middle
  })
  const order = [...before, from, ...others.filter((box) => !before.includes(box))]
  const places = new Map<string, number>()
  order.reduce((x, box) => (places.set(box.id, x), x + box.w), left)
  return compact(boxes.map((box) => ({ ...box, x: places.get(box.id) ?? box.x })))
}

/** Puts `moved` in the place of `from`, between what stays above it and what goes below. */
function insert<B extends Box>(boxes: readonly B[], from: Box, moved: B): B[] {
  const before: B[] = []
  const after: B[] = []
  for (const box of reading(boxes)) {
    if (box.id === moved.id) continue
    const middle = box.y + box.h / 2
    const below = box.y >= from.y + from.h
    const first = below ? moved.y > from.y && moved.y + moved.h > middle : moved.y >= middle
    // What lies under a box that goes below goes below as well.
    const carried = after.some((above) => shareColumns(above, box))
    if (first && !carried) before.push(box)
    else after.push(box)
  }
  return stack([...before, moved, ...after])
}

/**
 * Gives a box another size, and another left edge when `x` is given; the others make room. It stays
 * within the grid and not under `least`.
 */
export function resizeBox<B extends Box>(
  boxes: readonly B[],
  id: string,
  to: { w?: number; h?: number; x?: number },
  least: Size = { w: 2, h: 4 },
): B[] {
  const from = boxes.find((box) => box.id === id)
  if (!from) return [...boxes]
  const w = clamp(Math.round(to.w ?? from.w), least.w, COLUMNS)
  const h = clamp(Math.round(to.h ?? from.h), least.h, MOST_STEPS)
  const x = clamp(Math.round(to.x ?? from.x), 0, COLUMNS - w)
  return insert(boxes, from, { ...from, x, w, h })
}

/** Tallest Klip that the server takes. */
export const MOST_STEPS = 500

/** Adds a box at a place, or in the first gap that it fits in. */
export function addBox<B extends Box>(
  boxes: readonly B[],
  box: B,
  at?: { x: number; y: number },
): B[] {
  if (!at) return reading([...boxes, { ...box, ...firstGap(boxes, box.w, box.h) }])
  const x = clamp(Math.round(at.x), 0, COLUMNS - box.w)
  const placed = { ...box, x, y: Math.max(0, Math.round(at.y)) }
  return insert(boxes, placed, placed)
}

/** Takes a box away; those below move up. */
export function removeBox<B extends Box>(boxes: readonly B[], id: string): B[] {
  return compact(boxes.filter((box) => box.id !== id))
}

/**
 * The boxes that begin at the same step, where nothing else reaches into the height of the tallest:
 * those that a reader sees as one row. Boxes outside such a row are alone.
 */
export function cleanRows<B extends Box>(boxes: readonly B[]): B[][] {
  const groups = new Map<number, B[]>()
  for (const box of reading(boxes)) groups.set(box.y, [...(groups.get(box.y) ?? []), box])
  const rows: B[][] = []
  for (const row of groups.values()) {
    const top = row[0]?.y ?? 0
    const bottom = Math.max(...row.map((box) => box.y + box.h))
    const clean = boxes.every((b) => row.includes(b) || b.y + b.h <= top || b.y >= bottom)
    rows.push(...(clean ? [row] : row.map((box) => [box])))
  }
  return rows
}

/** Closes gaps and gives the boxes of a row the same height. The order of reading stays. */
export function tidy<B extends Box>(boxes: readonly B[]): B[] {
  const out = cleanRows(compact(boxes)).flatMap((row) => {
    const h = Math.max(...row.map((box) => box.h))
    return row.map((box) => (box.h === h ? box : { ...box, h }))
  })
  return compact(out)
}

export type Direction = 'left' | 'right' | 'up' | 'down'

/** The box to go to from one box in a direction; at an edge, the next or previous in reading order. */
export function neighbour<B extends Box>(
  boxes: readonly B[],
  id: string,
  direction: Direction,
): B | null {
  const from = boxes.find((box) => box.id === id)
  if (!from) return reading(boxes)[0] ?? null
  const flat = direction === 'left' || direction === 'right'
  const sign = direction === 'right' || direction === 'down' ? 1 : -1
  const middle = (box: Box, across: boolean) => (across ? box.x + box.w / 2 : box.y + box.h / 2)
  let best: B | null = null
  let least = Infinity
  for (const box of boxes) {
    if (box.id === id || (flat ? !shareSteps(box, from) : !ahead(box, from, sign))) continue
    const along = (middle(box, flat) - middle(from, flat)) * sign
    if (along <= 0) continue
    const aside = Math.abs(middle(box, !flat) - middle(from, !flat))
    // Steps are about a quarter as long as columns are wide.
    const distance = flat ? along * 4 + aside : along + aside * 4
    if (distance < least) [best, least] = [box, distance]
  }
  if (best || !flat) return best
  const sorted = reading(boxes)
  return sorted[sorted.findIndex((box) => box.id === id) + sign] ?? null
}

function ahead(box: Box, from: Box, sign: number): boolean {
  return sign > 0 ? box.y >= from.y + from.h : box.y + box.h <= from.y
}

/** Which row from the top a box begins in, starting with 1. */
export function rowOf(boxes: readonly Box[], box: Box): number {
  return new Set(boxes.filter((b) => b.y < box.y).map((b) => b.y)).size + 1
}
