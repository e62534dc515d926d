/**
 * Where the page is, and going elsewhere, for parts that the page of viewers shows, too: that page is a build of its
 * own, which has app/viewer/pages.svelte.ts in place of this file (scripts/page-build.js).
 */
import { goto as go } from '$app/navigation'
import { page } from '$app/state'

export interface GoOptions {
  /** The address takes the place of the one that is left. */
  replaceState?: boolean
  keepFocus?: boolean
  noScroll?: boolean
}

/** Goes to an address of the application. */
export const goto: (address: string, options?: GoOptions) => Promise<void> = go

/** The page that is open; `url` follows changes. */
export const place: { readonly url: URL } = {
  get url() {
    return page.url
  },
}
