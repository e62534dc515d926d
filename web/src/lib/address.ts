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

/** The address with the values of a part that may come more than once; none takes it away. */
export function withList(url: URL, key: string, values: readonly string[]): string {
  const next = new URL(url)
  next.searchParams.delete(key)
  for (const value of values) next.searchParams.append(key, value)
  return next.pathname + next.search
}
