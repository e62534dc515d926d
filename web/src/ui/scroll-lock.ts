let locks = 0

/**
 * Keeps the page from scrolling behind a dialog until the returned function is called. The place of the
 * scroll bar stays free, so that nothing moves.
 */
export function lockScroll(): () => void {
  const page = document.documentElement
  if (++locks === 1) {
    const bar = window.innerWidth - page.clientWidth
    page.style.overflow = 'hidden'
    page.style.paddingInlineEnd = `${bar}px`
  }
  return () => {
    if (--locks > 0) return
    page.style.overflow = ''
    page.style.paddingInlineEnd = ''
  }
}
