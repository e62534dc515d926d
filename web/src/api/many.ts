/** What the role of a person allows to do with many assets of a kind. */
import type { Account } from './account'
import type { ListKind } from './contract'

const NOUN = { dashboard: 'tab', klip: 'klip', source: 'datasource' } as const

export function mayOf(account: Account, kind: ListKind) {
  const noun = NOUN[kind]
  return {
    share: account.can(`${noun}.share`) && account.can('user.view'),
    tag: account.can(`${noun}.edit`),
    add: kind === 'klip' && account.can('dashboard.klip'),
    trash: account.can(`${noun}.delete`),
  }
}

/** Says whether rows can be chosen at all. */
export function mayChoose(account: Account, kind: ListKind): boolean {
  return Object.values(mayOf(account, kind)).some(Boolean)
}
