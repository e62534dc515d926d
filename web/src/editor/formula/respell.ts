/**
 * Rewrites a formula when another data source becomes the active one: names without a source mean columns
 * of the active source, so what was meant has to be spelled out, or would quietly mean something else.
 */
import { bracket, columnRef, partRef, type ColumnInfo, type Names, type PartName } from './names'
import { tokens, type Token } from './tokens'

/** The formula over `after` that means what `text` means over `before`. */
export function respell(text: string, before: Names, after: Names): string {
  let out = ''
  let at = 0
  for (const token of tokens(text, before)) {
    if (token.kind !== 'column') continue
    const now = text.slice(token.from, token.to)
    const then = token.column
      ? respellColumn(now, token.column, after)
      : respellCells(now, token, before)
    out += text.slice(at, token.from) + then
    at = token.to
  }
  return out + text.slice(at)

  function respellCells(now: string, token: Token, names: Names): string {
    const named = token.known && names.active !== after.active && names.active
    // Stored references, and cells of a source that is named already, mean the same anywhere.
    if (!named || /^@(?:\{|\[[^\]]*\/)/.test(now)) return now
    return `@${bracket(`${named}/${now.replace(/^@\[?|\]$/g, '')}`)}`
  }
}

function respellColumn(now: string, column: ColumnInfo, after: Names): string {
  const [again] = tokens(now, after)
  // Names of sources whose columns are not known could be taken by one of them.
  if (again?.column && sameColumn(again.column, column) && !after.partial) return now
  const target = after.columns.find((other) => sameColumn(other, column))
  // A column that is gone keeps its source in its name, so that no other one takes its place.
  return columnRef(target ?? { ...column, source: column.source ?? column.home })
}

function sameColumn(a: ColumnInfo, b: ColumnInfo): boolean {
  return a.of === b.of && a.sheet === b.sheet && a.name === b.name
}

/** The formula with the names that its parts have now. `before` and `after` are those of one Klip. */
export function respellParts(
  text: string,
  before: readonly PartName[],
  after: readonly PartName[],
): string {
  const names: Names = { active: '', columns: [], parts: before, variables: [] }
  let out = ''
  let at = 0
  for (const token of tokens(text, names)) {
    const now = token.part
    const then = now && after.find((part) => part.id === now.id)
    if (!then || (then.title === now.title && then.label === now.label)) continue
    out += text.slice(at, token.from) + partRef(then, text[token.from] === '!' ? '!' : '&')
    at = token.to
  }
  return out + text.slice(at)
}
