/** Where a coach mark stands: beside what it speaks of, never over it. */
export interface Box {
  left: number
  top: number
  width: number
  height: number
}

export interface Size {
  width: number
  height: number
}

/** Space between the mark and what it speaks of, and between the mark and the edge of the window. */
const GAP = 12
const EDGE = 8

const fit = (at: number, size: number, room: number) =>
  Math.max(EDGE, Math.min(at, room - size - EDGE))

/**
 * Top left corner of a mark beside a thing: below it, above, at its right or at its left, the first that has room
 * in the window under `roof`. Null when none has, or when the thing is out of sight.
 */
export function placeBeside(
  thing: Box,
  mark: Size,
  window: Size,
  roof = 0,
): { left: number; top: number } | null {
  const bottom = thing.top + thing.height
  const right = thing.left + thing.width
  if (bottom <= roof || thing.top >= window.height || right <= 0 || thing.left >= window.width)
    return null
  const left = fit(thing.left + thing.width / 2 - mark.width / 2, mark.width, window.width)
  const top = Math.max(
    roof + EDGE,
    fit(thing.top + thing.height / 2 - mark.height / 2, mark.height, window.height),
  )
  if (bottom + GAP + mark.height + EDGE <= window.height) return { left, top: bottom + GAP }
  if (thing.top - GAP - mark.height - EDGE >= roof) {
    return { left, top: thing.top - GAP - mark.height }
  }
  if (right + GAP + mark.width + EDGE <= window.width) return { left: right + GAP, top }
  if (thing.left - GAP - mark.width - EDGE >= 0) return { left: thing.left - GAP - mark.width, top }
  return null
}
