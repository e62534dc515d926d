import { isSlug } from '$lib/paths'

export const match = isSlug
