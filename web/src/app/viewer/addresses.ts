/** The addresses of the page of viewers; everything else is the application. The same as in internal/app/pages.go. */
const PAGES = /^\/([a-z0-9-]+)(?:\/dashboards\/([0-9a-f]{32}))?\/?$/

/** The account of an address, and the dashboard, "" on Home; null for pages of the application. */
export function partsOf({ pathname }: URL): { slug: string; dashboard: string } | null {
  const [, slug, dashboard = ''] = PAGES.exec(pathname) ?? []
  return slug ? { slug, dashboard } : null
}

/** Says whether an address is shown without loading a new page. */
export function isHere(to: URL, from: URL): boolean {
  const slug = partsOf(to)?.slug
  return to.origin === from.origin && slug !== undefined && slug === partsOf(from)?.slug
}

/** An address as it stands in a link of a page. */
export const addressOf = (text: string, page?: URL): URL => new URL(text, page)
