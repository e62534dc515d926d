/** Longest address of an account. */
const SLUG_LENGTH = 63

/** First segments of addresses that are never the slug of an account. */
const RESERVED = new Set(
  (
    'setup sign-in invite reset published tv embed oauth users server api assets healthz readyz ' +
    'metrics sign-out me functions new import'
  ).split(' '),
)

/** Says whether a first segment can be the slug of an account. */
export function isSlug(segment: string): boolean {
  return (
    segment.length >= 2 &&
    segment.length <= SLUG_LENGTH &&
    /^[a-z0-9]+(-[a-z0-9]+)*$/.test(segment) &&
    !RESERVED.has(segment)
  )
}

/** Proposed slugs leave room for a number behind them. */
const PROPOSED_LENGTH = SLUG_LENGTH - 8

const PLAIN: Record<string, string> = {
  ß: 'ss',
  æ: 'ae',
  œ: 'oe',
  ø: 'o',
  đ: 'd',
  ð: 'd',
  þ: 'th',
  ł: 'l',
  ı: 'i',
}

/**
 * Proposes an address for a name, as the server does: "Café & Söhne" becomes "cafe-sohne"; empty when
 * nothing is left.
 */
export function proposeSlug(name: string): string {
  const slug = name
    .toLowerCase()
    .replace(/[ßæœøđðþłı]/g, (letter) => PLAIN[letter] ?? '')
    .normalize('NFKD')
    .replace(/[\p{Mn}'’]/gu, '')
    .replace(/[^a-z0-9]+/g, '-')
    .replace(/^-/, '')
    .slice(0, PROPOSED_LENGTH)
    .replace(/-$/, '')
  if (slug.length < 2) return ''
  return RESERVED.has(slug) ? `${slug}-2` : slug
}

/** Addresses that the pages before signing in know. */
export const doorPaths = {
  signIn: (next?: string) => (next ? `/sign-in?next=${encodeURIComponent(next)}` : '/sign-in'),
  reset: '/reset',
  /** Where a password that is too old is replaced. */
  replacePassword: (token: string) => `/reset/${encodeURIComponent(token)}?why=old`,
  home: (account: string) => `/${account}`,
}

/** Addresses of the application. All of them are made here. */
export const paths = {
  ...doorPaths,
  root: '/',
  outbox: '/server/outbox',
  jobs: (state?: string) => (state ? `/server/jobs?state=${state}` : '/server/jobs'),
  people: (account: string) => `/${account}/people`,
  person: (account: string, id: string) => `/${account}/people/${id}`,
  groups: (account: string) => `/${account}/people/groups`,
  group: (account: string, id: string) => `/${account}/people/groups/${id}`,
  profile: (account: string) => `/${account}/profile`,
  clients: (account: string) => `/${account}/clients`,
  newClient: (account: string) => `/${account}/clients/new`,
  importClients: (account: string) => `/${account}/clients/import`,
  client: (account: string, client: string) => `/${account}/clients/${client}`,
  clientResources: (account: string, client: string) =>
    `/${account}/clients/${client}?tab=resources`,
  clientProperties: (account: string, client: string) =>
    `/${account}/clients/${client}?tab=properties`,
  /** The clients in the bin. */
  deletedClients: (account: string) => `/${account}/clients?status=deleted`,
  clientDefaults: (account: string) => `/${account}/settings/clients`,
  dashboards: (account: string) => `/${account}/dashboards`,
  dashboard: (account: string, id: string) => `/${account}/dashboards/${id}`,
  /** A page of a client as those of its people have it who only look; for visitors. */
  asViewer: (path: string) => `${path}?as=viewer`,
  klips: (account: string) => `/${account}/klips`,
  klip: (account: string, id: string) => `/${account}/klips/${id}`,
  editKlip: (account: string, id: string) => `/${account}/klips/${id}/edit`,
  klipInstances: (account: string, id: string, state?: string) =>
    `/${account}/klips/${id}/instances${state ? `?state=${state}` : ''}`,
  /** The review before the client instances of a Klip are updated. */
  updateInstances: (account: string, id: string) => `/${account}/klips/${id}/instances?update=1`,
  /** The review before an update of the client instances, or of one of them, is taken back. */
  rollBack: (account: string, id: string, push: string, instance?: string) =>
    `/${account}/klips/${id}/instances?roll-back=${push}${instance ? `&instance=${instance}` : ''}`,
  data: (account: string) => `/${account}/data`,
  /** How all data sources were fetched. */
  refreshLog: (account: string) => `/${account}/data/log`,
  newData: (account: string) => `/${account}/data/new`,
  properties: (account: string) => `/${account}/properties`,
  connections: (account: string) => `/${account}/connections`,
  connection: (account: string, id: string) => `/${account}/connections/${id}`,
  activity: (account: string) => `/${account}/activity`,
  settings: (account: string) => `/${account}/settings/general`,
  import: (account: string) => `/${account}/import`,
  /** What an import or roll-out has become. */
  arrival: (account: string, id: string) => `/${account}/imports/${id}`,
  /** Brings assets of the agency into many clients. */
  rollOut: (account: string, ids: readonly string[] = []) =>
    `/${account}/push${ids.length > 0 ? `?assets=${ids.join(',')}` : ''}`,
  roles: (account: string) => `/${account}/people/roles`,
  role: (account: string, role: string) => `/${account}/people/roles/${role}`,
  security: (account: string) => `/${account}/settings/security`,
  apiKeys: (account: string) => `/${account}/settings/api`,
  demo: (account: string) => `/${account}/settings/demo`,
  bin: (account: string) => `/${account}/settings/bin`,
  source: (account: string, id: string) => `/${account}/data/${id}`,
}

/**
 * A local address to go to after signing in, or null: never another site. Browsers leave tabs and line
 * breaks out of an address before they read it.
 */
export function safeNext(next: string | null): string | null {
  return next && /^\/(?![/\\])[^\t\n\r]*$/.test(next) ? next : null
}
