// @vitest-environment jsdom
import { cleanup, fireEvent, screen } from '@testing-library/svelte'
import { afterEach, expect, test } from 'vitest'
import { serve, show } from '$api/testing'
import AddMembers from './add-members.svelte'
import type { PersonDetails } from './api'
import DeletePerson from './delete-person.svelte'
import PersonProperties from './person-properties.svelte'

afterEach(cleanup)

const person = (id: string, name: string, groups: string[] = []) =>
  ({
    ...{ id, name, email: `${id}@example.org`, state: 'active', properties: { companyId: '7' } },
    groups: groups.map((one) => ({ id: one, name: one })),
  }) as unknown as PersonDetails

test('who is in the group is not offered, whichever page of its members shows them', async () => {
  serve({
    'GET /api/v1/agency/people': () => ({
      items: [person('a', 'Maya', ['west']), person('b', 'Noah')],
      next_cursor: null,
    }),
  })
  show(AddMembers, { open: true, group: 'west', busy: null, onadd: () => undefined })
  await screen.findByText('Noah')
  expect(screen.queryByText('Maya')).toBeNull()
})

test('a new owner is searched on the server, and only while the question is open', async () => {
  const calls = serve({
    'GET /api/v1/agency/people': ({ what }) => ({
      items: what.includes('q=zoe') ? [person('z', 'Zoe')] : [person('b', 'Noah')],
      next_cursor: 'more',
    }),
    'DELETE /api/v1/agency/people/a': () => ({ assets: 2 }),
  })
  const props = { person: person('a', 'Maya'), ondeleted: () => undefined }
  const { change } = show(DeletePerson, { ...props, open: false })
  expect(calls).toEqual([])
  await change({ ...props, open: true })
  await fireEvent.input(await screen.findByLabelText('Find people'), { target: { value: 'zoe' } })
  await screen.findByRole('option', { name: 'Zoe' })
  await fireEvent.change(screen.getByLabelText('New owner of what they own'), {
    target: { value: 'z' },
  })
  await fireEvent.click(screen.getByRole('button', { name: 'Delete' }))
  await expect.poll(() => calls.some((call) => call.what.endsWith('?new_owner=z'))).toBe(true)
})

test('a new owner chosen before Cancel gets nothing', async () => {
  const calls = serve({
    'GET /api/v1/agency/people': () => ({ items: [person('b', 'Noah')], next_cursor: null }),
    'DELETE /api/v1/agency/people/a': () => ({ assets: 2 }),
  })
  const props = { person: person('a', 'Maya'), ondeleted: () => undefined }
  const { change } = show(DeletePerson, { ...props, open: true })
  const owner = () => screen.findByLabelText<HTMLSelectElement>('New owner of what they own')
  await screen.findByRole('option', { name: 'Noah' })
  await fireEvent.change(await owner(), { target: { value: 'b' } })
  await fireEvent.click(screen.getByRole('button', { name: 'Cancel' }))
  await expect.poll(() => screen.queryByText('Noah')).toBeNull()
  await change({ ...props, open: false })
  await change({ ...props, open: true })
  expect((await owner()).value).toBe('')
  await fireEvent.click(screen.getByRole('button', { name: 'Delete' }))
  await expect.poll(() => calls.find((call) => call.what.startsWith('DELETE'))).toBeTruthy()
  expect(calls.find((call) => call.what.startsWith('DELETE'))?.what).not.toContain('new_owner=b')
})

test('a property of everybody is deleted only after a question', async () => {
  const calls = serve({
    'GET /api/v1/agency/user-properties': () => ({ items: ['companyId'] }),
    'DELETE /api/v1/agency/user-properties/companyId': () => ({}),
  })
  const deletions = () => calls.filter((call) => call.what.startsWith('DELETE')).length
  show(PersonProperties, { person: person('a', 'Maya') }, ['user.manage'])
  await fireEvent.click(
    await screen.findByRole('button', { name: 'Delete companyId for everybody' }),
  )
  await screen.findByText('Delete companyId for everybody?')
  expect(deletions()).toBe(0)
  await fireEvent.click(screen.getByRole('button', { name: 'Delete property' }))
  await expect.poll(deletions).toBe(1)
})
