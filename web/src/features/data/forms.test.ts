// @vitest-environment jsdom
import { cleanup, fireEvent, screen, waitFor } from '@testing-library/svelte'
import { afterEach, expect, test } from 'vitest'
import type { Source } from '$api/contract'
import { Refused, serve, show } from '$api/testing'
import { currentToast } from '$ui/toasts.svelte'
import ColumnsPolicy from './columns-policy.svelte'
import PasteCurl from './paste-curl.svelte'
import { Trying } from './trying.svelte'

afterEach(cleanup)

test('a choice that is refused is not shown as made', async () => {
  serve({ 'PATCH ': () => new Refused(409, 'version_conflict') })
  show(ColumnsPolicy, {
    source: { id: 's', version: 1 } as Source,
    policy: 'add' as const,
    grows: false,
  })
  const field = screen.getByRole('combobox') as HTMLSelectElement
  await fireEvent.change(field, { target: { value: 'ask' } })
  await screen.findByRole('alert')
  await waitFor(() => expect(field.value).toBe('add'))
})

test('a pasted command tells all that it leaves out, and the account of another service goes', async () => {
  const trying = new Trying()
  const paste = async (text: string) => {
    trying.credential = 'c1'
    show(PasteCurl, { open: true, trying })
    await fireEvent.input(screen.getByRole('textbox'), { target: { value: text } })
    await fireEvent.click(screen.getByRole('button', { name: 'Fill in' }))
    cleanup()
    return trying.credential
  }
  expect(await paste('curl -k -u me:pw https://a.test/1')).toBe('')
  expect(currentToast()?.text).toBe('Left out: -k. The sign-in in it was left out.')
  expect(await paste('curl https://a.test/2')).toBe('c1')
  expect(await paste('curl https://b.test/2')).toBe('')
})
