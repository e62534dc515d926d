/** What can be inserted at a cursor: functions, keywords, columns, variables and parts. */
import type { FunctionDoc } from '$api/contract'
import { callAt } from './call'
import { columnRef, partRef, type Names } from './names'
import { tokens } from './tokens'

export interface Choice {
  /** What the list shows and what typing is matched with. */
  label: string
  kind: 'function' | 'keyword' | 'text' | 'number' | 'bool' | 'date' | 'variable' | 'part'
  /** Quiet text behind the label: a signature, the first values. */
  detail: string
  /** What replaces the range. */
  insert: string
  /** Where the cursor goes, counted from the start of what was inserted. */
  cursor: number
}

export interface Choices {
  /** The range that a choice replaces. */
  from: number
  to: number
  /** Start of what is matched with the labels: behind the sign of a reference. */
  typed: number
  items: Choice[]
}

/** Values shown for a column. */
const SAMPLES = 3

/** The choices at a cursor; null where nothing can be completed. `asked` lists functions without a letter. */
export function choicesAt(
  text: string,
  position: number,
  names: Names,
  functions: readonly FunctionDoc[],
  asked = false,
): Choices | null {
  const list = tokens(text, names)
  const token = list.find((one) => one.from < position && position <= one.to)
  if (token?.kind === 'text' || token?.kind === 'comment' || token?.kind === 'number') return null
  const sign = token ? (text[token.from] ?? '') : ''
  if (token && (token.kind === 'column' || token.kind === 'part' || token.kind === 'variable')) {
    return { ...range(token.from, token.to, 1), items: references(sign, names) }
  }
  if (token?.kind === 'strange' && sign === '$') {
    return { ...range(token.from, token.to, 1), items: references(sign, names) }
  }
  if (token?.kind === 'word' || token?.kind === 'function') {
    const words = keywords(text, position, names, functions)
    return { ...range(token.from, token.to, 0), items: [...words, ...calls(functions)] }
  }
  if (!asked) return null
  const words = keywords(text, position, names, functions)
  return { ...range(position, position, 0), items: [...words, ...calls(functions)] }
}

function range(from: number, to: number, sign: number) {
  return { from, to, typed: from + sign }
}

function references(sign: string, names: Names): Choice[] {
  if (sign === '@') {
    return names.columns.map((column) => {
      const insert = columnRef(column)
      return {
        label: column.name,
        kind: column.type,
        detail: column.source ?? column.sheet ?? (column.sample ?? []).slice(0, SAMPLES).join(', '),
        insert,
        cursor: insert.length,
      }
    })
  }
  if (sign === '$') {
    return names.variables.map((name) => ({
      label: name,
      kind: 'variable',
      detail: '',
      insert: `$${name}`,
      cursor: name.length + 1,
    }))
  }
  const mark = sign === '!' ? '!' : '&'
  return names.parts.map((part) => {
    const insert = partRef(part, mark)
    return { label: part.title, kind: 'part', detail: '', insert, cursor: insert.length }
  })
}

function calls(functions: readonly FunctionDoc[]): Choice[] {
  return functions.map((fn) => ({
    label: fn.name,
    kind: 'function',
    detail: fn.signature.slice(fn.name.length),
    insert: `${fn.name}()`,
    cursor: fn.name.length + (fn.parameters.length > 0 ? 1 : 2),
  }))
}

/** The words that the argument at the cursor takes. */
function keywords(
  text: string,
  position: number,
  names: Names,
  functions: readonly FunctionDoc[],
): Choice[] {
  const call = callAt(text, tokens(text, names), position)
  const fn = functions.find((known) => known.name === call?.name)
  const parameter = call && fn?.parameters[Math.min(call.argument, fn.parameters.length - 1)]
  return (parameter?.keywords ?? []).map((word) => ({
    label: word,
    kind: 'keyword',
    detail: parameter?.name ?? '',
    insert: word,
    cursor: word.length,
  }))
}
