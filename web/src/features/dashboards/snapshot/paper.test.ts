import { describe, expect, test } from 'vitest'
import { seeded } from '$draw/testing'
import { compact } from '../layout'
import { GAP, heightOf, type Item } from '../flow'
import { breakPages, placeCards, type Spot } from './paper'

const item = (id: string, x: number, y: number, w: number, h: number): Item => ({
  ...{ id, x, y, w, h },
  auto: false,
})
const show = (spots: readonly Spot<Item>[]) =>
  spots.map((spot) => `${spot.item.id} page ${spot.page} at ${spot.y}`)

const pages = (items: Item[], height: number) => breakPages(placeCards(items, 1240), () => height)

test('a row that does not fit goes to the next page as a whole', () => {
  const rows = [
    item('a', 0, 0, 6, 10),
    item('b', 6, 0, 6, 5),
    item('c', 0, 10, 4, 3),
    item('d', 4, 10, 8, 10),
  ]
  expect(show(pages(rows, 400))).toEqual([
    'a page 0 at 0',
    'b page 0 at 0',
    'c page 1 at 0',
    'd page 1 at 0',
  ])
  expect(show(pages(rows, 464))[3]).toBe('d page 0 at 240')
})

test('cards beside a tall one break where their own edges are', () => {
  const tall = [
    item('t', 0, 0, 6, 30),
    item('a', 6, 0, 6, 10),
    item('b', 6, 10, 6, 10),
    item('c', 6, 20, 6, 10),
  ]
  const spots = pages(tall, 600)
  expect(show(spots)).toEqual([
    't page 0 at 0',
    'a page 0 at 0',
    'b page 0 at 240',
    'c page 1 at 0',
  ])
  expect(spots[0]?.height).toBe(600)
})

test('a card taller than any page is made as low as a page', () => {
  const spots = pages(
    [item('a', 0, 0, 12, 5), item('b', 0, 5, 12, 200), item('c', 0, 205, 12, 5)],
    500,
  )
  expect(show(spots)).toEqual(['a page 0 at 0', 'b page 0 at 120', 'c page 1 at 0'])
  expect(spots[1]?.height).toBe(380)
})

test('one endless page breaks nothing', () => {
  const items = [item('a', 0, 0, 12, 90), item('b', 0, 90, 12, 5)]
  expect(show(breakPages(placeCards(items, 1376), () => Infinity))).toEqual([
    'a page 0 at 0',
    `b page 0 at ${heightOf(90) + GAP}`,
  ])
})

test('no cards need no pages', () => {
  expect(breakPages([], () => 100)).toEqual([])
})

describe('any arrangement', () => {
  test.each(Array.from({ length: 200 }, (_, i) => i))('seed %i', (seed) => {
    const random = seeded(seed)
    const below = (n: number) => Math.floor(random() * n)
    const boxes = Array.from({ length: 1 + below(20) }, (_, i) => {
      const w = 2 + below(11)
      return item(`k${i}`, below(13 - w), below(80), w, 4 + below(40))
    })
    const items = compact(boxes)
    const heights = [700 + below(100), 712 + below(100)]
    const room = (page: number) => heights[Math.min(page, 1)]!
    const spots = breakPages(placeCards(items, 1240), room)

    expect(spots.map((spot) => spot.item.id).sort()).toEqual(items.map((one) => one.id).sort())
    for (const spot of spots) {
      expect(spot.y).toBeGreaterThanOrEqual(0)
      expect(spot.y + spot.height).toBeLessThanOrEqual(room(spot.page))
      // Only what no page holds is lower than it was, and never less than half of a page.
      const own = heightOf(spot.item.h)
      if (spot.height < own) {
        expect(own).toBeGreaterThan(Math.min(...heights))
        expect(spot.height).toBeGreaterThanOrEqual(Math.min(...heights) / 2)
      } else expect(spot.height).toBe(own)
    }
    const used = new Set(spots.map((spot) => spot.page))
    expect([...used].sort((a, b) => a - b)).toEqual([...used.keys()].map((_, i) => i))
    spots.forEach((a, i) => {
      for (const b of spots.slice(i + 1)) {
        const apart =
          a.page !== b.page ||
          a.x + a.width + GAP <= b.x + 1 ||
          b.x + b.width + GAP <= a.x + 1 ||
          a.y + a.height + GAP <= b.y ||
          b.y + b.height + GAP <= a.y
        expect(apart, `${a.item.id} and ${b.item.id}`).toBe(true)
      }
    })
  })
})
