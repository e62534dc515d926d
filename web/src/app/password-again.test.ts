// @vitest-environment jsdom
import { cleanup, fireEvent, screen, waitFor } from '@testing-library/svelte'
import { afterEach, expect, test } from 'vitest'
import { api, read } from '$api/client'
import { answerProof, hostProof, isAsking } from '$api/proof.svelte'
import { Refused, serve, show } from '$api/testing'
import PasswordAgain from './password-again.svelte'

afterEach(() => {
  answerProof(false)
  cleanup()
})

const remove = () =>
  read(
    api.DELETE('/api/v1/{account}/clients/{client}', {
      params: { path: { account: 'agency', client: 'fjord' }, query: { confirm: 'Fjord' } },
    }),
  )

/** A server that wants the password before it deletes. */
function guarded() {
  let proved = false
  return serve({
    'POST /api/v1/me/password': (call) => {
      const { password } = call.body as { password: string }
      proved = password === 'right'
      return proved ? {} : new Refused(422, 'password_wrong')
    },
    'DELETE /api/v1/agency/clients/fjord': () =>
      proved ? { id: 'x' } : new Refused(403, 'password_needed'),
  })
}

test('a call that wants the password waits for it and is sent again', async () => {
  const calls = guarded()
  const stop = hostProof()
  const done = remove()
  await waitFor(() => expect(isAsking()).toBe(true))
  show(PasswordAgain, {})
  const field = await screen.findByLabelText('Password')
  await fireEvent.input(field, { target: { value: 'wrong' } })
  await fireEvent.click(screen.getByRole('button', { name: 'Go on' }))
  await screen.findByText('This is not your present password.')
  await fireEvent.input(field, { target: { value: 'right' } })
  await fireEvent.click(screen.getByRole('button', { name: 'Go on' }))
  expect(await done).toEqual({ id: 'x' })
  expect(isAsking()).toBe(false)
  expect(calls.map((one) => one.what.split('?')[0])).toEqual([
    'DELETE /api/v1/agency/clients/fjord',
    'POST /api/v1/me/password',
    'POST /api/v1/me/password',
    'DELETE /api/v1/agency/clients/fjord',
  ])
  stop()
})

test('who changes their mind gets the refusal, and so does a page without the question', async () => {
  guarded()
  const stop = hostProof()
  const calls = [remove(), remove()].map((call) => call.catch((error: unknown) => error))
  await waitFor(() => expect(isAsking()).toBe(true))
  show(PasswordAgain, {})
  await fireEvent.click(await screen.findByRole('button', { name: 'Cancel' }))
  for (const error of await Promise.all(calls)) {
    expect(error).toMatchObject({ code: 'password_needed' })
  }
  stop()
  await expect(remove()).rejects.toMatchObject({ code: 'password_needed' })
})

test('calls that the password overtakes are sent again without another question', async () => {
  let proved = false
  let refuseLate: () => void = () => undefined
  const late = new Promise<void>((resolve) => (refuseLate = resolve))
  let sent = 0
  serve({
    'POST /api/v1/me/password': () => ((proved = true), {}),
    'DELETE /api/v1/agency/clients/fjord': async () => {
      const refused = !proved
      if (++sent === 2) await late
      return refused ? new Refused(403, 'password_needed') : { id: 'x' }
    },
  })
  const stop = hostProof()
  const calls = [remove(), remove(), remove()]
  await waitFor(() => expect(isAsking()).toBe(true))
  show(PasswordAgain, {})
  await fireEvent.input(await screen.findByLabelText('Password'), { target: { value: 'right' } })
  await fireEvent.click(screen.getByRole('button', { name: 'Go on' }))
  await Promise.all([calls[0], calls[2]])
  refuseLate()
  expect(await calls[1]).toEqual({ id: 'x' })
  expect(isAsking()).toBe(false)
  expect(sent).toBe(6)
  stop()
})
