/** Calls, keys and queries of people and groups. */
import { createInfiniteQuery, createQuery } from '@tanstack/svelte-query'
import { api, ifMatch, read } from '$api/client'
import type { components } from '$api/types.gen'
import { hasText, t } from '$lib/text'

type Schemas = components['schemas']
export type Person = Schemas['Person']
export type PersonDetails = Schemas['PersonDetails']
export type PersonPatch = Schemas['PersonPatch']
export type Group = Schemas['Group']
export type Session = Schemas['Session']
export type InvitationCheck = Schemas['InvitationCheck']
export type Invitees = Schemas['Invitees']

/** Link of somebody who was invited while mail is not set up; without an address it could not be made. */
export interface InviteLink {
  id: string
  email: string
  url: string | null
}

export const peopleKeys = {
  all: (account: string) => [account, 'people'] as const,
  groups: (account: string) => [account, 'people', 'groups'] as const,
  one: (account: string, id: string) => [account, 'people', 'one', id] as const,
  sessions: (account: string, id: string) => [account, 'people', 'sessions', id] as const,
  ownView: (account: string) => [account, 'people', 'own-view'] as const,
  properties: (account: string) => [account, 'people', 'properties'] as const,
  seats: (account: string) => [account, 'people', 'seats'] as const,
}

/** Which people a list shows. */
export interface PeopleFilter {
  q: string
  state: Person['state'] | undefined
  group?: string
  role?: string
}

export function usePeople(account: () => string, filter: () => PeopleFilter) {
  return createInfiniteQuery(() => {
    const { q, state, group, role } = filter()
    return {
      queryKey: [...peopleKeys.all(account()), 'list', q, state ?? '', group ?? '', role ?? ''],
      queryFn: ({ pageParam, signal }: { pageParam: string; signal: AbortSignal }) =>
        read(
          api.GET('/api/v1/{account}/people', {
            params: {
              path: { account: account() },
              query: {
                count: 1,
                ...(q ? { q } : {}),
                ...(state ? { state } : {}),
                ...(group ? { group } : {}),
                ...(role ? { role } : {}),
                ...(pageParam ? { cursor: pageParam } : {}),
              },
            },
            signal,
          }),
        ),
      initialPageParam: '',
      getNextPageParam: (last: { next_cursor: string | null }) => last.next_cursor || undefined,
      placeholderData: <T>(previous: T) => previous,
    }
  })
}

export function useGroups(account: () => string) {
  return createQuery(() => ({
    queryKey: peopleKeys.groups(account()),
    queryFn: ({ signal }) =>
      read(
        api.GET('/api/v1/{account}/groups', { params: { path: { account: account() } }, signal }),
      ),
  }))
}

/** The roles of the account; the roles feature keeps them under the same key. */
export function useRoleList(account: () => string) {
  return createQuery(() => ({
    queryKey: [account(), 'roles'],
    queryFn: ({ signal }) =>
      read(
        api.GET('/api/v1/{account}/roles', { params: { path: { account: account() } }, signal }),
      ),
  }))
}

/** Name of a role by its id. */
export function roleText(id: string, all: readonly { id: string; name: string }[] = []): string {
  const key = `roles.${id}`
  if (hasText(key)) return t(key)
  return all.find((role) => role.id === id)?.name ?? id
}

export function usePerson(account: () => string, id: () => string) {
  return createQuery(() => ({
    queryKey: peopleKeys.one(account(), id()),
    queryFn: ({ signal }) =>
      read(
        api.GET('/api/v1/{account}/people/{user}', {
          params: { path: { account: account(), user: id() } },
          signal,
        }),
      ),
  }))
}

export function useProfile(account: () => string, on: () => boolean) {
  return createQuery(() => ({
    queryKey: peopleKeys.one(account(), 'me'),
    enabled: on(),
    queryFn: ({ signal }) =>
      read(
        api.GET('/api/v1/{account}/profile', { params: { path: { account: account() } }, signal }),
      ),
  }))
}

/** Sessions of a person; null = one's own. */
export function useSessions(account: () => string, id: () => string | null) {
  return createQuery(() => {
    const user = id()
    const path = { account: account() }
    return {
      queryKey: peopleKeys.sessions(account(), user ?? 'me'),
      queryFn: ({ signal }: { signal: AbortSignal }) =>
        user === null
          ? read(api.GET('/api/v1/{account}/profile/sessions', { params: { path }, signal }))
          : read(
              api.GET('/api/v1/{account}/people/{user}/sessions', {
                params: { path: { ...path, user } },
                signal,
              }),
            ),
    }
  })
}

/** Ends one session, or without `session` all of somebody, of oneself all others. */
export function endSessions(account: string, user: string | null, session?: string): Promise<void> {
  if (user === null)
    return session
      ? read(
          api.DELETE('/api/v1/{account}/profile/sessions/{session}', {
            params: { path: { account, session } },
          }),
        )
      : read(api.DELETE('/api/v1/{account}/profile/sessions', { params: { path: { account } } }))
  return session
    ? read(
        api.DELETE('/api/v1/{account}/people/{user}/sessions/{session}', {
          params: { path: { account, user, session } },
        }),
      )
    : read(
        api.DELETE('/api/v1/{account}/people/{user}/sessions', {
          params: { path: { account, user } },
        }),
      )
}

