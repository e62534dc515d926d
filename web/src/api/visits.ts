/** Signing in to a client as its administrator, and the way back to the same place. */
import { api, read } from './client'

const RETURN = 'octavo.return'

interface Place {
  path: string
  top: number
}

/** Starts a visit and remembers where it began. Returns the slug to go to. Throws `ApiError`. */
export async function startVisit(agency: string, client: string): Promise<string> {
  const { slug } = await read(
    api.POST('/api/v1/{account}/clients/{client}/sign-in', {
      params: { path: { account: agency, client } },
    }),
  )
  const place: Place = { path: location.pathname + location.search, top: window.scrollY }
  sessionStorage.setItem(`${RETURN}.${slug}`, JSON.stringify(place))
  return slug
}

/** Ends a visit. Returns the place it began at in this tab, else the agency's clients. */
export async function endVisit(client: string): Promise<Place> {
  const { slug } = await read(
    api.DELETE('/api/v1/{account}/visit', { params: { path: { account: client } } }),
  )
  return placeBefore(client, slug)
}

/** The place that a visit began at, for a visit that has ended by itself. */
export function placeBefore(client: string, agency: string): Place {
  const stored = sessionStorage.getItem(`${RETURN}.${client}`)
  sessionStorage.removeItem(`${RETURN}.${client}`)
  try {
    const place = JSON.parse(stored ?? '') as Place
    if (place.path.startsWith(`/${agency}`)) return place
  } catch {
    // nothing stored in this tab
  }
  return { path: `/${agency}/clients`, top: 0 }
}
