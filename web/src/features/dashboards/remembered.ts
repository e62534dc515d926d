/** How far down a person was on a dashboard: the server keeps it, for them alone, on every device. */
import { api, read } from '$api/client'

/** Time without scrolling after which the place is kept, in milliseconds. */
const REST = 1_500
/** Height of what stays at the top of the window. */
const BAR = 72

/** The Klip at the upper edge of the window; '' at the top of the page. */
export function klipOnTop(root: ParentNode = document): string {
  if (window.scrollY < BAR) return ''
  const cells = [...root.querySelectorAll<HTMLElement>('[data-klip]')]
  const below = cells.filter((cell) => cell.getBoundingClientRect().bottom > BAR)
  below.sort((a, b) => a.getBoundingClientRect().top - b.getBoundingClientRect().top)
  return below[0]?.dataset.klip ?? ''
}

/** Brings a Klip to the upper edge of the window, unless the page was scrolled or arrives at a part of it. */
export function goToKlip(id: string): void {
  const cell = document.querySelector<HTMLElement>(`[data-klip="${CSS.escape(id)}"]`)
  if (!cell || window.scrollY > 0 || location.hash) return
  window.scrollTo(0, cell.getBoundingClientRect().top - BAR)
}

/**
 * Goes to where the person was and keeps where they go, until the function that it returns is called. What fails is
 * not told: nothing depends on it.
 */
export function rememberPlace(account: string, id: string): () => void {
  const params = { path: { account, id } }
  const path = '/api/v1/{account}/dashboards/{id}/place'
  /** What the server has; null until it has answered. */
  let kept: string | null = null
  let timer: ReturnType<typeof setTimeout> | undefined
  let ended = false

  void read(api.GET(path, { params }))
    .then((place) => {
      kept = typeof place.klip === 'string' ? place.klip : ''
      if (kept && !ended) goToKlip(kept)
    })
    .catch(() => undefined)

  function keep(): void {
    clearTimeout(timer)
    timer = undefined
    const klip = klipOnTop()
    if (kept === null || klip === kept) return
    kept = klip
    void read(api.PUT(path, { params, body: { klip }, keepalive: true })).catch(() => undefined)
  }
  function scrolled(): void {
    clearTimeout(timer)
    timer = setTimeout(keep, REST)
  }
  window.addEventListener('scroll', scrolled, { passive: true })
  window.addEventListener('pagehide', keep)
  return () => {
    ended = true
    clearTimeout(timer)
    window.removeEventListener('scroll', scrolled)
    window.removeEventListener('pagehide', keep)
  }
}
