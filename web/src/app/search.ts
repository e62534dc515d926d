/** Queries of the palette and the switcher: few rows, by text. */
import { createQuery } from '$api/cache'
import { api, read } from '$api/client'

/** Rows per kind. */
const ROWS = 6

interface Found {
  id: string
  name: string
}

type Kind = 'clients' | 'dashboards' | 'klips' | 'data-sources'

async function find(account: string, kind: Kind, q: string, signal: AbortSignal): Promise<Found[]> {
  const init = { params: { path: { account }, query: { q, limit: ROWS } }, signal }
  switch (kind) {
    case 'clients': {
      const { items } = await read(api.GET('/api/v1/{account}/clients', init))
      return items.filter((item) => item.can_sign_in).map(({ slug, name }) => ({ id: slug, name }))
    }
    case 'dashboards': {
      const { items } = await read(api.GET('/api/v1/{account}/dashboards', init))
      return items.map(({ id, title }) => ({ id, name: title }))
    }
    case 'klips': {
      const { items } = await read(api.GET('/api/v1/{account}/klips', init))
      return items.map(({ id, title }) => ({ id, name: title }))
    }
    case 'data-sources': {
      const { items } = await read(api.GET('/api/v1/{account}/data-sources', init))
      return items.map(({ id, name }) => ({ id, name }))
    }
  }
}

/** Objects of a kind whose name matches; the last answer stays while the next one is on its way. */
export function useFound(kind: Kind, account: () => string, q: () => string, on: () => boolean) {
  return createQuery(() => ({
    queryKey: [account(), 'search', kind, q()],
    queryFn: ({ signal }) => find(account(), kind, q(), signal),
    enabled: on(),
    placeholderData: (previous: Found[] | undefined) => previous,
  }))
}
