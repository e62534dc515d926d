import { expect, test } from 'vitest'
import type { AssetKind } from '$api/contract'
import { Graph } from './graph'
import { layOut } from './layout'
import { moveOn } from './moves'

const item = (id: string, kind: AssetKind, uses: string[], needed_by: string[]) => ({
  id,
  kind,
  uses,
  needed_by,
})
const items = [
  item('d', 'dashboard', ['k1', 'k2', 'k3'], []),
  item('k1', 'klip', ['s1'], ['d']),
  item('k2', 'klip', ['s1'], ['d']),
  item('k3', 'klip', ['s1', 's2'], ['d']),
  item('s1', 'source', [], ['k1', 'k2', 'k3']),
  item('s2', 'source', [], ['k3']),
]
const map = layOut(items, 1000)
const graph = new Graph(items)
const walk = (from: string, ...keys: string[]) =>
  keys.reduce((at: string | undefined, key) => at && moveOn(key, at, map, graph), from)

test('left and right follow the lines to the nearest end', () => {
  expect(walk('d', 'ArrowRight')).toBe('k2')
  expect(walk('s2', 'ArrowLeft')).toBe('k3')
  expect(walk('k1', 'ArrowLeft')).toBe('d')
  expect(walk('s1', 'ArrowRight')).toBeUndefined()
})

test('up and down stay in the column and end there', () => {
  expect(walk('k1', 'ArrowDown', 'ArrowDown')).toBe('k3')
  expect(walk('k3', 'ArrowDown')).toBeUndefined()
  expect(walk('k3', 'Home')).toBe('k1')
  expect(walk('k1', 'End', 'ArrowUp')).toBe('k2')
})

test('every card can be reached from every other', () => {
  const seen = new Set(['s2'])
  for (const at of seen) {
    for (const key of ['ArrowLeft', 'ArrowRight', 'ArrowUp', 'ArrowDown']) {
      const next = moveOn(key, at, map, graph)
      if (next) seen.add(next)
    }
  }
  expect(seen.size).toBe(items.length)
})
