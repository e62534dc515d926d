/** What a pointer or a key finds in a scene. */
import type { Hit, Scene } from './scene'

/** Everything shown for one item: its title and the value of each series, in visual order. */
export interface Tip {
  title: string
  rows: { name: string; value: string; color: string; series: number }[]
}

const indexes = new WeakMap<Scene, Map<number, Hit[]>>()

/** Hits of an item, found without a search through all of them. */
function hitsAt(scene: Scene, index: number): Hit[] {
  let byIndex = indexes.get(scene)
  if (!byIndex) {
    byIndex = new Map()
    for (const hit of scene.hits) {
      const list = byIndex.get(hit.index)
      if (list) list.push(hit)
      else byIndex.set(hit.index, [hit])
    }
    indexes.set(scene, byIndex)
  }
  return byIndex.get(index) ?? []
}

/** Values of all series at an item, topmost first where series are piled or ordered by height. */
export function tipAt(scene: Scene, index: number): Tip {
  const found = hitsAt(scene, index)
  const order = scene.turned ? found : [...found].sort((a, b) => a.y - b.y || a.series - b.series)
  return {
    title: found[0]?.title ?? '',
    rows: order.map(({ name, value, color, series }) => ({ name, value, color, series })),
  }
}

/** Accessible name of a focused item: the words of its tooltip, its own series first. */
export function nameHit(scene: Scene, hit: Hit): string {
  const { title, rows } = tipAt(scene, hit.index)
  const own = rows.filter((row) => row.series === hit.series)
  const others = rows.filter((row) => row.series !== hit.series)
  const texts = [...own, ...others].map((row) => `${row.name} ${row.value}`.trim())
  return [title, ...texts].join(', ')
}

/** The item nearest to a point of the plot, null outside of it. */
export function findHit(scene: Scene, x: number, y: number): Hit | null {
  const { plot, slots } = scene
  if (!plot || !slots || slots.length === 0) return null
  const near = 12
  if (x < plot.x - near || x > plot.x + plot.width + near) return null
  if (y < plot.y - near || y > plot.y + plot.height + near) return null
  const along = scene.turned ? y : x
  let best: Hit | null = null
  let bestAlong = Infinity
  let bestAcross = Infinity
  for (const hit of scene.hits) {
    const slot = slots[hit.index]
    if (!slot) continue
    const away = Math.abs(slot.at - along)
    const across = distance(hit, x, y)
    if (away > bestAlong || (away === bestAlong && across >= bestAcross)) continue
    best = hit
    bestAlong = away
    bestAcross = across
  }
  return best
}

/** Distance from a point to an item's box. */
function distance({ box }: Hit, x: number, y: number): number {
  const dx = Math.max(box.x - x, 0, x - box.x - box.width)
  const dy = Math.max(box.y - y, 0, y - box.y - box.height)
  return dx * dx + dy * dy
}

/** The next item of the same series in a direction, the same one at the end. */
export function stepHit(scene: Scene, from: Hit, direction: -1 | 1 | 'first' | 'last'): Hit {
  const own = scene.hits.filter((hit) => hit.series === from.series)
  const at = own.findIndex((hit) => hit.index === from.index)
  const to = direction === 'first' ? 0 : direction === 'last' ? own.length - 1 : at + direction
  return own[Math.max(0, Math.min(own.length - 1, to))] ?? from
}
