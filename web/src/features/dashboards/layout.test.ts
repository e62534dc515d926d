import { describe, expect, test } from 'vitest'
import {
  addBox,
  cleanRows,
  COLUMNS,
  compact,
  findOverlap,
  firstGap,
  leastSize,
  moveBox,
  neighbour,
  reading,
  removeBox,
  resizeBox,
  rowOf,
  tidy,
  usualSize,
  type Box,
} from './layout'

const box = (id: string, x: number, y: number, w: number, h: number): Box => ({ id, x, y, w, h })
const show = (boxes: readonly Box[]) => boxes.map((b) => `${b.id} ${b.x},${b.y} ${b.w}x${b.h}`)

/** A small generator with a seed, so that a failure can be repeated. */
function random(seed: number) {
  let state = seed
  return (below: number) => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0
    return Math.floor((state / 2 ** 32) * below)
  }
}

function someBoxes(next: (below: number) => number, most = 40): Box[] {
  return Array.from({ length: next(most) + 1 }, (_, i) => {
    const w = 1 + next(COLUMNS)
    return box(`k${i}`, next(COLUMNS - w + 1), next(40), w, 1 + next(12))
  })
}

function expectSound(boxes: readonly Box[]) {
  expect(findOverlap(boxes)).toBeNull()
  for (const b of boxes) {
    expect(b.x).toBeGreaterThanOrEqual(0)
    expect(b.y).toBeGreaterThanOrEqual(0)
    expect(b.x + b.w).toBeLessThanOrEqual(COLUMNS)
    expect(Number.isInteger(b.x) && Number.isInteger(b.y)).toBe(true)
  }
  expect(compact(boxes)).toEqual(boxes)
}

const RUNS = 300

describe('any layout', () => {
  test('compacting never overlaps, is done after once, and leaves no way up', () => {
    for (let seed = 1; seed <= RUNS; seed++) {
      const packed = compact(someBoxes(random(seed)))
      expectSound(packed)
      for (const b of packed) {
        const up = { ...b, y: b.y - 1 }
        const others = packed.filter((o) => o.id !== b.id)
        expect(b.y === 0 || findOverlap([...others, up]) !== null, `seed ${seed}`).toBe(true)
      }
    }
  })

  test('moving and resizing keep it sound and lose nothing', () => {
    for (let seed = 1; seed <= RUNS; seed++) {
      const next = random(seed)
      const start = compact(someBoxes(next))
      const id = start[next(start.length)]?.id ?? ''
      const moved = moveBox(start, id, { x: next(16) - 2, y: next(60) - 4 })
      expectSound(moved)
      const sizes = (boxes: Box[]) => boxes.map((b) => `${b.id} ${b.w}x${b.h}`).sort()
      expect(sizes(moved)).toEqual(sizes(start))
      const sized = resizeBox(start, id, { w: next(16), h: next(30), x: next(14) })
      expectSound(sized)
      const others = (boxes: Box[]) => sizes(boxes.filter((b) => b.id !== id))
      expect(others(sized)).toEqual(others(start))
      expectSound(removeBox(start, id))
      expectSound(
        addBox(start, box('new', 0, 0, 1 + next(12), 1 + next(9)), { x: next(12), y: next(50) }),
      )
    }
  })

  test('to its own place a box moves nothing, and back again restores', () => {
    for (let seed = 1; seed <= RUNS; seed++) {
      const next = random(seed)
      const start = compact(someBoxes(next))
      const b = start[next(start.length)] ?? box('', 0, 0, 1, 1)
      expect(moveBox(start, b.id, b)).toEqual(start)
      expect(resizeBox(start, b.id, b, { w: 1, h: 1 })).toEqual(start)
    }
  })

  test('the first gap is free, and no earlier place is', () => {
    for (let seed = 1; seed <= 80; seed++) {
      const next = random(seed)
      const boxes = compact(someBoxes(next, 20))
      const [w, h] = [1 + next(COLUMNS), 1 + next(9)]
      const at = firstGap(boxes, w, h)
      const free = (x: number, y: number) => findOverlap([...boxes, box('?', x, y, w, h)]) === null
      expect(free(at.x, at.y)).toBe(true)
      for (let y = 0; y <= at.y; y++) {
        for (let x = 0; x + w <= COLUMNS && (y < at.y || x < at.x); x++) {
          expect(free(x, y), `seed ${seed} at ${x},${y}`).toBe(false)
        }
      }
    }
  })

  test('tidying keeps the order and is done after once', () => {
    for (let seed = 1; seed <= RUNS; seed++) {
      const start = compact(someBoxes(random(seed)))
      const done = tidy(start)
      expectSound(done)
      expect(done.map((b) => b.id)).toEqual(start.map((b) => b.id))
      expect(tidy(done)).toEqual(done)
    }
  })

  test('arrows reach every box', () => {
    for (let seed = 1; seed <= 60; seed++) {
      const boxes = compact(someBoxes(random(seed), 25))
      const seen = new Set<string>()
      const queue = [reading(boxes)[0]?.id ?? '']
      for (let id = queue.pop(); id !== undefined; id = queue.pop()) {
        if (seen.has(id)) continue
        seen.add(id)
        for (const way of ['left', 'right', 'up', 'down'] as const) {
          const to = neighbour(boxes, id, way)
          if (to) queue.push(to.id)
        }
      }
      expect(seen.size).toBe(boxes.length)
    }
  })
})

