// @vitest-environment jsdom
import { cleanup, fireEvent, render, screen } from '@testing-library/svelte'
import { createRawSnippet, mount, unmount, type Snippet } from 'svelte'
import { afterEach, expect, test, vi } from 'vitest'
import Dialog from './dialog.svelte'
import SearchField from './search-field.svelte'
import SplitButton from './split-button.svelte'

const text = (words: string) => createRawSnippet(() => ({ render: () => `<span>${words}</span>` }))

afterEach(cleanup)

function show() {
  const run = vi.fn()
  const items = [
    { label: 'As a copy', run },
    { label: 'Never', run, disabled: true },
    { label: 'And leave', run },
    { label: 'Elsewhere', href: '/elsewhere', disabled: true },
    { label: 'As another', run },
  ]
  const children = text('Save') as Snippet
  render(SplitButton, { props: { items, menuLabel: 'More ways', onclick: vi.fn(), children } })
  return { run, button: screen.getByRole('button', { name: 'More ways' }) }
}

const press = (key: string) => fireEvent.keyDown(document.activeElement ?? document.body, { key })
const focused = () => document.activeElement?.textContent?.trim()

test('a menu is walked by arrows and letters, past what is switched off, and gives the focus back', async () => {
  const { run, button } = show()
  button.focus()
  await press('ArrowDown')
  expect(button).toHaveProperty('ariaExpanded', 'true')
  await expect.poll(() => focused()).toBe('As a copy')
  await press('ArrowDown')
  expect(focused()).toBe('And leave')
  await press('ArrowDown')
  expect(focused()).toBe('As another')
  await press('ArrowDown')
  expect(focused()).toBe('As a copy')
  for (const label of ['And leave', 'As another', 'As a copy']) {
    await press('a')
    expect(focused()).toBe(label)
  }
  await press('Escape')
  expect(screen.queryByRole('menu')).toBeNull()
  expect(document.activeElement).toBe(button)
  expect(run).not.toHaveBeenCalled()

  await fireEvent.click(button)
  await expect.poll(() => focused()).toBe('As a copy')
  await press('End')
  await press('Enter')
  expect(run).toHaveBeenCalledOnce()
  expect(document.activeElement).toBe(button)
})

test('a press elsewhere closes a menu, one of what is switched off does nothing', async () => {
  const { run, button } = show()
  await fireEvent.click(button)
  await fireEvent.click(screen.getByRole('menuitem', { name: 'Never' }))
  const away = screen.getByRole('menuitem', { name: 'Elsewhere' })
  expect(away.hasAttribute('href')).toBe(false)
  await fireEvent.click(away)
  expect(screen.queryByRole('menu')).not.toBeNull()
  await fireEvent.pointerDown(document.body)
  expect(screen.queryByRole('menu')).toBeNull()
  expect(run).not.toHaveBeenCalled()
})

test('Escape and a click of the scrim close the newest dialog only', async () => {
  const below = vi.fn()
  const above = vi.fn()
  render(Dialog, { props: { open: true, title: 'Below', onclose: below, children: text('one') } })
  render(Dialog, { props: { open: true, title: 'Above', above: true, onclose: above } })
  await press('Escape')
  expect([above.mock.calls.length, below.mock.calls.length]).toEqual([1, 0])
  expect(screen.queryByRole('dialog', { name: 'Above' })).toBeNull()
  const box = screen.getByRole('dialog', { name: 'Below' })
  await fireEvent.pointerDown(box)
  await fireEvent.click(box)
  expect(below).not.toHaveBeenCalled()
  const scrim = box.previousElementSibling as Element
  await fireEvent.pointerDown(scrim)
  await fireEvent.click(scrim)
  expect(below).toHaveBeenCalledOnce()
  expect(screen.queryByRole('dialog')).toBeNull()
})

test('Escape clears a search first, and closes the dialog around it the next time', async () => {
  const children = createRawSnippet(() => ({
    render: () => '<div></div>',
    setup: (target) => {
      const field = mount(SearchField, { target, props: { value: 'ann', label: 'Find' } })
      return () => void unmount(field)
    },
  }))
  const onclose = vi.fn()
  render(Dialog, { props: { open: true, title: 'People', onclose, children } })
  const field = screen.getByRole('searchbox')
  field.focus()
  await press('Escape')
  expect(field).toHaveProperty('value', '')
  expect(onclose).not.toHaveBeenCalled()
  await press('Escape')
  expect(onclose).toHaveBeenCalledOnce()
})
