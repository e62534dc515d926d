import { target, type EditorView, type OnRecord, type Outcome } from './command'
import { put } from './diff'
import { parentOf, type ComponentRecord, type KlipRecord } from './records'

interface Swap {
  parent: KlipRecord | ComponentRecord
  from: number
  to: number
}

/** The places that a move by a step exchanges; null at the end of the list. Parts pass only their like. */
function swapOf(view: EditorView, args: OnRecord, step: 1 | -1): Swap | null {
  const id = target(view, args)
  const parent = parentOf(view.records, id)
  if (!parent) return null
  const typeOf = (other: string) => {
    const item = view.records[other]
    return item?.kind === 'part' ? item.fields.type : ''
  }
  const from = parent.children.indexOf(id)
  let to = from + step
  while (to >= 0 && to < parent.children.length) {
    if (typeOf(parent.children[to] ?? '') === typeOf(id)) return { parent, from, to }
    to += step
  }
  return null
}

export function canMove(view: EditorView, args: OnRecord, step: 1 | -1): boolean {
  return swapOf(view, args, step) !== null
}

export function move(view: EditorView, args: OnRecord, step: 1 | -1): Outcome {
  const swap = swapOf(view, args, step)
  if (!swap) return {}
  const children = [...swap.parent.children]
  const moved = children[swap.from] as string
  children[swap.from] = children[swap.to] as string
  children[swap.to] = moved
  return { diff: put(view.records, { ...swap.parent, children }) }
}
