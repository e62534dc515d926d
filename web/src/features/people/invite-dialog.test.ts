// @vitest-environment jsdom
import { cleanup, fireEvent, screen } from '@testing-library/svelte'
import { afterEach, expect, test } from 'vitest'
import { Refused, serve, show, type Answer } from '$api/testing'
import InviteDialog from './invite-dialog.svelte'

afterEach(cleanup)

const SEATS = { used: 1, limit: -1, open: true, mails: false, contact: '' }

/** Answers of an account without mail; `more` are added or stand in for them. */
function account(more: Record<string, Answer> = {}) {
  return serve({
    'GET /api/v1/agency/groups': () => ({ items: [] }),
    'GET /api/v1/agency/seats': () => SEATS,
    'GET /api/v1/agency/roles': () => ({
      items: [
        { id: 'view_only', name: 'View-Only' },
        { id: 'editor', name: 'Editor' },
      ],
    }),
    'POST /api/v1/agency/invitations-check': ({ body }) => {
      const { text, roles } = body as { text: string; roles: string[] }
      const lines = text.split(' ').map((email, i) => ({
        ...{ line: i + 1, email, name: email, roles, groups: [], code: '', detail: '' },
      }))
      return {
        lines,
        new: lines.length,
        here: 0,
        refused: 0,
        seats: SEATS,
        mails: false,
        open: true,
      }
    },
    ...more,
  })
}

async function type(text: string) {
  await fireEvent.input(await screen.findByLabelText('Email addresses'), {
    target: { value: text },
  })
}

const submit = (name: string) => screen.findByRole<HTMLButtonElement>('button', { name })

test('nothing is sent by the check of an older list', async () => {
  const calls = account({
    'POST /api/v1/agency/invitations': () => ({ items: [], mails: true }),
  })
  show(InviteDialog, { open: true }, ['user.manage'])
  await type('maya@example.org')
  await expect.poll(async () => (await submit('Invite 1 person')).disabled).toBe(false)
  await fireEvent.change(await screen.findByLabelText('Role'), { target: { value: 'editor' } })
  expect((await submit('Invite')).disabled).toBe(true)
  await fireEvent.click(await submit('Invite 1 person'))
  await expect
    .poll(() => calls.find((call) => call.what === 'POST /api/v1/agency/invitations')?.body)
    .toEqual({ people: [{ email: 'maya@example.org', name: '', roles: ['editor'], groups: [] }] })
})

test('a link that could not be made is shown, and made by another try', async () => {
  let down = true
  account({
    'POST /api/v1/agency/invitations': () => ({
      mails: false,
      items: ['maya', 'noah'].map((id) => ({ id, email: `${id}@example.org`, state: 'invited' })),
    }),
    'POST /api/v1/agency/people/maya/invite-link': () =>
      down ? new Refused(503, 'network') : { url: 'http://x/maya' },
    'POST /api/v1/agency/people/noah/invite-link': () => ({ url: 'http://x/noah' }),
  })
  show(InviteDialog, { open: true }, ['user.manage'])
  await type('maya@example.org noah@example.org')
  await fireEvent.click(await submit('Invite 2 people'))
  await screen.findByText('http://x/noah')
  await screen.findByText('The invitation stands, but 1 link could not be made.')
  down = false
  await fireEvent.click(await submit('Try again'))
  await screen.findByText('http://x/maya')
  expect(screen.queryByText(/could not be made/)).toBeNull()
})

test('a line with a group that is not there names it', async () => {
  account({
    'POST /api/v1/agency/invitations-check': () => ({
      lines: [
        {
          ...{ line: 1, email: 'leo@example.org', name: 'Leo', roles: [], groups: [] },
          ...{ code: 'group_not_found', detail: 'From the server.', params: { name: 'Sailors' } },
        },
      ],
      ...{ new: 0, here: 0, refused: 1, seats: SEATS, mails: false, open: true },
    }),
  })
  show(InviteDialog, { open: true }, ['user.manage'])
  await type('leo@example.org,Leo,,,Sailors')
  await screen.findByText(/There is no group Sailors\.$/)
})

test('roles that did not come say so', async () => {
  account({ 'GET /api/v1/agency/roles': () => new Refused(500, 'unknown') })
  show(InviteDialog, { open: true }, ['user.manage'])
  await submit('Try again')
})
