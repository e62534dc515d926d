import { describe, expect, test } from 'vitest'
import { arrange, crossings, type MapItem } from './layers'
import { layOut, settle, type MapLayout } from './layout'

const item = (id: string, kind: MapItem['kind'], ...uses: string[]): MapItem => ({ id, kind, uses })

/** A dashboard like the demo's: eight Klips, two models, five data sources, one used without a model. */
const trading = [
  item('d', 'dashboard', 'k1', 'k2', 'k3', 'k4', 'k5', 'k6', 'k7', 'k8'),
  ...['k1', 'k2'].map((k) => item(k, 'klip', 'm1')),
  ...['k3', 'k4', 'k5', 'k6'].map((k) => item(k, 'klip', 'm2')),
  ...['k7', 'k8'].map((k) => item(k, 'klip', 'm2', 's5')),
  item('m1', 'model', 's1'),
  item('m2', 'model', 's2', 's3', 's4'),
  ...['s1', 's2', 's3', 's4', 's5'].map((s) => item(s, 'source')),
]

/** Many items that use each other in a fixed but irregular way. */
function tangle(klips: number, sources: number): MapItem[] {
  const source = (n: number) => `s${n % sources}`
  return [
    item('d1', 'dashboard', ...Array.from({ length: klips }, (_, i) => `k${i}`)),
    item('d2', 'dashboard', 'k3', 'k1', 'k4'),
    ...Array.from({ length: klips }, (_, i) =>
      item(`k${i}`, 'klip', ...new Set([source(i * 7 + 3), source(i * 5 + 1), `m${i % 3}`])),
    ),
    item('m0', 'model', 's0', 'm1'),
    item('m1', 'model', 's1', 's2'),
    item('m2', 'model', 's3'),
    ...Array.from({ length: sources }, (_, i) => item(`s${i}`, 'source')),
  ]
}

function overlaps({ boxes }: MapLayout): string[] {
  const all = [...boxes.values()]
  return all.flatMap((a, i) =>
    all
      .slice(i + 1)
      .filter(
        (b) =>
          a.x < b.x + b.width &&
          b.x < a.x + a.width &&
          a.y < b.y + b.height &&
          b.y < a.y + a.height,
      )
      .map((b) => `${a.id} ${b.id}`),
  )
}

describe('cards', () => {
  for (const [name, items] of [
    ['of the demo', trading],
    ['of a tangle', tangle(24, 11)],
    ['of a large tangle', tangle(120, 40)],
  ] as const) {
    test(`${name} never overlap and stay inside the map`, () => {
      const map = layOut(items, 1000, (one) => (one.kind === 'dashboard' ? 156 : 48))
      expect(map.boxes.size).toBe(items.length)
      expect(overlaps(map)).toEqual([])
      for (const box of map.boxes.values()) {
        expect(box.x).toBeGreaterThanOrEqual(0)
        expect(box.y).toBeGreaterThanOrEqual(0)
        expect(box.x + box.width).toBeLessThanOrEqual(map.width)
        expect(box.y + box.height).toBeLessThanOrEqual(map.height)
      }
    })
  }

  test('keep at least 10 pixels between each other in a column', () => {
    const map = layOut(tangle(24, 11), 1000)
    for (const column of map.columns) {
      const ys = column.ids.map((id) => map.boxes.get(id)!)
      for (const [i, box] of ys.entries()) {
        const before = ys[i - 1]
        if (before) expect(box.y - before.y - before.height).toBeGreaterThanOrEqual(10)
      }
    }
  })

  test('are the same for the same items, and in the order given when nothing is gained by another', () => {
    expect(layOut(trading, 1000)).toEqual(layOut(structuredClone(trading), 1000))
    expect(layOut(trading, 1000).columns[1]?.ids).toEqual('k1 k2 k3 k4 k5 k6 k7 k8'.split(' '))
  })

  test('stand beside what they are joined to', () => {
    const map = layOut(trading, 1000, (one) => (one.kind === 'dashboard' ? 156 : 48))
    const middle = (id: string) => map.boxes.get(id)!.y + map.boxes.get(id)!.height / 2
    expect(Math.abs(middle('m1') - (middle('k1') + middle('k2')) / 2)).toBeLessThan(24)
    expect(middle('d')).toBeGreaterThan(middle('k3'))
    expect(middle('d')).toBeLessThan(middle('k6'))
  })
})

