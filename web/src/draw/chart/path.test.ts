import { expect, test } from 'vitest'
import { areaBetween, lineThrough, type Place } from './path'

const run: Place[] = [
  [0, 0],
  [30, 0],
  [60, 30],
  [90, 10],
]

test('a line goes through its points, breaks between runs, and shows a single point', () => {
  expect(lineThrough([run.slice(0, 2), [[80.123, 7]]], 'straight')).toBe('M0,0L30,0M80.12,7Z')
  expect(lineThrough([], 'x')).toBe('')
})

test('a curve passes no value that is not there', () => {
  const d = lineThrough([run], 'x')
  expect(d).toBe('M0,0C10,0,20,0,30,0C40,0,50,30,60,30C70,30,80,20,90,10')
  const turned = run.map(([x, y]): Place => [y, x])
  expect(lineThrough([turned], 'y')).toBe('M0,0C0,10,0,20,0,30C0,40,30,50,30,60C30,70,20,80,10,90')
})

test('an area is closed along its other edge', () => {
  const back = run.slice(0, 2).map(([x]): Place => [x, 40])
  expect(areaBetween([{ there: run.slice(0, 2), back }], 'x')).toBe('M0,0L30,0L30,40L0,40Z')
})
