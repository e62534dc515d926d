/**
 * Begins the pages before signing in. They are a build of their own without SvelteKit and without what the
 * pages of an account share, so that they open at once; the application is loaded as a new page.
 */
import '$ui/tokens.css'
import '$ui/base.css'
import { mount } from 'svelte'
import AskReset from '$features/sign-in/ask-reset.svelte'
import EnterSupport from '$features/sign-in/enter-support.svelte'
import NewPassword from '$features/sign-in/new-password.svelte'
import SignIn from '$features/sign-in/sign-in.svelte'
import Welcome from '$features/sign-in/welcome.svelte'

/** Files that each page of an account begins with; the build writes them in. */
declare const APPLICATION: readonly string[]

/** Shows the page of the address; which addresses there are is said once more in internal/app/pages.go. */
function show(target: HTMLElement) {
  const { pathname, searchParams: query } = new URL(location.href)
  // Tokens have no letters that an address writes in another way.
  const [place, token = '', support = ''] = pathname.split('/').filter(Boolean)
  if (place === 'invite') mount(Welcome, { target, props: { token } })
  else if (place === 'reset' && token)
    mount(NewPassword, { target, props: { token, old: query.get('why') === 'old' } })
  else if (place === 'reset') mount(AskReset, { target })
  else if (!token) mount(SignIn, { target, props: { next: query.get('next') } })
  else mount(EnterSupport, { target, props: { token: support } })
}

/** While somebody types, what comes next is loaded. */
function prepare() {
  for (const href of APPLICATION) {
    const link = document.createElement('link')
    Object.assign(link, { rel: 'modulepreload', href })
    document.head.append(link)
  }
}

addEventListener('load', () => setTimeout(prepare, 1000), { once: true })

show(document.getElementById('app') ?? document.body)
