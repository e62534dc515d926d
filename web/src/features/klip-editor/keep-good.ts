/** What is drawn while a formula has an error. */
import type { KlipResult } from '$api/contract'

/** Puts the last good picture in the place of components that have an error now. */
export function keepGood(
  before: KlipResult | null,
  next: KlipResult,
): { result: KlipResult; stale: string[] } {
  const good = new Map(before?.components.filter((c) => !c.error).map((c) => [c.id, c]))
  const stale: string[] = []
  const components = next.components.map((component) => {
    const old = component.error && good.get(component.id)
    if (!old) return component
    stale.push(component.id)
    return old
  })
  return { result: { ...next, components }, stale }
}