describe('compacting', () => {
  test.each([
    ['closes a gap', [box('a', 0, 5, 6, 4)], ['a 0,0 6x4']],
    [
      'each column by itself',
      [box('a', 0, 0, 6, 4), box('b', 6, 9, 6, 4), box('c', 0, 20, 12, 4)],
      ['a 0,0 6x4', 'b 6,0 6x4', 'c 0,4 12x4'],
    ],
    [
      'never past one above',
      [box('a', 0, 3, 2, 4), box('b', 1, 9, 2, 4), box('c', 2, 20, 2, 4)],
      ['a 0,0 2x4', 'b 1,4 2x4', 'c 2,8 2x4'],
    ],
    [
      'pushes overlaps down',
      [box('b', 0, 0, 4, 4), box('a', 0, 0, 4, 4)],
      ['a 0,0 4x4', 'b 0,4 4x4'],
    ],
  ])('%s', (_, boxes, want) => {
    expect(show(compact(boxes))).toEqual(want)
  })
})

const values = [
  box('a', 0, 0, 3, 5),
  box('b', 3, 0, 3, 5),
  box('c', 6, 0, 3, 5),
  box('d', 9, 0, 3, 5),
]

describe('moving', () => {
  test('in a full row neighbours change places at their middle', () => {
    expect(show(moveBox(values, 'a', { x: 1, y: 0 }))).toEqual(show(values))
    const order = (x: number, y = 0) =>
      moveBox(values, 'a', { x, y })
        .map((b) => b.id)
        .join('')
    expect(order(2)).toBe('bacd')
    expect(order(6)).toBe('bcad')
    expect(order(9, 2)).toBe('bcda')
    expect(
      moveBox(values, 'd', { x: 0, y: 0 })
        .map((b) => b.id)
        .join(''),
    ).toBe('dabc')
  })

  test('widths stay in a row of different ones', () => {
    const row = [box('a', 0, 0, 5, 12), box('b', 5, 0, 3, 12), box('c', 8, 0, 4, 12)]
    expect(show(moveBox(row, 'a', { x: 7, y: 1 }))).toEqual([
      'b 0,0 3x12',
      'c 3,0 4x12',
      'a 7,0 5x12',
    ])
  })

  test('between two rows it pushes the lower one down', () => {
    const boxes = [...values, box('e', 0, 5, 12, 10), box('f', 0, 15, 6, 8)]
    expect(show(moveBox(boxes, 'f', { x: 0, y: 4 })).slice(4)).toEqual([
      'f 0,5 6x8',
      'e 0,13 12x10',
    ])
    expect(show(moveBox(boxes, 'f', { x: 0, y: 11 }))).toEqual(show(boxes))
  })

  test('downwards it passes a box when its lower edge passes the middle', () => {
    const two = [box('a', 0, 0, 12, 5), box('b', 0, 5, 12, 10)]
    expect(moveBox(two, 'a', { x: 0, y: 5 }).map((b) => b.id)).toEqual(['a', 'b'])
    expect(show(moveBox(two, 'a', { x: 0, y: 6 }))).toEqual(['b 0,0 12x10', 'a 0,10 12x5'])
  })

  test('what hangs under a box that goes below goes with it', () => {
    const boxes = [box('m', 0, 0, 6, 20), box('y', 6, 0, 6, 20), box('z', 3, 20, 6, 2)]
    const moved = moveBox(boxes, 'm', { x: 6, y: 3 })
    expect(findOverlap(moved)).toBeNull()
    expect(moved.map((b) => b.id).indexOf('y')).toBeLessThan(moved.map((b) => b.id).indexOf('z'))
  })
})

