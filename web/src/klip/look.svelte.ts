/** Theme of drawings on this page, read from its tokens and again when they change. */
import { createSubscriber } from 'svelte/reactivity'
import { DARK, LIGHT, type Theme } from '$draw/index'

class PageLook {
  #read: Theme | null = null

  #subscribe = createSubscriber((changed) => {
    const update = () => {
      this.#read = null
      changed()
    }
    const observer = new MutationObserver(update)
    observer.observe(document.documentElement, {
      attributes: true,
      attributeFilter: ['data-theme', 'class', 'style'],
    })
    const scheme = matchMedia('(prefers-color-scheme: dark)')
    scheme.addEventListener('change', update)
    return () => {
      observer.disconnect()
      scheme.removeEventListener('change', update)
      this.#read = null
    }
  })

  /** The theme in force. */
  get theme(): Theme {
    if (typeof document === 'undefined') return LIGHT
    if (!$effect.tracking()) return readTheme()
    this.#subscribe()
    return (this.#read ??= readTheme())
  }
}

/** One for the page: a theme belongs to the document, not to a Klip. */
export const look = new PageLook()

/** The theme in force, with the brand's colour where the page sets `--series`. */
export function readTheme(): Theme {
  const root = document.documentElement
  const wanted = root.dataset.theme
  const dark = wanted ? wanted === 'dark' : matchMedia('(prefers-color-scheme: dark)').matches
  const base = dark ? DARK : LIGHT
  const series = getComputedStyle(root).getPropertyValue('--series').trim()
  return /^#[0-9a-f]{6}$/i.test(series) ? { ...base, series } : base
}
