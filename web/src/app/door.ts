/**
 * Begins the pages before signing in. They are a build of their own without SvelteKit and without what the
 * pages of an account share, so that they open at once; the application is loaded as a new page.
 */
import '$ui/tokens.css'
import '$ui/base.css'
import { mount } from 'svelte'
import Door from './door.svelte'

/** Files that each page of an account begins with; the build writes them in. */
declare const APPLICATION: readonly string[]

const { pathname, searchParams } = new URL(location.href)
const target = document.getElementById('app')
if (!target) throw new Error('the page has no place for the application')
mount(Door, {
  target,
  props: { path: pathname.split('/').filter(Boolean).map(decodeURIComponent), query: searchParams },
})

/** While somebody types, what comes next is loaded. */
function prepare() {
  for (const href of APPLICATION) {
    const link = document.createElement('link')
    Object.assign(link, { rel: 'modulepreload', href })
    document.head.append(link)
  }
}

addEventListener('load', () => setTimeout(prepare, 1000), { once: true })
