/** Tells once when an element comes near the window, from one shared observer. */
import type { Attachment } from 'svelte/attachments'

/** Distance from the window that counts as near. */
const MARGIN = '480px 0px'

const waiting = new Map<Element, () => void>()
let observer: IntersectionObserver | null = null

function shared(): IntersectionObserver {
  observer ??= new IntersectionObserver(
    (entries) => {
      for (const { target, isIntersecting } of entries) {
        if (!isIntersecting) continue
        waiting.get(target)?.()
        forget(target)
      }
    },
    { rootMargin: MARGIN },
  )
  return observer
}

function forget(element: Element): void {
  waiting.delete(element)
  observer?.unobserve(element)
}

/** Calls `run` when the element is near the window for the first time. */
export function whenNear(run: () => void): Attachment<Element> {
  return (element) => {
    if (typeof IntersectionObserver === 'undefined') {
      run()
      return
    }
    waiting.set(element, run)
    shared().observe(element)
    return () => forget(element)
  }
}
