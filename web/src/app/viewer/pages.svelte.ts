/**
 * Going from page to page in the page of viewers, in place of $ui/pages: Home and the dashboards of one account are
 * there, everything else is the application and is loaded as a new page.
 */
import { tick } from 'svelte'
import type * as full from '$ui/pages'
import { addressOf, isHere } from './addresses'

/** After how long without scrolling one has come to rest, in milliseconds. */
const RESTS = 150

let url = $state.raw(addressOf(location.href))

export const place: typeof full.place = {
  get url() {
    return url
  },
}

export const goto: typeof full.goto = async (address, options = {}) => {
  const to = addressOf(address, url)
  const { replaceState, keepFocus, noScroll } = options
  if (!isHere(to, url)) return location[replaceState ? 'replace' : 'assign'](to)
  if (!replaceState) keepTop()
  history[replaceState ? 'replaceState' : 'pushState'](null, '', to)
  url = to
  await tick()
  if (!keepFocus) startOfPage()
  if (!noScroll) scrollTo(0, 0)
}

let keeping: ReturnType<typeof setTimeout> | undefined

/** Notes with the address how far down one is, for whoever comes back to it. */
function keepTop(): void {
  clearTimeout(keeping)
  history.replaceState({ top: scrollY }, '')
}

/** Tab goes on from the beginning of the page. */
function startOfPage(): void {
  const { body } = document
  body.tabIndex = -1
  body.focus({ preventScroll: true })
  body.removeAttribute('tabindex')
}

/** Follows links and the buttons of the browser until the function that it returns is called. */
export function followLinks(): () => void {
  const clicked = (event: MouseEvent) => {
    const link =
      event.target instanceof Element
        ? event.target.closest<HTMLAnchorElement>('a:not(svg *)')
        : null
    const plain = !(event.ctrlKey || event.metaKey || event.shiftKey || event.altKey)
    if (!link?.href || link.target || link.download || event.defaultPrevented) return
    const to = addressOf(link.href)
    if (!plain || event.button !== 0 || to.hash || !isHere(to, url)) return
    event.preventDefault()
    void goto(link.href, { replaceState: link.href === url.href })
  }
  const moved = ({ state }: PopStateEvent) => {
    clearTimeout(keeping)
    url = addressOf(location.href)
    // The browser has tried before the page was as high as it was: that takes two frames.
    const top = (state as { top?: number } | null)?.top
    if (top !== undefined)
      requestAnimationFrame(() => requestAnimationFrame(() => scrollTo(0, top)))
  }
  const scrolled = () => {
    clearTimeout(keeping)
    keeping = setTimeout(keepTop, RESTS)
  }
  document.addEventListener('click', clicked)
  addEventListener('scroll', scrolled, { passive: true })
  addEventListener('popstate', moved)
  return () => {
    document.removeEventListener('click', clicked)
    removeEventListener('popstate', moved)
    removeEventListener('scroll', scrolled)
    clearTimeout(keeping)
  }
}
