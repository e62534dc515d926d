import type { MessageKey } from '$lib/messages'

/** Permissions of one noun, as the matrix shows them. */
export interface PermissionGroup {
  id: string
  label: MessageKey
  permissions: string[]
}

/** Which first word of a permission belongs to which group, in the order of the screen. */
const GROUPS: { id: string; label: MessageKey; nouns: string[] }[] = [
  { id: 'dashboards', label: 'roles.group.dashboards', nouns: ['tab', 'dashboard'] },
  { id: 'klips', label: 'roles.group.klips', nouns: ['klip'] },
  { id: 'data', label: 'roles.group.data', nouns: ['datasource', 'connection'] },
  { id: 'clients', label: 'roles.group.clients', nouns: ['client'] },
  { id: 'people', label: 'roles.group.people', nouns: ['user', 'group'] },
  { id: 'everything', label: 'roles.group.everything', nouns: ['admin'] },
  { id: 'account', label: 'roles.group.account', nouns: [] },
]

/** Puts permissions below the noun that they are about; unknown ones end in the last group. */
export function groupPermissions(permissions: readonly string[]): PermissionGroup[] {
  const known = GROUPS.flatMap((group) => group.nouns)
  const noun = (permission: string) => permission.split('.')[0] ?? ''
  return GROUPS.map(({ id, label, nouns }) => ({
    id,
    label,
    permissions: permissions.filter((permission) =>
      nouns.length > 0 ? nouns.includes(noun(permission)) : !known.includes(noun(permission)),
    ),
  })).filter((group) => group.permissions.length > 0)
}
