import type { Attachment } from 'svelte/attachments'

/** The side of a button on which something opens, and the edge of it that both share. */
export type Side = 'bottom' | 'top' | 'right'
export type Align = 'start' | 'end'

/** Pixels between the button and what it opened; least distance from the edges of the window. */
const GAP = 6
const EDGE = 8

interface Box {
  left: number
  top: number
  right: number
  bottom: number
}

interface Size {
  width: number
  height: number
}

/**
 * Where something of a size stands beside a button: on the other side where there is more room, and always
 * within the window. `start` and `end` are those of text that runs to the right.
 */
export function placed(
  button: Box,
  size: Size,
  room: Size,
  side: Side,
  align: Align,
): { left: number; top: number } {
  const across = side === 'right'
  const [low, high] = across ? [button.left, button.right] : [button.top, button.bottom]
  const [length, space] = across ? [size.width, room.width] : [size.height, room.height]
  const after = space - EDGE - (high + GAP + length)
  const before = low - GAP - length - EDGE
  const onAfter = side === 'top' ? before < 0 && after > before : after >= 0 || after >= before
  const main = onAfter ? high + GAP : low - GAP - length
  const [from, to] = across ? [button.top, button.bottom] : [button.left, button.right]
  const [breadth, width] = across ? [size.height, room.height] : [size.width, room.width]
  const other = align === 'start' ? from : to - breadth
  const within = (at: number, own: number, all: number) =>
    Math.round(Math.max(EDGE, Math.min(at, all - EDGE - own)))
  const cross = within(other, breadth, width)
  const along = within(main, length, space)
  return across ? { left: along, top: cross } : { left: cross, top: along }
}

/** Keeps a `position: fixed` element beside its button while the page scrolls and both change. */
export function anchored(
  button: () => HTMLElement | null,
  side: () => Side,
  align: () => Align,
): Attachment<HTMLElement> {
  return (node) => {
    const place = () => {
      const at = button()
      if (!at) return
      const rtl = side() !== 'right' && getComputedStyle(at).direction === 'rtl'
      const { left, top } = placed(
        at.getBoundingClientRect(),
        { width: node.offsetWidth, height: node.offsetHeight },
        { width: document.documentElement.clientWidth, height: window.innerHeight },
        side(),
        (align() === 'start') === rtl ? 'end' : 'start',
      )
      node.style.left = `${left}px`
      node.style.top = `${top}px`
    }
    place()
    const sizes = typeof ResizeObserver === 'undefined' ? null : new ResizeObserver(place)
    sizes?.observe(node)
    window.addEventListener('resize', place)
    window.addEventListener('scroll', place, { capture: true, passive: true })
    return () => {
      sizes?.disconnect()
      window.removeEventListener('resize', place)
      window.removeEventListener('scroll', place, { capture: true })
    }
  }
}
