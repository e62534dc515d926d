// @vitest-environment jsdom
import { cleanup, fireEvent, screen, waitFor } from '@testing-library/svelte'
import { afterEach, expect, test } from 'vitest'
import { Refused, serve, show } from '$api/testing'
import ManyShares from './many-shares.svelte'
import ShareDialog from './share-dialog.svelte'

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

/** A dashboard that Ana sees already; the bodies of what is saved are in the calls. */
function openDialog() {
  const shares = [{ kind: 'user', id: 'ana', right: 'view', name: 'Ana' }]
  const calls = serve({
    'GET /api/v1/agency/principals': () => ({
      users: [
        { id: 'ana', name: 'Ana', email: 'ana@example.org' },
        { id: 'ben', name: 'Ben', email: 'ben@example.org' },
      ],
      groups: [],
    }),
    'GET /api/v1/agency/assets/d1/shares': () => ({ items: shares }),
    'GET /api/v1/agency/assets/d1/reach': () => ({
      klips: [],
      sources: 0,
      is_owner: true,
      owner: { id: 'me', name: 'Me' },
    }),
    'PUT /api/v1/agency/assets/d1/shares': (call) => call.body,
  })
  show(ShareDialog, { id: 'd1', name: 'Trading', dashboard: true, open: true })
  const save = async () => {
    await fireEvent.click(screen.getByRole('button', { name: 'Save' }))
    const put = () => calls.find((one) => one.what.startsWith('PUT'))
    await waitFor(() => expect(put()).toBeDefined())
    return put()?.body
  }
  return { save }
}

async function addBen() {
  await fireEvent.input(await screen.findByLabelText('Add people or groups'), {
    target: { value: 'Ben' },
  })
  const option = await screen.findByRole('option', { name: /Ben/ })
  await fireEvent.click(option)
  return screen.findByLabelText(/Tell them by mail/)
}

test('who is added is told by mail', async () => {
  const { save } = openDialog()
  await addBen()
  expect(await save()).toMatchObject({
    items: [{ id: 'ana' }, { id: 'ben', right: 'view' }],
    notify: true,
  })
})

test('nobody is told when the box is empty, or when nobody is new', async () => {
  const added = openDialog()
  await fireEvent.click(await addBen())
  expect(await added.save()).toMatchObject({ notify: false })
  cleanup()

  const { save } = openDialog()
  const right = await screen.findByLabelText(/Ana/, { selector: 'select' })
  await fireEvent.change(right, { target: { value: 'edit' } })
  expect(screen.queryByLabelText(/Tell them by mail/)).toBeNull()
  expect(await save()).toMatchObject({ items: [{ id: 'ana', right: 'edit' }], notify: false })
})
