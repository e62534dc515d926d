/** Finds the call and the argument that a cursor stands in. */
import type { Token } from './tokens'

export interface Call {
  /** The function's name in capitals. */
  name: string
  /** The argument at the cursor, from 0. */
  argument: number
  /** From the name to the closing parenthesis, or to the end of the text. */
  from: number
  to: number
  /** The argument's own text; empty when there is none yet. */
  span: { from: number; to: number }
}

/** The innermost call round a position, null outside of all calls. */
export function callAt(text: string, list: readonly Token[], position: number): Call | null {
  const open: { token: Token | null; argument: number; start: number }[] = []
  let name: Token | null = null
  for (const token of list) {
    // A closing parenthesis ends its call only for what stands behind it.
    if (token.from >= position) break
    if (token.kind === 'open') open.push({ token: name, argument: 0, start: token.to })
    else if (token.kind === 'close') open.pop()
    else if (token.kind === 'comma') {
      const last = open.at(-1)
      if (last) {
        last.argument++
        last.start = token.to
      }
    }
    name = token.kind === 'function' ? token : null
  }
  const last = open.findLast((one) => one.token !== null)
  if (!last?.token) return null
  return {
    name: text.slice(last.token.from, last.token.to).toUpperCase(),
    argument: last.argument,
    from: last.token.from,
    ...ends(text, list, last.start),
  }
}

/** The function whose name is at a position, or that surrounds it. */
export function functionAt(text: string, list: readonly Token[], position: number): string | null {
  const on = list.find(
    (token) => token.kind === 'function' && token.from <= position && position <= token.to,
  )
  if (on) return text.slice(on.from, on.to).toUpperCase()
  return callAt(text, list, position)?.name ?? null
}

/** Where an argument and its call end. */
function ends(
  text: string,
  list: readonly Token[],
  start: number,
): { to: number; span: { from: number; to: number } } {
  let depth = 0
  let argumentEnd: number | null = null
  let to = text.length
  for (const token of list) {
    if (token.from < start) continue
    if (token.kind === 'open') depth++
    else if (token.kind === 'close') {
      if (depth === 0) {
        to = token.to
        argumentEnd ??= token.from
        break
      }
      depth--
    } else if (token.kind === 'comma' && depth === 0) argumentEnd ??= token.from
  }
  const raw = text.slice(start, argumentEnd ?? text.length)
  const lead = raw.length - raw.trimStart().length
  const from = raw.trim() === '' ? start : start + lead
  return { to, span: { from, to: from + raw.trim().length } }
}

/** A selection widened to the whole call round it; widened again, to the call round that. */
export function widen(
  text: string,
  list: readonly Token[],
  selection: { from: number; to: number },
): { from: number; to: number } {
  let best = { from: 0, to: text.length }
  for (const token of list) {
    if (token.kind !== 'function') continue
    const open = list.find((other) => other.kind === 'open' && other.from >= token.to)
    if (!open) continue
    const { to } = ends(text, list, open.to)
    const holds = token.from <= selection.from && to >= selection.to
    const larger = to - token.from > selection.to - selection.from
    if (holds && larger && to - token.from < best.to - best.from) best = { from: token.from, to }
  }
  return best
}
