/** What people may do with a dashboard beside looking at it: arranging, sharing, copies, versions, the bin. */
import Copy from '@lucide/svelte/icons/copy'
import History from '@lucide/svelte/icons/history'
import Lock from '@lucide/svelte/icons/lock'
import LockOpen from '@lucide/svelte/icons/lock-open'
import PackageOpen from '@lucide/svelte/icons/package-open'
import Pencil from '@lucide/svelte/icons/pencil'
import Send from '@lucide/svelte/icons/send'
import Share2 from '@lucide/svelte/icons/share-2'
import Trash2 from '@lucide/svelte/icons/trash-2'
import { goto } from '$app/navigation'
import type { Account } from '$api/account'
import { useCache } from '$api/cache'
import { api, read } from '$api/client'
import type { DashboardDetail } from '$api/contract'
import { paths } from '$lib/paths'
import { t } from '$lib/text'
import type { Action } from '$ui/actions.svelte'
import type { MenuItem } from '$ui/menu.svelte'
import { toast } from '$ui/toasts.svelte'
import type { OwnTools } from './own-tools'
import { dashboardKeys } from './reading'

/** A dialog about the dashboard. */
type Dialog = 'share' | 'copy' | 'versions' | 'trash'

/** Locks the layout of a dashboard, or unlocks it. */
function lockDashboard(account: string, id: string, on: boolean): Promise<DashboardDetail> {
  const call = { params: { path: { account, id } } }
  const path = '/api/v1/{account}/dashboards/{id}/lock'
  return read(on ? api.PUT(path, call) : api.DELETE(path, call))
}

/** Make it while a component starts. */
export class OwnActions implements OwnTools {
  #account: Account
  #dashboard: () => DashboardDetail
  #cache = useCache()
  /** The dialog that is open; own-dialogs.svelte shows it, the page the one for sharing. */
  open: Dialog | null = $state(null)
  failure: unknown = $state(null)

  constructor(account: Account, dashboard: () => DashboardDetail) {
    this.#account = account
    this.#dashboard = dashboard
  }

  get canEdit(): boolean {
    const { can_edit, locked } = this.#dashboard()
    return can_edit && !locked
  }

  get editPath(): string | null {
    return this.canEdit ? `${paths.dashboard(this.#account.slug, this.#dashboard().id)}/edit` : null
  }

  /** A locked dashboard is still shared and deleted by those who may change it. */
  get share(): (() => void) | null {
    const may = this.#dashboard().can_edit && this.#account.can('tab.share')
    return may ? () => (this.open = 'share') : null
  }

  get rows(): MenuItem[] {
    const account = this.#account
    const dashboard = this.#dashboard()
    const rows: MenuItem[] = []
    if (account.can('tab.build')) {
      rows.push({ label: t('dashboards.copy'), icon: Copy, line: true, run: this.#opens('copy') })
    }
    if (account.kind === 'parent' && account.can('client.login') && account.can('tab.import')) {
      const path = paths.rollOut(account.slug, [dashboard.id])
      rows.push({ label: t('dashboards.push'), icon: Send, run: () => void goto(path) })
    }
    // What it came with, for those who may delete all of that.
    if (dashboard.origin && account.role === 'admin') {
      const path = paths.arrival(account.slug, dashboard.origin.import)
      rows.push({ label: t('dashboards.arrival'), icon: PackageOpen, run: () => void goto(path) })
    }
    if (!dashboard.can_edit) return rows
    rows.push(
      { label: t('dashboards.versions'), icon: History, run: this.#opens('versions') },
      this.#lockRow(),
    )
    if (account.can('tab.delete')) {
      const label = t('dashboards.trash')
      rows.push({ label, icon: Trash2, danger: true, line: true, run: this.#opens('trash') })
    }
    return rows
  }

  get actions(): Action[] {
    const actions: Action[] = []
    const { editPath, share } = this
    if (editPath) {
      actions.push({
        id: 'edit',
        label: t('dashboards.edit'),
        group: 'page',
        icon: Pencil,
        keys: 'e',
        run: () => void goto(editPath),
      })
    }
    if (share) {
      const label = t('dashboards.share')
      actions.push({ id: 'share', label, group: 'page', icon: Share2, run: share })
    }
    return actions
  }

  #opens(dialog: Dialog): () => void {
    return () => (this.open = dialog)
  }

  /** Who may change a dashboard locks it; administrators unlock it, others are told so. */
  #lockRow(): MenuItem {
    if (!this.#dashboard().locked) {
      return { label: t('dashboards.lock'), icon: Lock, run: () => void this.#lock(true) }
    }
    const may = this.#account.can('admin.tab')
    return {
      label: t('dashboards.unlock'),
      icon: LockOpen,
      ...(!may && { disabled: true, hint: t('dashboards.lockedHint') }),
      run: () => void this.#lock(false),
    }
  }

  async #lock(on: boolean) {
    const { id, title } = this.#dashboard()
    const { slug } = this.#account
    this.failure = null
    try {
      await lockDashboard(slug, id, on)
      await this.#cache.invalidateQueries({ queryKey: dashboardKeys.all(slug) })
      toast({ text: t(on ? 'dashboards.lockedNow' : 'dashboards.unlockedNow', { title }) })
    } catch (error) {
      this.failure = error
    }
  }
}
