// @vitest-environment jsdom
import { expect, test, vi } from 'vitest'
import { t } from '$lib/text'
import { part } from './part'
import { currentToast } from './toasts.svelte'

test('a part that could not be loaded is closed, and loaded the next time', async () => {
  const close = vi.fn()
  const load = vi.fn<() => Promise<string>>().mockRejectedValueOnce(new TypeError('no network'))
  const shown = vi.fn()
  void part(load, close).then(shown)
  await expect.poll(() => close).toHaveBeenCalledOnce()
  expect(currentToast()?.text).toBe(t('error.network'))
  load.mockResolvedValueOnce('dialog')
  expect(await part(load, close)).toBe('dialog')
  expect(close).toHaveBeenCalledOnce()
  expect(shown).not.toHaveBeenCalled()
})
