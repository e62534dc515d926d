import ChartColumn from '@lucide/svelte/icons/chart-column'
import Building2 from '@lucide/svelte/icons/building-2'
import Database from '@lucide/svelte/icons/database'
import History from '@lucide/svelte/icons/history'
import House from '@lucide/svelte/icons/house'
import Users from '@lucide/svelte/icons/users'
import Plug from '@lucide/svelte/icons/plug'
import LayoutDashboard from '@lucide/svelte/icons/layout-dashboard'
import Trash2 from '@lucide/svelte/icons/trash-2'
import Settings from '@lucide/svelte/icons/settings'
import SlidersHorizontal from '@lucide/svelte/icons/sliders-horizontal'
import type { Account } from '$api/account'
import type { MessageKey } from '$lib/messages'
import { paths } from '$lib/paths'
import type { IconPart } from '$ui/icon.svelte'

/** One entry of the sidebar. Entries that a person cannot use are absent, not greyed. */
export interface NavEntry {
  id: string
  label: MessageKey
  icon: IconPart
  /** Second key after `G`. */
  key: string
  path: (account: string) => string
  visible: (account: Account) => boolean
  /** Its page, or pages below it, are also for people who have no entry: what was shared with them. */
  shared?: boolean
}

/** Sidebar entries in their order. A new screen adds a line here. */
export const NAVIGATION: NavEntry[] = [
  {
    id: 'home',
    label: 'nav.home',
    icon: House,
    key: 'h',
    path: paths.home,
    visible: (account) => account.kind === 'parent',
    shared: true,
  },
  {
    id: 'clients',
    label: 'nav.clients',
    icon: Building2,
    key: 'c',
    path: paths.clients,
    visible: (account) => account.kind === 'parent' && account.can('client.access'),
  },
  {
    id: 'dashboards',
    label: 'nav.dashboards',
    icon: LayoutDashboard,
    key: 'd',
    path: paths.dashboards,
    visible: (account) => account.can('dashboard.library'),
    shared: true,
  },
  {
    id: 'klips',
    label: 'nav.klips',
    icon: ChartColumn,
    key: 'k',
    path: paths.klips,
    visible: (account) => account.can('klip.library'),
  },
  {
    id: 'data',
    label: 'nav.data',
    icon: Database,
    key: 's',
    path: paths.data,
    visible: (account) => account.can('datasource.library'),
  },
  {
    id: 'connections',
    label: 'nav.connections',
    icon: Plug,
    key: 'n',
    path: paths.connections,
    visible: (account) =>
      ['account.tokens', 'connection.use_shared', 'connection.manage'].some((one) =>
        account.can(one),
      ),
  },
  {
    id: 'people',
    label: 'nav.people',
    icon: Users,
    key: 'p',
    path: paths.people,
    visible: (account) => account.can('user.manage') || account.can('user.viewonly.manage'),
  },
  {
    id: 'properties',
    label: 'nav.properties',
    icon: SlidersHorizontal,
    key: 'r',
    path: paths.properties,
    visible: (account) =>
      account.can('account.settings') || (account.kind === 'parent' && account.can('client.login')),
  },
  {
    id: 'activity',
    label: 'nav.activity',
    icon: History,
    key: 'v',
    path: paths.activity,
    visible: (account) => account.can('account.usage'),
  },
  {
    id: 'bin',
    label: 'nav.bin',
    icon: Trash2,
    key: 'b',
    path: paths.bin,
    visible: (account) =>
      ['tab.delete', 'klip.delete', 'datasource.delete'].some((one) => account.can(one)),
  },
  {
    id: 'settings',
    label: 'nav.settings',
    icon: Settings,
    key: ',',
    path: paths.settings,
    visible: (account) => account.can('account.settings'),
  },
]

/** Entries for a person, in order. */
export function entriesFor(account: Account): NavEntry[] {
  return NAVIGATION.filter((entry) => entry.visible(account))
}

/** Says whether an entry is the one of a page: home matches itself only. */
export function isCurrent(entry: NavEntry, account: string, pathname: string): boolean {
  const path = entry.path(account)
  return pathname === path || (entry.id !== 'home' && pathname.startsWith(`${path}/`))
}

/** Says whether a page belongs to an entry that a person does not have; to them it is not there. */
export function isClosed(account: Account, pathname: string): boolean {
  return NAVIGATION.some(
    (entry) => !entry.shared && !entry.visible(account) && isCurrent(entry, account.slug, pathname),
  )
}

/** People without lists of their own get dashboards as tabs and no sidebar. */
export function isViewer(account: Account): boolean {
  return !account.can('dashboard.library')
}
