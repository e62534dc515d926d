import { expect, test } from 'vitest'
import type { BarItem } from '$api/contract'
import { viewerTabs } from './viewer-tabs'

const item = (id: string, more: Partial<BarItem> = {}): BarItem => ({
  id,
  title: id.toUpperCase(),
  open: true,
  why: 'added',
  favourite: false,
  home: false,
  locked: false,
  ...more,
})
const library = ['a', 'b', 'c'].map((id) => ({ id, title: id.toUpperCase() }))
const ids = (list: { id: string }[]) => list.map((one) => one.id).join('')

test('open dashboards are tabs, the rest is behind them', () => {
  const { tabs, all } = viewerTabs(
    [item('b'), item('c', { open: false, favourite: true })],
    library,
  )
  expect(ids(tabs)).toBe('b')
  expect(ids(all)).toBe('bca')
  expect(all.map((one) => one.favourite)).toEqual([false, true, false])
})

test('where nothing is open everything is a tab, but not before the bar is known', () => {
  expect(ids(viewerTabs([], library).tabs)).toBe('abc')
  expect(ids(viewerTabs(undefined, library).tabs)).toBe('')
  expect(viewerTabs(undefined, undefined)).toEqual({ tabs: [], all: [] })
})
