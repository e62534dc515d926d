import { error } from '@sveltejs/kit'

/** Unknown addresses of an account keep its frame. */
export function load() {
  error(404)
}
