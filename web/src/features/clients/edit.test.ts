// @vitest-environment jsdom
import { cleanup, fireEvent, screen } from '@testing-library/svelte'
import { afterEach, expect, test } from 'vitest'
import { serve, show } from '$api/testing'
import type { Client } from '$api/contract'
import ClientAccess from './client-access.svelte'
import ClientEdit from './client-edit.svelte'

afterEach(cleanup)

const CLIENT = {
  slug: 'acme',
  name: 'Acme',
  display_name: 'Acme',
  description: '',
  external_id: '',
  tags: [],
  version: 3,
} as unknown as Client

test('what is typed stays when the client is fetched again, and the version typed over is sent', async () => {
  const calls = serve({ 'PATCH /api/v1/agency/clients/acme': () => ({ ...CLIENT, version: 5 }) })
  const { change } = show(ClientEdit, { open: true, client: CLIENT })
  const name = await screen.findByLabelText<HTMLInputElement>('Name')
  await fireEvent.input(name, { target: { value: 'Acme West' } })
  await change({ open: true, client: { ...CLIENT, name: 'Acme East', version: 4 } })
  expect(name.value).toBe('Acme West')
  await fireEvent.click(screen.getByRole('button', { name: 'Save' }))
  await expect.poll(() => calls.find((call) => call.what.startsWith('PATCH'))?.ifMatch).toBe('"3"')
})

test('groups are saved against the list that was changed', async () => {
  let version = 7
  const calls = serve({
    'GET /api/v1/agency/clients/acme/access': () => ({
      version,
      groups: [{ group: 'g1', name: 'West', everybody: false, members: 2, can_manage: false }],
    }),
    'GET /api/v1/agency/principals': () => ({ groups: [], users: [] }),
    'PUT /api/v1/agency/clients/acme/access': () => ({}),
  })
  const { client } = show(ClientAccess, { client: CLIENT, editable: true })
  await fireEvent.click(
    await screen.findByRole('button', { name: 'Take the client away from West' }),
  )
  version = 8
  await client.refetchQueries()
  await fireEvent.click(screen.getByRole('button', { name: 'Save' }))
  await expect.poll(() => calls.find((call) => call.what.startsWith('PUT'))?.ifMatch).toBe('"7"')
})
