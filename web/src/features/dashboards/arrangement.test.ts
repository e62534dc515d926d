import { expect, test } from 'vitest'
import { Arrangement } from './arrangement.svelte'
import { newPlacementId, type Placed } from './placed'
import { findOverlap } from './layout'

const placed = (id: string, x: number, y: number, w: number, h: number): Placed => ({
  id,
  x,
  y,
  w,
  h,
  klip: `klip-${id}`,
  auto: true,
})
const known = {
  name: (p: Placed) => p.id.toUpperCase(),
  least: () => ({ w: 2, h: 4 }),
  wanted: (p: Placed, w: number) => (p.id === 'a' ? (w > 6 ? 6 : 5) : null),
}
const start = () =>
  new Arrangement(
    {
      title: 'T',
      placements: [placed('a', 0, 0, 6, 5), placed('b', 6, 0, 6, 5), placed('c', 0, 5, 12, 8)],
    },
    known,
  )
const show = (a: Arrangement) => a.placements.map((p) => `${p.id} ${p.x},${p.y} ${p.w}x${p.h}`)

test('moving by keys says each step and is one change', () => {
  const a = start()
  a.lift('a', 'keys')
  expect(a.said).toBe(
    'A, column 1 of 12, row 1, 6 wide. Arrows move it, Shift and arrows resize it, Enter drops it, Escape cancels.',
  )
  a.step('right')
  expect(a.said).toBe('A, column 7 of 12, row 1, 6 wide')
  a.step('right')
  expect(a.said).toBe('A, column 7 of 12, row 1, 6 wide. It cannot go further.')
  a.step('down')
  expect(a.said).toBe('A, column 7 of 12, row 3, 6 wide')
  expect(a.dirty).toBe(false)
  a.drop()
  expect(a.said).toBe('Dropped. A, column 7 of 12, row 3, 6 wide')
  expect(a.dirty).toBe(true)
  expect(a.undoable).toBe('move')
  a.undo()
  expect(show(a)).toEqual(['a 0,0 6x5', 'b 6,0 6x5', 'c 0,5 12x8'])
  expect(a.dirty).toBe(false)
  a.redo()
  expect(a.find('a')?.y).toBe(13)
})

test('cancelling puts everything back', () => {
  const a = start()
  a.lift('b', 'pointer')
  a.hover({ x: 0, y: 20 })
  expect(a.find('b')?.y).toBe(13)
  a.cancel()
  expect(a.placements).toBe(a.settled)
  expect(a.lifted).toBe('')
  expect(a.undoable).toBeNull()
})

test('a height by hand turns off the automatic one; a width asks for a new one', () => {
  const a = start()
  a.resizeTo('a', { w: 8 })
  expect(a.find('a')).toMatchObject({ w: 8, h: 6, auto: true })
  a.resizeTo('a', { h: 9 })
  expect(a.find('a')).toMatchObject({ w: 8, h: 9, auto: false })
  expect(a.said).toBe('A, column 1 of 12, row 1, 8 wide, 9 steps high')
  a.autoHeight('a')
  expect(a.find('a')).toMatchObject({ h: 6, auto: true })
  a.resizeTo('a', { h: 1 })
  expect(a.find('a')?.h).toBe(4)
})

test('adding and removing', () => {
  const a = start()
  const id = a.add('k', { w: 12, h: 5 })
  expect(a.find(id)).toMatchObject({ klip: 'k', y: 13 })
  a.remove('c')
  expect(a.find(id)?.y).toBe(5)
  expect(findOverlap(a.placements)).toBeNull()
  a.undo()
  a.undo()
  expect(a.dirty).toBe(false)
  for (let i = 0; i < 57; i++) a.add('k', { w: 3, h: 5 })
  expect(a.full).toBe(true)
  expect(a.add('k', { w: 3, h: 5 })).toBe('')
  expect(a.placements).toHaveLength(60)
})

test('a title typed letter by letter is one change', () => {
  const a = start()
  a.rename('Tr')
  a.rename('Tra')
  expect(a.draft.title).toBe('Tra')
  a.undo()
  expect(a.draft.title).toBe('T')
})

test('ids have the form of the server', () => {
  expect(newPlacementId()).toMatch(/^[a-z2-7]{10}$/)
})
