/** Questions about what uses what in a plan. Pure functions over its items. */
import type { AssetKind } from '$api/contract'

/** The part of a plan's item that says how it hangs together with others. */
export interface Linked {
  id: string
  kind: AssetKind
  uses: string[]
  needed_by: string[]
}

/** A closer look at a plan's items by id. */
export class Graph<Item extends Linked> {
  private readonly at: Map<string, Item>

  constructor(items: readonly Item[]) {
    this.at = new Map(items.map((item) => [item.id, item]))
  }

  get(id: string): Item | undefined {
    return this.at.get(id)
  }

  /** What an item consists of, one step down. */
  uses(id: string): Item[] {
    return this.known(this.get(id)?.uses)
  }

  /** What brings an item along, one step up. */
  neededBy(id: string): Item[] {
    return this.known(this.get(id)?.needed_by)
  }

  /** The item itself, everything that brings it along and everything it consists of, at any depth. */
  path(id: string): Set<string> {
    const out = new Set<string>()
    this.gather(id, (one) => this.uses(one), out)
    const up = new Set<string>()
    this.gather(id, (one) => this.neededBy(one), up)
    for (const one of up) out.add(one)
    return out
  }

  /** The shortest way from something nobody needs down to the item; just the item when it is on top. */
  why(id: string): Item[] {
    const from = new Map<string, string>()
    let row = [id]
    const seen = new Set(row)
    while (row.length > 0) {
      const next: string[] = []
      for (const one of row) {
        const above = this.neededBy(one)
        if (above.length === 0) return this.walk(one, from)
        for (const upper of above) {
          if (seen.has(upper.id)) continue
          seen.add(upper.id)
          from.set(upper.id, one)
          next.push(upper.id)
        }
      }
      row = next
    }
    return this.known([id])
  }

  private walk(top: string, from: Map<string, string>): Item[] {
    const ids = [top]
    for (let next = from.get(top); next !== undefined; next = from.get(next)) ids.push(next)
    return this.known(ids)
  }

  private gather(id: string, step: (id: string) => Item[], out: Set<string>) {
    if (out.has(id)) return
    out.add(id)
    for (const next of step(id)) this.gather(next.id, step, out)
  }

  private known(ids: readonly string[] = []): Item[] {
    return ids.map((id) => this.at.get(id)).filter((item) => item !== undefined)
  }
}
