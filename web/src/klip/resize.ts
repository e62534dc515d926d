/** Sizes of elements from one shared observer: forty Klips need forty entries, not forty observers. */
import type { Attachment } from 'svelte/attachments'
import type { Size } from '$draw/index'

const watchers = new Map<Element, (size: Size) => void>()
let observer: ResizeObserver | null = null

function shared(): ResizeObserver {
  observer ??= new ResizeObserver((entries) => {
    for (const { target, contentRect } of entries) {
      const { width, height } = contentRect
      watchers.get(target)?.({ width: Math.floor(width), height: Math.floor(height) })
    }
  })
  return observer
}

/** Calls `report` with the element's inner size in whole pixels, at once and at every change. */
export function watchSize(report: (size: Size) => void): Attachment<Element> {
  return (element) => {
    watchers.set(element, report)
    shared().observe(element)
    return () => {
      watchers.delete(element)
      shared().unobserve(element)
    }
  }
}
