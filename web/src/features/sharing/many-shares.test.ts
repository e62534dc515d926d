// @vitest-environment jsdom
import { cleanup, fireEvent, screen } from '@testing-library/svelte'
import { afterEach, expect, test } from 'vitest'
import { Refused, serve, show } from '$api/testing'
import ManyShares from './many-shares.svelte'

afterEach(cleanup)

test('people that did not come say so, and come by another try', async () => {
  let down = true
  serve({
    'GET /api/v1/agency/principals': () =>
      down ? new Refused(500, 'unknown') : { users: [], groups: [] },
  })
  show(ManyShares, { shares: [], onchange: () => undefined })
  expect(screen.queryByLabelText('Add people or groups')).toBeNull()
  await screen.findByText('The list of people did not load.')
  down = false
  await fireEvent.click(screen.getByRole('button', { name: 'Try again' }))
  await screen.findByLabelText('Add people or groups')
})
