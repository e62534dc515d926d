import { expect, test } from 'vitest'
import { record, redo, startHistory, undo } from './history'
import { addBox, compact, moveBox, removeBox, resizeBox, tidy, type Box } from './layout'

test('undo restores every state exactly, and redo brings it back', () => {
  let state = 7
  const next = (below: number) => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0
    return Math.floor((state / 2 ** 32) * below)
  }
  for (let run = 0; run < 60; run++) {
    const start: readonly Box[] = compact(
      Array.from({ length: 1 + next(20) }, (_, i) => ({
        id: `k${i}`,
        x: next(8),
        y: next(30),
        w: 1 + next(4),
        h: 1 + next(9),
      })),
    )
    let history = startHistory(start)
    const states = [start]
    for (let i = 0; i < 15; i++) {
      const now = history.now
      const id = now[next(now.length)]?.id ?? ''
      const after =
        [
          () => moveBox(now, id, { x: next(12), y: next(40) }),
          () => resizeBox(now, id, { w: 2 + next(11), h: 4 + next(12) }),
          () => (now.length > 1 ? removeBox(now, id) : tidy(now)),
          () => addBox(now, { id: `n${run}-${i}`, x: 0, y: 0, w: 3, h: 5 }),
          () => tidy(now),
        ][next(5)]?.() ?? now
      const copy = structuredClone(now)
      history = record(history, after, 'change')
      expect(now).toEqual(copy)
      states.push(after)
    }
    for (let i = states.length - 2; i >= 0; i--) {
      history = undo(history)
      expect(history.now).toBe(states[i])
    }
    expect(undo(history)).toEqual(history)
    for (const want of states.slice(1)) {
      history = redo(history)
      expect(history.now).toBe(want)
    }
    expect(redo(history)).toEqual(history)
  }
})

test('a change after undo forgets what was taken back', () => {
  let history = record(record(startHistory(1), 2, 'a'), 3, 'b')
  history = record(undo(history), 9, 'c')
  expect(history.now).toBe(9)
  expect(history.future).toEqual([])
  expect(undo(history).now).toBe(2)
})

test('letters of one text are one step', () => {
  let history = record(startHistory('T'), 'Tr', 'title', true)
  history = record(history, 'Tra', 'title', true)
  history = record(history, 'x', 'other', true)
  expect(undo(history).now).toBe('Tra')
  expect(undo(undo(history)).now).toBe('T')
})
