import { expect, test } from 'vitest'
import type { AssetKind } from '$api/contract'
import { Graph } from './graph'

function linked(kind: AssetKind, id: string, uses: string[], needed_by: string[]) {
  return { id, kind, uses, needed_by }
}

const graph = new Graph([
  linked('dashboard', 'd', ['k1', 'k2'], []),
  linked('klip', 'k1', ['m'], ['d']),
  linked('klip', 'k2', ['s2'], ['d']),
  linked('klip', 'k3', ['m'], []),
  linked('model', 'm', ['s1'], ['k1', 'k3']),
  linked('source', 's1', [], ['m']),
  linked('source', 's2', [], ['k2']),
])

const ids = (items: { id: string }[]) => items.map((item) => item.id)

test('the reason for an item is the shortest way from something chosen', () => {
  expect(ids(graph.why('s2'))).toEqual(['d', 'k2', 's2'])
  expect(ids(graph.why('s1'))).toEqual(['k3', 'm', 's1'])
  expect(ids(graph.why('d'))).toEqual(['d'])
  expect(graph.why('gone')).toEqual([])
})

test('the path of an item is all above and below it, and nothing beside it', () => {
  expect([...graph.path('m')].sort()).toEqual(['d', 'k1', 'k3', 'm', 's1'])
  expect([...graph.path('k2')].sort()).toEqual(['d', 'k2', 's2'])
})

test('a ring of needs ends', () => {
  const ring = new Graph([linked('model', 'a', ['b'], ['b']), linked('model', 'b', ['a'], ['a'])])
  expect([...ring.path('a')].sort()).toEqual(['a', 'b'])
  expect(ids(ring.why('a'))).toEqual(['a'])
})
