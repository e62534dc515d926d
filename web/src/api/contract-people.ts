/** The calls of people, groups, invitations, the profile, the outbox and jobs. */
import type { ListQuery, Me, Page, Read, Write } from './contract'
import type { components } from './types.gen'

type Schemas = components['schemas']
type Person = Schemas['Person']
type PersonDetails = Schemas['PersonDetails']
type Sessions = Schemas['Sessions']
type Link = Schemas['Link']
type Group = Schemas['Group']

export interface PeopleCalls {
  '/api/v1/{account}/people': {
    get: Read<Page<Person>, ListQuery & { state?: Person['state']; role?: string; group?: string }>
  }
  '/api/v1/{account}/people/{user}': {
    get: Read<PersonDetails>
    patch: Write<PersonDetails, Schemas['PersonPatch']>
    delete: Read<Schemas['HandedOver'], { new_owner?: string; erase?: boolean }>
  }
  '/api/v1/{account}/people/{user}/deactivate': { post: Write<PersonDetails> }
  '/api/v1/{account}/people/{user}/reactivate': { post: Write<PersonDetails> }
  '/api/v1/{account}/people/{user}/unlock': { post: Write<PersonDetails> }
  '/api/v1/{account}/people/{user}/resend-invitation': { post: Write<PersonDetails> }
  '/api/v1/{account}/people/{user}/invite-link': { post: Write<Link> }
  '/api/v1/{account}/people/{user}/reset-link': { post: Write<Link> }
  '/api/v1/{account}/people/{user}/sessions': { get: Read<Sessions>; delete: Write<void> }
  '/api/v1/{account}/people/{user}/sessions/{session}': { delete: Write<void> }
  '/api/v1/{account}/seats': { get: Read<Schemas['SeatsView']> }
  '/api/v1/{account}/invitations-check': {
    post: Write<Schemas['InvitationCheck'], Schemas['Invitees']>
  }
  '/api/v1/{account}/invitations': { post: Write<Schemas['InvitedPeople'], Schemas['Invitees']> }
  '/api/v1/{account}/groups': {
    get: Read<Schemas['Groups']>
    post: Write<Group, { name: string; description?: string }>
  }
  '/api/v1/{account}/groups/{group}': {
    get: Read<Group>
    patch: Write<Group, { name?: string; description?: string }>
    delete: Write<void>
  }
  '/api/v1/{account}/groups/{group}/members': {
    post: Write<Group, { add?: string[]; remove?: string[] }>
  }
  '/api/v1/{account}/groups-order': { put: Write<void, { groups: string[] }> }
  '/api/v1/{account}/user-properties': {
    get: Read<Schemas['UserProperties']>
    post: Write<void, { name: string }>
  }
  '/api/v1/{account}/user-properties/{name}': { delete: Write<void> }
  '/api/v1/{account}/profile': {
    get: Read<Schemas['Profile']>
    patch: Write<Schemas['Profile'], Schemas['ProfilePatch']>
  }
  '/api/v1/{account}/profile/settings': {
    get: Read<Schemas['OwnSettings']>
    patch: Write<Schemas['OwnSettings'], { values: Record<string, string | null> }>
  }
  '/api/v1/{account}/profile/password': {
    post: Write<void, { present: string; password: string }>
  }
  '/api/v1/{account}/profile/sessions': { get: Read<Sessions>; delete: Write<void> }
  '/api/v1/{account}/profile/sessions/{session}': { delete: Write<void> }
  '/api/v1/{account}/profile/keys': {
    get: Read<Schemas['Keys']>
    post: Write<Schemas['NewKey'], { label: string }>
  }
  '/api/v1/{account}/profile/keys/{key}': {
    patch: Write<void, { label: string }>
    delete: Write<void>
  }
  '/api/v1/invitation': { post: Write<Schemas['InvitationView'], { token: string }> }
  '/api/v1/invitation/accept': {
    post: Write<Me, { token: string; name: string; password: string }>
  }
  '/api/v1/reset': { post: Write<void, { email: string }> }
  '/api/v1/reset/look': { post: Write<Schemas['ResetView'], { token: string }> }
  '/api/v1/reset/password': { post: Write<Me, { token: string; password: string }> }
  '/api/v1/server/mails': {
    get: Read<Schemas['Outbox'], { cursor?: string; state?: Schemas['Mail']['state'] }>
  }
  '/api/v1/server/mails/{mail}': { get: Read<Schemas['MailText']> }
  '/api/v1/server/mails/{mail}/send-again': { post: Write<Schemas['Mail']> }
  '/api/v1/server/jobs': {
    get: Read<
      Page<Schemas['Job']>,
      ListQuery & { state?: Schemas['Job']['state'] | 'open'; kind?: string; account?: string }
    >
  }
  '/api/v1/server/jobs-summary': { get: Read<Schemas['JobsSummary']> }
  '/api/v1/server/jobs/{job}/retry': { post: Write<Schemas['Job']> }
  '/api/v1/server/jobs/{job}/cancel': { post: Write<Schemas['Job']> }
  '/api/v1/me/password': { post: Write<void, { password: string }> }
}