describe('columns', () => {
  test('follow the kinds and leave out those without items', () => {
    expect(layOut(trading, 1000).columns.map((c) => c.kind)).toEqual([
      'dashboard',
      'klip',
      'model',
      'source',
    ])
    const two = layOut([item('k', 'klip', 's'), item('s', 'source')], 1000)
    expect(two.columns.map((c) => c.kind)).toEqual(['klip', 'source'])
  })

  test('are as many for models as models use each other', () => {
    const kinds = arrange(tangle(6, 4)).layers.map((layer) => layer.kind)
    expect(kinds).toEqual(['dashboard', 'klip', 'model', 'model', 'source'])
  })

  test('fit the room down to a least width', () => {
    expect(layOut(trading, 1000).width).toBeLessThanOrEqual(1000)
    expect(layOut(trading, 300).width).toBe(4 * 204 + 3 * 44)
  })

  test('end for models that use each other in a ring', () => {
    const ring = [item('m1', 'model', 'm2'), item('m2', 'model', 'm1')]
    expect(layOut(ring, 1000).boxes.size).toBe(2)
  })

  test('of nothing are none', () => {
    expect(layOut([], 1000)).toMatchObject({ columns: [], edges: [], width: 0, height: 0 })
  })
})

describe('lines', () => {
  test('do not cross where that can be avoided', () => {
    const twisted = [
      item('a', 'klip', 's3'),
      item('b', 'klip', 's1'),
      item('c', 'klip', 's2', 's1'),
      item('s1', 'source'),
      item('s2', 'source'),
      item('s3', 'source'),
    ]
    expect(crossings(arrange(twisted))).toBe(0)
    expect(crossings(arrange(trading))).toBeLessThanOrEqual(4)
  })

  test('cross less often than in the order given', () => {
    const items = tangle(24, 11)
    const given = arrange(items)
    const place = new Map(items.map((one, i) => [one.id, i]))
    const before = given.layers.map((layer) => ({
      ...layer,
      spots: [...layer.spots].sort((a, b) => (place.get(a.id) ?? 99) - (place.get(b.id) ?? 99)),
    }))
    expect(crossings(given)).toBeLessThan(crossings({ layers: before, links: given.links }))
  })

  test('run from the right edge of the user to the left edge of the used', () => {
    const map = layOut(trading, 1000)
    const edge = map.edges.find(({ from, to }) => from === 'k7' && to === 's5')!
    const [start, end] = [map.boxes.get('k7')!, map.boxes.get('s5')!]
    expect(edge.d.startsWith(`M${start.x + start.width} ${start.y + 24}C`)).toBe(true)
    expect(edge.d.endsWith(`${end.x} ${end.y + 24}`)).toBe(true)
  })

  test('past a column keep clear of its cards', () => {
    const map = layOut(trading, 1000)
    const models = map.columns[2]!
    const edge = map.edges.find(({ from, to }) => from === 'k8' && to === 's5')!
    const [, y, x] = /C\S+ \S+ \S+ (\S+) \S+ \S+H/.exec(edge.d) ? passes(edge.d) : []
    expect(x).toBe(models.x + map.boxes.get('m1')!.width)
    for (const id of models.ids) {
      const card = map.boxes.get(id)!
      expect(y! < card.y || y! > card.y + card.height).toBe(true)
    }
  })

  test('are one for each use', () => {
    const uses = trading.reduce((sum, one) => sum + one.uses.length, 0)
    expect(layOut(trading, 1000).edges).toHaveLength(uses)
  })
})

/** Where a line passes its first column: left edge, height, right edge. */
function passes(d: string): number[] {
  const found = /C\S+ \S+ \S+ \S+ (\S+) (\S+)H(\d+)/.exec(d)
  return found ? found.slice(1).map(Number) : []
}

test('settling moves what would overlap to its common mean and leaves the rest', () => {
  expect(settle([0, 100, 200], [0, 10, 10])).toEqual([0, 100, 200])
  expect(settle([50, 50], [0, 20])).toEqual([40, 60])
  expect(settle([100, 0, 300], [0, 10, 10])).toEqual([45, 55, 300])
})
