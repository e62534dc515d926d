// @vitest-environment jsdom
import { cleanup, fireEvent, screen } from '@testing-library/svelte'
import { afterEach, expect, test } from 'vitest'
import { serve, show } from '$api/testing'
import type { PersonDetails } from './api'
import PersonAccess from './person-access.svelte'

afterEach(cleanup)

const PERSON = {
  id: 'p1',
  name: 'Maya',
  email: 'maya@example.org',
  state: 'active',
  roles: ['viewer'],
  groups: [],
  properties: {},
} as unknown as PersonDetails

const ROLES = {
  items: [
    { id: 'viewer', name: 'Viewer' },
    { id: 'editor', name: 'Editor' },
  ],
}

test('ticks stay when the person is fetched again, and only they are saved', async () => {
  const calls = serve({
    'GET /api/v1/agency/roles': () => ROLES,
    'GET /api/v1/agency/groups': () => ({ items: [{ id: 'g1', name: 'West', built_in: false }] }),
    'PATCH /api/v1/agency/people/p1': () => ({ ...PERSON, name: 'Maya R', roles: ['editor'] }),
  })
  const { change } = show(PersonAccess, { person: PERSON })
  await fireEvent.click(await screen.findByLabelText('Editor'))
  await fireEvent.click(await screen.findByLabelText('West'))
  await change({ person: { ...PERSON, name: 'Maya R', properties: { companyId: '7' } } })
  expect(screen.getByLabelText<HTMLInputElement>('Editor').checked).toBe(true)
  expect(screen.getByLabelText<HTMLInputElement>('West').checked).toBe(true)
  expect(screen.getByLabelText<HTMLInputElement>('Name').value).toBe('Maya R')
  await fireEvent.click(screen.getByRole('button', { name: 'Save' }))
  await expect
    .poll(() => calls.find((call) => call.what.startsWith('PATCH'))?.body)
    .toEqual({ roles: ['viewer', 'editor'], groups: ['g1'] })
})

test('what somebody else took away meanwhile is not given back', async () => {
  const calls = serve({
    'GET /api/v1/agency/roles': () => ROLES,
    'GET /api/v1/agency/groups': () => ({
      items: ['West', 'East', 'North'].map((name) => ({ id: name, name, built_in: false })),
    }),
    'PATCH /api/v1/agency/people/p1': () => PERSON,
  })
  const { change } = show(PersonAccess, {
    person: { ...PERSON, groups: [{ id: 'West', name: 'West' }] },
  })
  await fireEvent.click(await screen.findByLabelText('Editor'))
  await fireEvent.click(await screen.findByLabelText('East'))
  await change({
    person: { ...PERSON, roles: ['other'], groups: [{ id: 'North', name: 'North' }] },
  })
  expect(screen.getByLabelText<HTMLInputElement>('Viewer').checked).toBe(false)
  expect(screen.getByLabelText<HTMLInputElement>('North').checked).toBe(true)
  await fireEvent.click(screen.getByRole('button', { name: 'Save' }))
  await expect
    .poll(() => calls.find((call) => call.what.startsWith('PATCH'))?.body)
    .toEqual({ roles: ['other', 'editor'], groups: ['North', 'East'] })
})

test('roles that did not come say so', async () => {
  serve({ 'GET /api/v1/agency/groups': () => ({ items: [] }) })
  show(PersonAccess, { person: PERSON })
  expect(await screen.findByRole('button', { name: 'Try again' })).toBeTruthy()
})
