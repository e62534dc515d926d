/** Calls, keys and queries of roles. */
import { createQuery } from '@tanstack/svelte-query'
import { api, ifMatch, read } from '$api/client'
import type { Role } from '$api/contract'
import { hasText, t } from '$lib/text'

export const roleKeys = {
  all: (account: string) => [account, 'roles'] as const,
}

/** What a role is made of. */
export interface RoleInput {
  name: string
  permissions: string[]
}

/** All roles of the account, and every permission that exists there. */
export function useRoles(account: () => string) {
  return createQuery(() => ({
    queryKey: roleKeys.all(account()),
    queryFn: ({ signal }) =>
      read(
        api.GET('/api/v1/{account}/roles', { params: { path: { account: account() } }, signal }),
      ),
  }))
}

/** Adds a role. `key` makes the call safe to repeat. */
export function addRole(
  account: string,
  input: RoleInput,
  key: { 'Idempotency-Key': string },
): Promise<Role> {
  return read(
    api.POST('/api/v1/{account}/roles', {
      params: { path: { account } },
      body: input,
      headers: key,
    }),
  )
}

/** Changes a role that is still at `version`. */
export function changeRole(account: string, role: Role, input: RoleInput): Promise<Role> {
  return read(
    api.PUT('/api/v1/{account}/roles/{role}', {
      params: { path: { account, role: role.id } },
      body: input,
      headers: ifMatch(role.version),
    }),
  )
}

/** Deletes a role; the people who have it get `replacement`. */
export function deleteRole(account: string, role: string, replacement: string): Promise<void> {
  return read(
    api.DELETE('/api/v1/{account}/roles/{role}', {
      params: { path: { account, role }, query: replacement ? { replacement } : {} },
    }),
  )
}

/** Name of a role as people read it. */
export function roleName(role: Pick<Role, 'id' | 'name' | 'built_in'>): string {
  const key = `roles.${role.id}`
  return role.built_in && hasText(key) ? t(key) : role.name
}