export function useProperties(account: () => string) {
  return createQuery(() => ({
    queryKey: peopleKeys.properties(account()),
    queryFn: ({ signal }) =>
      read(
        api.GET('/api/v1/{account}/user-properties', {
          params: { path: { account: account() } },
          signal,
        }),
      ),
  }))
}

export function addProperty(account: string, name: string): Promise<void> {
  return read(
    api.POST('/api/v1/{account}/user-properties', {
      params: { path: { account } },
      body: { name },
    }),
  )
}

export function deleteProperty(account: string, name: string): Promise<void> {
  return read(
    api.DELETE('/api/v1/{account}/user-properties/{name}', {
      params: { path: { account, name } },
    }),
  )
}

export function changePerson(
  account: string,
  user: string,
  version: number,
  body: PersonPatch,
): Promise<PersonDetails> {
  return read(
    api.PATCH('/api/v1/{account}/people/{user}', {
      params: { path: { account, user } },
      body,
      headers: ifMatch(version),
    }),
  )
}

/** What can be done to a person beside changing fields. */
export type PersonVerb = 'deactivate' | 'reactivate' | 'unlock' | 'resend-invitation'

export function doToPerson(
  account: string,
  user: string,
  verb: PersonVerb,
): Promise<PersonDetails> {
  const init = { params: { path: { account, user } } }
  switch (verb) {
    case 'deactivate':
      return read(api.POST('/api/v1/{account}/people/{user}/deactivate', init))
    case 'reactivate':
      return read(api.POST('/api/v1/{account}/people/{user}/reactivate', init))
    case 'unlock':
      return read(api.POST('/api/v1/{account}/people/{user}/unlock', init))
    case 'resend-invitation':
      return read(api.POST('/api/v1/{account}/people/{user}/resend-invitation', init))
  }
}

/** Makes a link that is handed over: to join, or to a new password. */
export async function makeLink(
  account: string,
  user: string,
  kind: 'invite' | 'reset',
): Promise<string> {
  const init = { params: { path: { account, user } } }
  const made = await read(
    kind === 'invite'
      ? api.POST('/api/v1/{account}/people/{user}/invite-link', init)
      : api.POST('/api/v1/{account}/people/{user}/reset-link', init),
  )
  return made.url
}

/** Deletes a person; `erase` takes the name and the address out of the activity, too. */
export function deletePerson(account: string, user: string, newOwner: string, erase: boolean) {
  return read(
    api.DELETE('/api/v1/{account}/people/{user}', {
      params: {
        path: { account, user },
        query: { ...(newOwner && { new_owner: newOwner }), ...(erase && { erase }) },
      },
    }),
  )
}

export function checkInvitees(account: string, body: Invitees, signal?: AbortSignal) {
  return read(
    api.POST('/api/v1/{account}/invitations-check', {
      params: { path: { account } },
      body,
      ...(signal ? { signal } : {}),
    }),
  )
}

export function invite(account: string, body: Invitees, headers: { 'Idempotency-Key': string }) {
  return read(
    api.POST('/api/v1/{account}/invitations', { params: { path: { account } }, body, headers }),
  )
}

export function addGroup(account: string, name: string, description: string): Promise<Group> {
  return read(
    api.POST('/api/v1/{account}/groups', {
      params: { path: { account } },
      body: { name, description },
    }),
  )
}

export function changeGroup(
  account: string,
  group: string,
  version: number,
  body: { name?: string; description?: string },
): Promise<Group> {
  return read(
    api.PATCH('/api/v1/{account}/groups/{group}', {
      params: { path: { account, group } },
      body,
      headers: ifMatch(version),
    }),
  )
}

export function deleteGroup(account: string, group: string): Promise<void> {
  return read(
    api.DELETE('/api/v1/{account}/groups/{group}', { params: { path: { account, group } } }),
  )
}

export function orderGroups(account: string, groups: string[]): Promise<void> {
  return read(
    api.PUT('/api/v1/{account}/groups-order', { params: { path: { account } }, body: { groups } }),
  )
}

export function changeMembers(
  account: string,
  group: string,
  body: { add?: string[]; remove?: string[] },
): Promise<Group> {
  return read(
    api.POST('/api/v1/{account}/groups/{group}/members', {
      params: { path: { account, group } },
      body,
    }),
  )
}

/** Seats of the account, and whom to ask for more. */
export function useSeats(account: () => string) {
  return createQuery(() => ({
    queryKey: peopleKeys.seats(account()),
    queryFn: ({ signal }) =>
      read(
        api.GET('/api/v1/{account}/seats', { params: { path: { account: account() } }, signal }),
      ),
  }))
}
