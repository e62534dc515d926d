/** Puts the items of a plan into columns and orders them so that few lines cross. */
import type { AssetKind } from '$api/contract'

/** What the map needs to know of an item. */
export interface MapItem {
  id: string
  kind: AssetKind
  uses: string[]
}

/** A card, or the place in a column where a long line passes through. */
export interface Spot {
  id: string
  /** The item; null where a line passes. */
  item: MapItem | null
}

export interface Layer {
  kind: AssetKind
  spots: Spot[]
}

/** A piece of a line between two neighbouring columns. */
export interface Link {
  from: string
  to: string
}

export interface Layered {
  layers: Layer[]
  /** Pieces of lines by the column they start in. */
  links: Link[][]
}

const KINDS: AssetKind[] = ['dashboard', 'klip', 'model', 'source']
/** Rounds of ordering; more do not help graphs of this shape. */
const ROUNDS = 12

/** How many models lie between each model and the Klips: models that other models use stand further right. */
function depths(items: readonly MapItem[]): Map<string, number> {
  const models = new Map(items.filter((i) => i.kind === 'model').map((i) => [i.id, i]))
  const depth = new Map<string, number>()
  const push = (id: string, at: number, above: Set<string>) => {
    const model = models.get(id)
    if (!model || above.has(id) || (depth.get(id) ?? -1) >= at) return
    depth.set(id, at)
    for (const next of model.uses) push(next, at + 1, new Set(above).add(id))
  }
  for (const id of models.keys()) push(id, 0, new Set())
  return depth
}

/** The name of the place where lines to `target` pass through column `column`. */
export function passName(target: string, column: number): string {
  return `${target}@${column}`
}

/** Columns with cards in the order of `items`, and the pieces of lines between them. Kinds without items have no column. */
function place(items: readonly MapItem[]): Layered {
  const depth = depths(items)
  const layers: Layer[] = []
  const column = new Map<string, number>()
  for (const kind of KINDS) {
    const own = items.filter((item) => item.kind === kind)
    const levels = Math.max(0, ...own.map((item) => (depth.get(item.id) ?? 0) + 1))
    for (let level = 0; level < levels; level++) {
      const spots = own.filter((item) => (depth.get(item.id) ?? 0) === level)
      for (const item of spots) column.set(item.id, layers.length)
      layers.push({ kind, spots: spots.map((item) => ({ id: item.id, item })) })
    }
  }
  const links: Link[][] = layers.map(() => [])
  const drawn = new Set<string>()
  const passes = new Set<string>()
  for (const item of items) {
    for (const target of item.uses) thread(item.id, target)
  }
  return { layers, links }

  function thread(from: string, target: string) {
    const a = column.get(from)
    const b = column.get(target)
    if (a === undefined || b === undefined || a >= b) return
    let last = from
    for (let at = a + 1; at <= b; at++) {
      const next = at === b ? target : passName(target, at)
      const name = `${last}>${next}`
      if (!drawn.has(name)) {
        drawn.add(name)
        links[at - 1]?.push({ from: last, to: next })
        const layer = layers[at]
        if (at < b && !passes.has(next)) {
          passes.add(next)
          layer?.spots.push({ id: next, item: null })
        }
      }
      last = next
    }
  }
}

/** How many lines cross, over all columns. */
export function crossings({ layers, links }: Layered): number {
  let sum = 0
  for (const [i, pieces] of links.entries()) {
    const left = ranks(layers[i]?.spots)
    const right = ranks(layers[i + 1]?.spots)
    const ends = pieces
      .map(({ from, to }) => [left.get(from) ?? 0, right.get(to) ?? 0] as const)
      .sort((a, b) => a[0] - b[0] || a[1] - b[1])
    sum += inversions(ends.map((end) => end[1]))
  }
  return sum
}

/** How many pairs stand in the wrong order; counted while merging. */
function inversions(values: number[]): number {
  if (values.length < 2) return 0
  const half = values.length >> 1
  const [left, right] = [values.slice(0, half), values.slice(half)]
  let count = inversions(left) + inversions(right)
  for (let i = 0, l = 0, r = 0; i < values.length; i++) {
    const [a = Infinity, b = Infinity] = [left[l], right[r]]
    if (a <= b) l++
    else {
      r++
      count += left.length - l
    }
    values[i] = Math.min(a, b)
  }
  return count
}

function ranks(spots: readonly Spot[] = []): Map<string, number> {
  return new Map(spots.map((spot, i) => [spot.id, i]))
}

/** Sorts a column by the middle of what its spots are joined to; those joined to nothing keep their place. */
function sortBy(layer: Layer, fixed: Layer, ends: Map<string, string[]>) {
  const at = ranks(fixed.spots)
  const weight = new Map(
    layer.spots.map((spot, i) => {
      const places = (ends.get(spot.id) ?? []).map((id) => at.get(id) ?? 0)
      const mean = places.reduce((sum, one) => sum + one, 0) / places.length
      const own = (i / Math.max(1, layer.spots.length - 1)) * (fixed.spots.length - 1)
      return [spot.id, places.length > 0 ? mean : own] as const
    }),
  )
  layer.spots = layer.spots
    .map((spot, i) => ({ spot, i }))
    .sort((a, b) => (weight.get(a.spot.id) ?? 0) - (weight.get(b.spot.id) ?? 0) || a.i - b.i)
    .map(({ spot }) => spot)
}

/** Columns with their cards in an order that crosses few lines. The same items always give the same order. */
export function arrange(items: readonly MapItem[]): Layered {
  const all = place(items)
  const { layers, links } = all
  let best = layers.map((layer) => layer.spots)
  let fewest = crossings(all)
  for (let round = 0; round < ROUNDS && fewest > 0; round++) {
    const right = round % 2 === 0
    const order = layers.map((_, i) => i)
    for (const i of right ? order.slice(1) : order.slice(0, -1).reverse()) {
      const [layer, fixed] = [layers[i], layers[right ? i - 1 : i + 1]]
      if (!layer || !fixed) continue
      const ends = new Map<string, string[]>()
      for (const { from, to } of links[right ? i - 1 : i] ?? []) {
        const [own, other] = right ? [to, from] : [from, to]
        const list = ends.get(own)
        if (list) list.push(other)
        else ends.set(own, [other])
      }
      sortBy(layer, fixed, ends)
    }
    const now = crossings(all)
    if (now < fewest) {
      fewest = now
      best = layers.map((layer) => layer.spots)
    }
  }
  for (const [i, layer] of layers.entries()) layer.spots = best[i] ?? layer.spots
  return all
}
