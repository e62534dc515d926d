/** Where cards stand on pages: rows stay together, and no card is cut. */
import { byReading } from '../layout'
import { GAP, rectOf, type Item, type Rect } from '../flow'
import { COLUMNS } from '../layout'

/** A card with its place on a page; `y` counts from the top of the page's room. */
export interface Spot<I> extends Rect {
  item: I
  page: number
}

/** The places of arranged cards in a grid of a width. */
export function placeCards<I extends Item>(items: readonly I[], width: number): Spot<I>[] {
  return items.map((item) => ({ ...rectOf(item, COLUMNS, width), item, page: 0 }))
}

/**
 * Breaks cards into pages whose room has a height; `room` gives it for a page, counted from 0. Cards that
 * lie beside each other go together to the next page. Where they are taller than a page together, each
 * goes as its own height allows; one that is taller than a page alone is made as low as the page.
 */
export function breakPages<I extends Item>(
  spots: readonly Spot<I>[],
  room: (page: number) => number,
): Spot<I>[] {
  const out: Spot<I>[] = []
  let page = 0
  let top = 0
  for (const band of bandsOf(spots)) {
    const first = Math.min(...band.map((spot) => spot.y))
    const height = Math.max(...band.map((spot) => spot.y + spot.height)) - first
    if (top > 0 && top + height > room(page) && height <= room(page + 1))
      [page, top] = [page + 1, 0]
    const placed =
      top + height <= room(page)
        ? band.map((spot) => ({ ...spot, page, y: top + spot.y - first }))
        : flowBand(band, page, top, room)
    out.push(...placed)
    page = Math.max(...placed.map((spot) => spot.page))
    const last = placed.filter((spot) => spot.page === page)
    top = Math.max(...last.map((spot) => spot.y + spot.height)) + GAP
  }
  return out
}

/** Cards from the top, parted wherever a line from left to right touches none. */
function bandsOf<I extends Item>(spots: readonly Spot<I>[]): Spot<I>[][] {
  const bands: Spot<I>[][] = []
  let low = -Infinity
  for (const spot of [...spots].sort((a, b) => byReading(a.item, b.item))) {
    if (spot.y >= low) bands.push([spot])
    else bands[bands.length - 1]?.push(spot)
    low = Math.max(low, spot.y + spot.height)
  }
  return bands
}

/** One card after the other below those above it, on the next page when it does not fit. */
function flowBand<I extends Item>(
  band: readonly Spot<I>[],
  page: number,
  top: number,
  room: (page: number) => number,
): Spot<I>[] {
  const out: Spot<I>[] = []
  for (const spot of band) {
    let at = { page, y: top }
    for (const above of out) {
      if (above.x >= spot.x + spot.width || spot.x >= above.x + above.width) continue
      const below = { page: above.page, y: above.y + above.height + GAP }
      if (below.page > at.page || (below.page === at.page && below.y > at.y)) at = below
    }
    let { height } = spot
    if (at.y > 0 && at.y + height > room(at.page)) {
      const rest = room(at.page) - at.y
      // A card that no page holds stays where it is while that leaves it half of a page.
      if (height <= room(at.page + 1) || rest < room(at.page) / 2) at = { page: at.page + 1, y: 0 }
    }
    height = Math.min(height, room(at.page) - at.y)
    out.push({ ...spot, ...at, height })
  }
  return out
}
