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

test('a style sheet that did not come is asked for again, one on its way is left alone', async () => {
  document.head.innerHTML =
    '<link rel="stylesheet" href="lost.css"><link rel="stylesheet" href="coming.css">'
  const sheet = (name: string) => document.querySelector(`link[href="${name}.css"]`)
  const first = sheet('lost')
  const coming = sheet('coming')
  first?.dispatchEvent(new Event('error'))
  const shown = vi.fn()
  void part(async () => 'dialog', vi.fn()).then(shown)
  const second = sheet('lost')
  expect(second).not.toBe(first)
  expect(sheet('coming')).toBe(coming)
  await Promise.resolve()
  expect(shown).not.toHaveBeenCalled()
  second?.dispatchEvent(new Event('load'))
  await expect.poll(() => shown).toHaveBeenCalledExactlyOnceWith('dialog')

  // It does not come again: what it is for is closed, and the next try asks once more.
  second?.dispatchEvent(new Event('error'))
  const close = vi.fn()
  void part(async () => 'dialog', close)
  const third = sheet('lost')
  third?.dispatchEvent(new Event('error'))
  await expect.poll(() => close).toHaveBeenCalledOnce()
  void part(async () => 'dialog', close)
  expect(sheet('lost')).not.toBe(third)
})
