/** How a changed filter goes into the address: in place, and the focus stays where it is. */
export const IN_PLACE = { replaceState: true, keepFocus: true, noScroll: true } as const

/** The address with some of its parts changed; null and "" take a part away. */
export function withParts(url: URL, change: Record<string, string | null>): string {
  const next = new URL(url)
  for (const [key, value] of Object.entries(change)) {
    if (value) next.searchParams.set(key, value)
    else next.searchParams.delete(key)
  }
  return next.pathname + next.search
}
