import { t } from '$lib/text'
import { toast } from './toasts.svelte'

/**
 * Loads a part that somebody opens. Where it cannot be had, people are told and `close` takes back that it is
 * open, so that the next try loads it again; there is nothing to show then.
 */
export async function part<T>(load: () => Promise<T>, close: () => void): Promise<T> {
  try {
    return await load()
  } catch {
    close()
    toast({ text: t('error.network') })
    return new Promise<never>(() => undefined)
  }
}
