const STORE = 'octavo.recent'
/** Accounts that the switcher remembers. */
const KEPT = 5

/** An account that was open in this browser lately. */
export interface RecentAccount {
  slug: string
  name: string
}

/** Clients of an agency that were open lately, the newest first. */
export function recentAccounts(agency: string): RecentAccount[] {
  try {
    const list: unknown = JSON.parse(localStorage.getItem(`${STORE}.${agency}`) ?? '[]')
    return Array.isArray(list) ? list.filter(isRecent) : []
  } catch {
    return []
  }
}

/** Puts a client to the top of the recent ones. */
export function rememberAccount(agency: string, account: RecentAccount): void {
  const others = recentAccounts(agency).filter((other) => other.slug !== account.slug)
  const list = [{ slug: account.slug, name: account.name }, ...others].slice(0, KEPT)
  localStorage.setItem(`${STORE}.${agency}`, JSON.stringify(list))
}

function isRecent(value: unknown): value is RecentAccount {
  if (typeof value !== 'object' || value === null) return false
  const { slug, name } = value as Partial<RecentAccount>
  return typeof slug === 'string' && typeof name === 'string'
}
