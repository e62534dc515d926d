/** Dragging Klips and their edges. Pixels become columns and steps here; the arrangement knows no pixels. */
import type { Arrangement } from './arrangement.svelte'
import type { Placed } from './placed'
import { GAP, rectOf, STEP } from './flow'
import { followPointer } from './pointer'

/** Edges that can be dragged, by their side of the compass. */
export type Edge = 'e' | 'w' | 's' | 'se'

/** A lower edge this near to the one of a neighbour snaps to it, in pixels. */
const MAGNET = 8

function isPrimary(event: PointerEvent): boolean {
  return event.button === 0 && event.isPrimary
}

/** Carries a Klip from its press to its place. */
export function dragCell(event: PointerEvent, arrangement: Arrangement, id: string, width: number) {
  // A finger on the picture scrolls the page; it drags by the grip.
  const onPicture = event.currentTarget instanceof Element && event.currentTarget.matches('.cover')
  if (!isPrimary(event) || (event.pointerType === 'touch' && onPicture)) return
  event.preventDefault()
  focusCell(event)
  followPointer(event, () => {
    const from = arrangement.find(id)
    if (!from) return null
    const start = rectOf(from, 12, width)
    const unit = (width + GAP) / 12
    arrangement.lift(id, 'pointer')
    return {
      onmove: (way) => {
        arrangement.offset = way
        arrangement.hover({ x: (start.x + way.x) / unit, y: (start.y + way.y) / STEP })
      },
      onend: () => arrangement.drop(),
      oncancel: () => arrangement.cancel(),
    }
  })
}

/** Drags an edge of a Klip. */
export function resizeCell(
  event: PointerEvent,
  edge: Edge,
  arrangement: Arrangement,
  id: string,
  width: number,
) {
  if (!isPrimary(event)) return
  event.preventDefault()
  focusCell(event)
  followPointer(event, () => {
    const from = arrangement.find(id)
    if (!from) return null
    const unit = (width + GAP) / 12
    const bottoms = neighbourBottoms(arrangement.settled, from)
    arrangement.lift(id, 'edge')
    return {
      onmove: ({ x, y }) => {
        const columns = Math.round(x / unit)
        const left = Math.max(0, Math.min(from.x + columns, from.x + from.w - 2))
        arrangement.stretch({
          ...(edge === 'w' && { x: left, w: from.x + from.w - left }),
          ...(edge.includes('e') && { w: Math.min(from.w + columns, 12 - from.x) }),
          ...(edge.includes('s') && { h: snapHeight(from, y, bottoms) }),
        })
      },
      onend: () => arrangement.drop(),
      oncancel: () => arrangement.cancel(),
    }
  })
}

function focusCell(event: PointerEvent): void {
  if (event.target instanceof Element) event.target.closest<HTMLElement>('[data-klip]')?.focus()
}

/** Lower edges in steps of the Klips that begin in the same row. */
function neighbourBottoms(placed: readonly Placed[], from: Placed): number[] {
  return placed.filter((p) => p.y === from.y && p.id !== from.id).map((p) => p.y + p.h)
}

/** The height for a lower edge that moved by `dy` pixels: that of a near neighbour first, then steps. */
function snapHeight(from: Placed, dy: number, bottoms: readonly number[]): number {
  const bottom = (from.y + from.h) * STEP + dy
  const near = bottoms.find((step) => Math.abs(step * STEP - bottom) <= MAGNET)
  return (near ?? Math.round(bottom / STEP)) - from.y
}
