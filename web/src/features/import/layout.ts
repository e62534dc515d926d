/** Where each card and line of the map is. Pure: the same items and width give the same picture. */
import type { AssetKind } from '$api/contract'
import { arrange, passName, type Layered, type MapItem } from './layers'

/** A card. Pixels from the top left of the map. */
export interface Box {
  id: string
  column: number
  x: number
  y: number
  width: number
  height: number
}

/** A line from an item to one that it uses. */
export interface Edge {
  from: string
  to: string
  /** Path of an SVG. */
  d: string
}

/** A column; models that use models take several. */
export interface MapColumn {
  kind: AssetKind
  x: number
  /** The cards from top to bottom. */
  ids: string[]
}

export interface MapLayout {
  columns: MapColumn[]
  boxes: Map<string, Box>
  edges: Edge[]
  width: number
  height: number
}

export const CARD_HEIGHT = 48
const CARD_MIN = 204
const CARD_MAX = 252
const BETWEEN_MIN = 44
const BETWEEN_MAX = 132
/** From card to card; tight for long columns. */
const GAP = 18
const GAP_TIGHT = 10
const LONG = 9
/** Room that a line keeps from the cards it passes between. */
const PASS_GAP = 12
/** Times that columns are pulled towards their neighbours. */
const PULLS = 4

interface Column {
  heights: number[]
  /** Least distance between the middles of each spot and the one before. */
  apart: number[]
  middles: number[]
}

/** Lays out a map for a place that is `room` pixels wide; narrow places get a map that is wider than they are. */
export function layOut(
  items: readonly MapItem[],
  room: number,
  heightOf: (item: MapItem) => number = () => CARD_HEIGHT,
): MapLayout {
  const layered = arrange(items)
  const n = layered.layers.length
  const width = clamp((room - BETWEEN_MIN * (n - 1)) / Math.max(1, n), CARD_MIN, CARD_MAX)
  const between = clamp((room - width * n) / Math.max(1, n - 1), BETWEEN_MIN, BETWEEN_MAX)
  const columns = middlesOf(layered, heightOf)

  const boxes = new Map<string, Box>()
  const spots = new Map<string, Box>()
  for (const [column, layer] of layered.layers.entries()) {
    for (const [i, spot] of layer.spots.entries()) {
      const height = columns[column]?.heights[i] ?? 0
      const y = Math.round((columns[column]?.middles[i] ?? 0) - height / 2)
      const x = Math.round(column * (width + between))
      const box = { id: spot.id, column, x, y, width: Math.round(width), height }
      spots.set(spot.id, box)
      if (spot.item) boxes.set(spot.id, box)
    }
  }
  return {
    columns: layered.layers.map((layer, i) => ({
      kind: layer.kind,
      x: Math.round(i * (width + between)),
      ids: layer.spots.filter((spot) => spot.item).map((spot) => spot.id),
    })),
    boxes,
    edges: edgesOf(items, boxes, spots),
    width: Math.round(n * width + Math.max(0, n - 1) * between),
    height: Math.max(0, ...[...boxes.values()].map((box) => box.y + box.height)),
  }
}

function clamp(value: number, least: number, most: number): number {
  return Math.min(most, Math.max(least, value))
}

