/** Follows a pointer from press to release: one call per frame, scrolling near the edges, Escape cancels. */

export interface Follow {
  /** Way since the press in pixels of the page, so scrolling counts. */
  onmove: (way: { x: number; y: number }, at: { x: number; y: number }) => void
  onend: () => void
  oncancel: () => void
}

/** Closer than this to an edge of the window, the page scrolls. */
const EDGE = 64
/** Fastest scrolling, in pixels per frame. */
const FASTEST = 18
/** A press becomes a drag after this way in pixels. */
const THRESHOLD = 4

/** Follows the pointer of a press. `onstart` runs when the press has become a drag. */
export function followPointer(press: PointerEvent, onstart: () => Follow | null): void {
  const stop = new AbortController()
  const { signal } = stop
  const startX = press.clientX + window.scrollX
  const startY = press.clientY + window.scrollY
  let at = { x: press.clientX, y: press.clientY }
  let follow: Follow | null = null
  let frame = 0
  let moved = false

  const way = () => ({ x: at.x + window.scrollX - startX, y: at.y + window.scrollY - startY })

  function tick() {
    frame = requestAnimationFrame(tick)
    const scrolled = scrollNearEdge(at.y)
    if (!moved && !scrolled) return
    moved = false
    follow?.onmove(way(), at)
  }

  function finish(end: 'onend' | 'oncancel') {
    cancelAnimationFrame(frame)
    stop.abort()
    if (moved && end === 'onend') follow?.onmove(way(), at)
    follow?.[end]()
  }

  function onmove(event: PointerEvent) {
    if (event.pointerId !== press.pointerId) return
    at = { x: event.clientX, y: event.clientY }
    moved = true
    if (follow) return
    const { x, y } = way()
    if (Math.hypot(x, y) < THRESHOLD) return
    follow = onstart()
    if (follow) frame = requestAnimationFrame(tick)
    else stop.abort()
  }

  const ofPress = (run: () => void) => (event: PointerEvent) => {
    if (event.pointerId === press.pointerId) run()
  }
  window.addEventListener('pointermove', onmove, { signal })
  window.addEventListener(
    'pointerup',
    ofPress(() => finish('onend')),
    { signal },
  )
  window.addEventListener(
    'pointercancel',
    ofPress(() => finish('oncancel')),
    { signal },
  )
  window.addEventListener(
    'keydown',
    (event) => {
      if (event.key !== 'Escape' || !follow) return
      event.preventDefault()
      event.stopPropagation()
      finish('oncancel')
    },
    { signal, capture: true },
  )
  // The click that ends a drag is none.
  window.addEventListener('click', (event) => follow && event.stopPropagation(), {
    capture: true,
    once: true,
    signal,
  })
}

/** Scrolls the page when the pointer is near its upper or lower edge; says whether it moved. */
function scrollNearEdge(y: number): boolean {
  const deep = y < EDGE ? y - EDGE : Math.max(0, y - (window.innerHeight - EDGE))
  if (deep === 0) return false
  const before = window.scrollY
  window.scrollBy(0, Math.max(-1, Math.min(1, deep / EDGE)) * FASTEST)
  return window.scrollY !== before
}
