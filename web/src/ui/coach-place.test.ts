import { expect, test } from 'vitest'
import { placeBeside, type Box } from './coach-place'

const WINDOW = { width: 1000, height: 800 }
const MARK = { width: 300, height: 100 }

function apart(thing: Box, at: { left: number; top: number }): boolean {
  return (
    at.left + MARK.width <= thing.left ||
    at.left >= thing.left + thing.width ||
    at.top + MARK.height <= thing.top ||
    at.top >= thing.top + thing.height
  )
}

test('a mark never covers its thing and never leaves the window', () => {
  let placed = 0
  for (const [width, height] of [
    [40, 30],
    [1000, 38],
    [500, 600],
    [200, 790],
  ] as const) {
    for (let left = -20; left < 1000; left += 70) {
      for (let top = -20; top < 800; top += 60) {
        const thing = { left, top, width, height }
        const at = placeBeside(thing, MARK, WINDOW, 38)
        if (!at) continue
        placed++
        expect(apart(thing, at), JSON.stringify({ thing, at })).toBe(true)
        expect(at.left).toBeGreaterThanOrEqual(0)
        expect(at.left + MARK.width).toBeLessThanOrEqual(WINDOW.width)
        expect(at.top).toBeGreaterThanOrEqual(38)
        expect(at.top + MARK.height).toBeLessThanOrEqual(WINDOW.height)
      }
    }
  }
  expect(placed).toBeGreaterThan(200)
})

test('there is no place beside what fills the window or is out of sight', () => {
  expect(placeBeside({ left: 0, top: 0, ...WINDOW }, MARK, WINDOW)).toBeNull()
  expect(placeBeside({ left: 0, top: 900, width: 40, height: 40 }, MARK, WINDOW)).toBeNull()
  expect(placeBeside({ left: 0, top: 0, width: 40, height: 30 }, MARK, WINDOW, 38)).toBeNull()
})
