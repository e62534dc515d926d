// @vitest-environment jsdom
import { render, screen } from '@testing-library/svelte'
import { QueryClient } from '@tanstack/svelte-query'
import { expect, test } from 'vitest'
import Harness from './late-reader-harness.svelte'
import { makeQueryClient } from './query-client'

/** Shows the reader; `second` answers before `first`, as a fast request beside a slow one. */
async function show(client: QueryClient) {
  let open: (text: string) => void = () => undefined
  const gate = new Promise<string>((resolve) => (open = resolve))
  render(Harness, { client, gate: () => gate, slow: () => Promise.resolve('second') })
  await expect.poll(() => client.getQueryData(['slow'])).toBe('second')
  open('first')
  await expect.poll(() => client.getQueryData(['gate'])).toBe('first')
}

test('a field that is read after the answer came is up to date', async () => {
  await show(makeQueryClient(() => undefined))
  await screen.findByText('done')
})

test('the library alone leaves a late reader waiting', async () => {
  // When this fails, the library has mended it and notifyOnChangeProps may go.
  await show(new QueryClient())
  await new Promise((wake) => setTimeout(wake, 200))
  expect(screen.queryByText('done')).toBeNull()
})
