import { redirect } from '@sveltejs/kit'
import { api, ApiError, read } from '$api/client'
import { paths } from '$lib/paths'

/** "/" leads to the person's own account, or to the sign-in page. */
export async function load() {
  try {
    const me = await read(api.GET('/api/v1/me'))
    redirect(307, paths.home(me.home.slug))
  } catch (error) {
    if (!(error instanceof ApiError) || error.status !== 401) throw error
    location.replace(paths.signIn()) // another build, see app/door.ts
    await new Promise(() => {})
  }
}
