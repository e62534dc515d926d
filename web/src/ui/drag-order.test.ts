import { expect, test, vi } from 'vitest'
import { DragOrder } from './drag-order.svelte'

const event = () => ({ preventDefault: vi.fn() }) as unknown as DragEvent

test('a row goes where it is let go; on itself nothing happens', () => {
  const place = vi.fn()
  const order = new DragOrder<{ id: string }>(place)
  const [a, b] = ['a', 'b'].map((id, i) => ({ row: { id }, on: order.row({ id }, i, id) }))
  b!.on.ondrop(event())
  a!.on.ondragstart(event())
  a!.on.ondragover(event())
  expect(order.isOver(a!.row, 0)).toBe(false)
  a!.on.ondrop(event())
  expect(place).not.toHaveBeenCalled()
  a!.on.ondragstart(event())
  b!.on.ondragover(event())
  expect(order.isOver(b!.row, 1)).toBe(true)
  b!.on.ondrop(event())
  expect(place).toHaveBeenCalledExactlyOnceWith({ id: 'a' }, 1)
  expect(order.isOver(b!.row, 1)).toBe(false)
})
