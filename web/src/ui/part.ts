import { t } from '$lib/text'
import { toast } from './toasts.svelte'

/**
 * Loads a part that somebody opens. Where it cannot be had, people are told and `close` takes back that it is
 * open, so that the next try loads it again; there is nothing to show then.
 */
export async function part<T>(load: () => Promise<T>, close: () => void): Promise<T> {
  try {
    await loadLostStyles()
    return await load()
  } catch {
    close()
    toast({ text: t('error.network') })
    return new Promise<never>(() => undefined)
  }
}

/** Style sheets that did not come. Errors of elements reach the window on the way down only. */
const lost = new Set<HTMLLinkElement>()
globalThis.addEventListener?.(
  'error',
  ({ target }) => {
    if (target instanceof HTMLLinkElement && target.rel === 'stylesheet') lost.add(target)
  },
  true,
)

/** Vite takes every style sheet that it has once asked for as there: those that did not come are asked for here. */
async function loadLostStyles(): Promise<void> {
  const links = [...lost]
  lost.clear()
  await Promise.all(links.map(loadAgain))
}

function loadAgain(link: HTMLLinkElement): Promise<void> {
  return new Promise((loaded, failed) => {
    const next = link.cloneNode() as HTMLLinkElement
    next.addEventListener('load', () => loaded())
    next.addEventListener('error', () => failed(new Error(next.href)))
    link.replaceWith(next)
  })
}