describe('resizing', () => {
  test('to the right pushes the neighbour down, not the box itself', () => {
    expect(show(resizeBox(values, 'b', { w: 6 }))).toEqual([
      'a 0,0 3x5',
      'b 3,0 6x5',
      'd 9,0 3x5',
      'c 6,5 3x5',
    ])
  })

  test('to the left as well', () => {
    expect(show(resizeBox(values, 'b', { w: 6, x: 0 }))).toContain('b 0,0 6x5')
  })

  test('never under the least size and never over the edge', () => {
    const [small] = resizeBox([box('a', 9, 0, 3, 12)], 'a', { w: 1, h: 1 }, leastSize(['chart']))
    expect(small).toEqual(box('a', 9, 0, 3, 8))
    expect(resizeBox([box('a', 9, 0, 3, 12)], 'a', { w: 8 })).toEqual([box('a', 4, 0, 8, 12)])
  })
})

test('sizes follow the components', () => {
  expect(leastSize([])).toEqual({ w: 2, h: 4 })
  expect(leastSize(['simple_value', 'table'])).toEqual({ w: 4, h: 8 })
  expect(usualSize(['simple_value'])).toEqual({ w: 3, h: 5 })
  expect(usualSize(['chart', 'unknown'])).toEqual({ w: 6, h: 12 })
})

test('a row with something reaching into it is none', () => {
  const side = [
    box('a', 0, 0, 6, 10),
    box('b', 6, 0, 6, 5),
    box('c', 6, 5, 6, 5),
    box('d', 0, 10, 12, 4),
  ]
  expect(cleanRows(side).map((row) => row.map((b) => b.id).join(''))).toEqual(['a', 'b', 'c', 'd'])
  expect(cleanRows(values).map((row) => row.length)).toEqual([4])
  expect(show(tidy([box('a', 0, 0, 6, 10), box('b', 6, 0, 6, 7)]))).toEqual([
    'a 0,0 6x10',
    'b 6,0 6x10',
  ])
})

test('neighbours and rows', () => {
  const boxes = [...values, box('e', 0, 5, 8, 10), box('f', 8, 5, 4, 10)]
  expect(neighbour(boxes, 'a', 'right')?.id).toBe('b')
  expect(neighbour(boxes, 'd', 'right')?.id).toBe('e')
  expect(neighbour(boxes, 'd', 'down')?.id).toBe('f')
  expect(neighbour(boxes, 'f', 'up')?.id).toBe('d')
  expect(neighbour(boxes, 'a', 'up')).toBeNull()
  expect(rowOf(boxes, boxes[5] ?? box('', 0, 0, 1, 1))).toBe(2)
})
