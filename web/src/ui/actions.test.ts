// @vitest-environment jsdom
import { expect, test } from 'vitest'
import { capsOf, pressed } from './actions.svelte'

const key = (key: string, init: KeyboardEventInit = {}) =>
  pressed(new KeyboardEvent('keydown', { key, ...init }))

test('key presses have one name each', () => {
  expect(key('k', { ctrlKey: true })).toBe('mod+k')
  expect(key('k', { metaKey: true })).toBe('mod+k')
  expect(key('?', { shiftKey: true })).toBe('?')
  expect(key('X', { shiftKey: true })).toBe('shift+x')
  expect(key(' ')).toBe('space')
  expect(key('ArrowDown')).toBe('arrowdown')
})

test('caps are shown in the order to press them', () => {
  expect(capsOf('g h')).toEqual(['G', 'H'])
  expect(capsOf('mod+enter')).toEqual(['Ctrl', '↵'])
})
