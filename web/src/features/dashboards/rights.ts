import type { Account } from '$api/account'
import type { Dashboard } from '$api/contract'
import type { NamedShare } from '$api/shares'

/**
 * Says whether a person may arrange a dashboard, as far as this page knows. Groups that one is in are not
 * known here, so a right of a group counts; the server decides on saving.
 */
export function mayEdit(
  account: Account,
  dashboard: Pick<Dashboard, 'owner'>,
  shares: readonly NamedShare[] | undefined,
): boolean {
  if (!account.can('tab.edit')) return false
  if (account.can('admin.tab') || dashboard.owner.id === account.person.id) return true
  return (shares ?? []).some(
    ({ kind, id, right }) => right === 'edit' && (kind === 'group' || id === account.person.id),
  )
}