/** The middle of every spot: the longest column is stacked, the others are pulled towards what they are joined to. */
function middlesOf(layered: Layered, heightOf: (item: MapItem) => number): Column[] {
  const columns = layered.layers.map(({ spots }): Column => {
    const gap = spots.length > LONG ? GAP_TIGHT : GAP
    const heights = spots.map((spot) => (spot.item ? heightOf(spot.item) : 0))
    const apart = spots.map((spot, i) => {
      if (i === 0) return 0
      const passes = !spot.item || !spots[i - 1]?.item
      return ((heights[i - 1] ?? 0) + (heights[i] ?? 0)) / 2 + (passes ? PASS_GAP : gap)
    })
    let middle = (heights[0] ?? 0) / 2
    return { heights, apart, middles: apart.map((step) => (middle += step)) }
  })
  const size = (column: Column) => (column.middles.at(-1) ?? 0) + (column.heights.at(-1) ?? 0) / 2
  const longest = columns.reduce((best, column, i) => {
    return size(column) > size(columns[best] ?? column) ? i : best
  }, 0)

  const joined = neighbours(layered)
  const placed = new Set([longest])
  const order = columns
    .map((_, i) => i)
    .filter((i) => i !== longest)
    .sort((a, b) => Math.abs(a - longest) - Math.abs(b - longest))
  for (let pull = 0; pull < PULLS; pull++) {
    for (const i of order) {
      const column = columns[i]
      const layer = layered.layers[i]
      if (!column || !layer) continue
      const wanted = layer.spots.map((spot, row) => {
        const places = (joined.get(spot.id) ?? [])
          .filter((end) => placed.has(end.column))
          .map((end) => columns[end.column]?.middles[end.row] ?? 0)
        return places.length > 0 ? mean(places) : (column.middles[row] ?? 0)
      })
      column.middles = settle(wanted, column.apart)
      placed.add(i)
    }
  }
  const top = Math.min(0, ...columns.map((c) => (c.middles[0] ?? 0) - (c.heights[0] ?? 0) / 2))
  for (const column of columns) column.middles = column.middles.map((middle) => middle - top)
  return columns
}

function mean(values: readonly number[]): number {
  return values.reduce((sum, one) => sum + one, 0) / values.length
}

/** For every spot the ends of the pieces of lines at it. */
function neighbours({ layers, links }: Layered): Map<string, { column: number; row: number }[]> {
  const at = new Map<string, { column: number; row: number }>()
  for (const [column, layer] of layers.entries()) {
    for (const [row, spot] of layer.spots.entries()) at.set(spot.id, { column, row })
  }
  const out = new Map<string, { column: number; row: number }[]>()
  const join = (id: string, other: string) => {
    const end = at.get(other)
    const list = out.get(id)
    if (end && list) list.push(end)
    else if (end) out.set(id, [end])
  }
  for (const { from, to } of links.flat()) {
    join(from, to)
    join(to, from)
  }
  return out
}

/**
 * The middles nearest to `wanted` that keep their order and are at least `apart` from the one before:
 * isotonic regression, which moves blocks that would overlap to their common mean.
 */
export function settle(wanted: readonly number[], apart: readonly number[]): number[] {
  let offset = 0
  const offsets = apart.map((step) => (offset += step))
  const blocks: { sum: number; count: number }[] = []
  for (const [i, want] of wanted.entries()) {
    let block = { sum: want - (offsets[i] ?? 0), count: 1 }
    for (let last = blocks.at(-1); last; last = blocks.at(-1)) {
      if (last.sum / last.count <= block.sum / block.count) break
      block = { sum: block.sum + last.sum, count: block.count + last.count }
      blocks.pop()
    }
    blocks.push(block)
  }
  const out: number[] = []
  for (const { sum, count } of blocks) {
    for (let i = 0; i < count; i++) out.push(sum / count + (offsets[out.length] ?? 0))
  }
  return out
}

function edgesOf(
  items: readonly MapItem[],
  boxes: Map<string, Box>,
  spots: Map<string, Box>,
): Edge[] {
  const edges: Edge[] = []
  for (const item of items) {
    const start = boxes.get(item.id)
    for (const id of item.uses) {
      const end = boxes.get(id)
      if (!start || !end || start.column >= end.column) continue
      const stops = [start]
      for (let column = start.column + 1; column < end.column; column++) {
        const pass = spots.get(passName(id, column))
        if (pass) stops.push(pass)
      }
      edges.push({ from: item.id, to: id, d: line([...stops, end]) })
    }
  }
  return edges
}

/** A line that bends between columns and runs straight through those that it passes. */
function line(stops: readonly Box[]): string {
  let d = ''
  for (const [i, box] of stops.entries()) {
    const y = box.y + box.height / 2
    const before = stops[i - 1]
    if (!before) {
      d = `M${box.x + box.width} ${y}`
      continue
    }
    const [fromX, fromY] = [before.x + before.width, before.y + before.height / 2]
    const middle = (fromX + box.x) / 2
    d += `C${middle} ${fromY} ${middle} ${y} ${box.x} ${y}`
    if (i < stops.length - 1) d += `H${box.x + box.width}`
  }
  return d
}
