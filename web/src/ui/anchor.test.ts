import { expect, test } from 'vitest'
import { placed } from './anchor'

const room = { width: 400, height: 300 }
const size = { width: 120, height: 100 }
const at = (left: number, top: number) => ({ left, top, right: left + 40, bottom: top + 20 })

test('what opens stands below its button and shares an edge with it', () => {
  expect(placed(at(100, 50), size, room, 'bottom', 'start')).toEqual({ left: 100, top: 76 })
  expect(placed(at(200, 50), size, room, 'bottom', 'end')).toEqual({ left: 120, top: 76 })
  expect(placed(at(100, 50), size, room, 'right', 'start')).toEqual({ left: 146, top: 50 })
})

test('it goes to the side with more room and never over an edge', () => {
  expect(placed(at(100, 250), size, room, 'bottom', 'start').top).toBe(144)
  expect(placed(at(100, 20), size, room, 'top', 'start').top).toBe(46)
  expect(placed(at(350, 50), size, room, 'right', 'start').left).toBe(224)
  expect(placed(at(390, 50), size, room, 'bottom', 'start').left).toBe(272)
  expect(placed(at(0, 50), size, room, 'bottom', 'end').left).toBe(8)
})
