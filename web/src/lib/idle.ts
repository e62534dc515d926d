/** What a page waits for at most until it counts as idle, in milliseconds. */
const LATEST = 3000

/**
 * Loads what is likely to be opened next once the page has nothing else to do, so that nobody waits for it
 * then. Gives the way to call it off.
 */
export function whenIdle(...loads: (() => Promise<unknown>)[]): () => void {
  // Whoever opens a part that could not be had asks for it again.
  const run = () => loads.forEach((load) => void load().catch(() => undefined))
  if (typeof requestIdleCallback === 'undefined') {
    const timer = setTimeout(run, LATEST)
    return () => clearTimeout(timer)
  }
  const idle = requestIdleCallback(run, { timeout: LATEST })
  return () => cancelIdleCallback(idle)
}
