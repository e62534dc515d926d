import { getContext, setContext } from 'svelte'
import type { AccountKind, Context } from './contract'

/** The account that the page acts in, and what the person may do there. Fields follow changes. */
export interface Account {
  readonly slug: string
  readonly name: string
  readonly kind: AccountKind
  readonly person: { id: string; name: string; email: string }
  readonly role: string
  /** The agency that the person is visiting from, or null at home. */
  readonly visit: Context['visit']
  /** Size of the largest file that is taken as data, in bytes. */
  readonly fileBytes: number
  /** A visitor looks at the account as those of its people do who only look. */
  readonly asViewer: boolean
  /** Says whether a permission of the role is there. The server decides again on every call. */
  can(permission: string): boolean
}

const KEY = Symbol('account')

/** What people may do who only look. */
const OF_VIEWERS = ['account.profile', 'dashboard.annotation.view']

/** Gives the account to all parts below; the shell calls it once. */
export function provideAccount(
  context: () => Context,
  asViewer: () => boolean = () => false,
): Account {
  const account: Account = {
    get slug() {
      return context().account.slug
    },
    get name() {
      return context().account.name
    },
    get kind() {
      return context().account.kind
    },
    get person() {
      return context().user
    },
    get role() {
      return context().role
    },
    get visit() {
      return context().visit
    },
    get fileBytes() {
      return context().file_bytes
    },
    get asViewer() {
      return asViewer()
    },
    can: (permission) =>
      context().permissions.includes(permission) &&
      (!asViewer() || OF_VIEWERS.includes(permission)),
  }
  return setContext(KEY, account)
}

/** The account of the page. Call it while a component starts. */
export function useAccount(): Account {
  return getContext<Account>(KEY)
}
