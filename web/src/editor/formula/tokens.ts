/**
 * Splits a formula into tokens for colouring, help and completion. It reads like the server's scanner
 * (formulas.md §2) but never refuses: what cannot be read is a token of its own.
 */
import { columnRef, type ColumnInfo, type Names, type PartName } from './names'

export type TokenKind =
  | 'function'
  | 'word'
  | 'number'
  | 'text'
  | 'comment'
  | 'operator'
  | 'open'
  | 'close'
  | 'comma'
  | 'column'
  | 'variable'
  | 'part'
  | 'strange'

export interface Token {
  kind: TokenKind
  from: number
  to: number
  /** A column or part that is known, so that it can be one chip. */
  known?: boolean
  /** The column that a reference means. */
  column?: ColumnInfo
  /** The part that a reference means. */
  part?: PartName
}

const SPACE = /[ \t\r\n\u00a0]+/y
const COMMENT = /\/\/[^\n]*/y
const NUMBER = /(?:\d+(?:\.\d+)?|\.\d+)(?:[eE][+-]?\d+)?/y
const WORD = /[A-Za-z_][A-Za-z0-9_]*/y
const TEXT = /"(?:""|\\.|[^"\\])*"?|[“”](?:""|\\.|[^"\\“”])*["“”]?/y
const OPERATOR = /<>|!=|<=|>=|[+\-*/^=<>]/y
const VARIABLE = /\$[A-Za-z_][A-Za-z0-9_.-]*/y
const CALL = /[ \t\r\n\u00a0]*\(/y
const BRACKETS = /[@&!]\[(?:\]\]|[^\]])*\]?/y
const STORED = /[@&!]\{\d*\}?/y
const CELLS = /@(?:[A-Za-z]{1,3}\d*(?::[A-Za-z]{0,3}\d*)?|\d+:\d*)(?![A-Za-z0-9_])/y
/** How far a name reaches that nobody knows. */
const UNKNOWN = /[@&!$][^+\-*/^=<>!,();"\n]*/y

/** The tokens of a text in order; white space is left out. */
export function tokens(text: string, names: Names): Token[] {
  const out: Token[] = []
  let at = 0
  const match = (pattern: RegExp, from = at): number => {
    pattern.lastIndex = from
    const found = pattern.exec(text)
    return found ? found[0].length : 0
  }
  const next = (): Token => {
    const token = (kind: TokenKind, length: number, more: Partial<Token> = {}): Token => ({
      kind,
      from: at,
      to: at + length,
      ...more,
    })
    const sign = text[at] ?? ''
    let n: number
    if ((n = match(COMMENT))) return token('comment', n)
    if ((n = match(NUMBER))) return token('number', n)
    if ((n = match(WORD))) return token(match(CALL, at + n) ? 'function' : 'word', n)
    if ((n = match(TEXT))) return token('text', n)
    if ((n = match(VARIABLE))) return token('variable', n, { known: true })
    if (sign === '(') return token('open', 1)
    if (sign === ')') return token('close', 1)
    if (sign === ',') return token('comma', 1)
    if (sign === '@' || sign === '&' || (sign === '!' && !isComparison(text, at, out))) {
      return reference(text, at, sign, names, match)
    }
    if ((n = match(OPERATOR))) return token('operator', n)
    return token('strange', match(UNKNOWN) || 1)
  }
  while (at < text.length) {
    const blank = match(SPACE)
    at += blank
    if (blank) continue
    const token = next()
    out.push(token)
    at = token.to
  }
  return out
}

/** "!=" is an operator when an operand stands before it. */
function isComparison(text: string, at: number, before: readonly Token[]): boolean {
  if (text[at + 1] !== '=') return false
  const last = before.filter((token) => token.kind !== 'comment').at(-1)
  return !!last && !['function', 'operator', 'open', 'comma', 'strange'].includes(last.kind)
}

function reference(
  text: string,
  at: number,
  sign: string,
  names: Names,
  match: (pattern: RegExp) => number,
): Token {
  const token = (length: number, more: Partial<Token> = {}): Token => ({
    kind: sign === '@' ? 'column' : 'part',
    from: at,
    to: at + length,
    ...more,
  })
  const long = match(BRACKETS) || match(STORED)
  if (long) {
    const spelled = text.slice(at, at + long)
    if (spelled[1] === '{') return token(long, { known: true })
    const column = sign === '@' ? bracketed(spelled, names) : undefined
    const part = sign === '@' ? undefined : bracketedPart(spelled, names)
    return token(long, {
      known: !!column || !!part,
      ...(column && { column }),
      ...(part && { part }),
    })
  }
  if (sign !== '@') {
    const found = longestPart(text, at + 1, names)
    return found
      ? token(1 + found.length, { known: true, part: found.part })
      : token(trimmed(text, at, match(UNKNOWN)))
  }
  const column = longestColumn(text, at + 1, names)
  const cells = match(CELLS)
  if (column && column.name.length + 1 >= cells) {
    return token(1 + column.name.length, { known: true, column })
  }
  return cells ? token(cells, { known: true }) : token(trimmed(text, at, match(UNKNOWN)))
}

function trimmed(text: string, at: number, length: number): number {
  return Math.max(1, text.slice(at, at + length).trimEnd().length)
}

/** The longest name of a column of the active source, else the one other source that has the name. */
function longestColumn(text: string, at: number, names: Names): ColumnInfo | undefined {
  const standing = names.columns.filter(
    (column) => !column.sheet && standsAt(text, at, column.name),
  )
  const longest = (own: boolean) => {
    const from = standing.filter((column) => (column.source === undefined) === own)
    const length = Math.max(0, ...from.map((column) => column.name.length))
    return only(from.filter((column) => column.name.length === length))
  }
  return longest(true) ?? longest(false)
}

/** The first of columns that belong to one source; names that several sources share mean nothing. */
function only(columns: readonly ColumnInfo[]): ColumnInfo | undefined {
  const [first, ...others] = columns
  return others.every((column) => column.of === first?.of) ? first : undefined
}

function longestPart(
  text: string,
  at: number,
  names: Names,
): { part: PartName; length: number } | undefined {
  let best: { part: PartName; length: number } | undefined
  for (const part of names.parts) {
    for (const name of [part.title, part.label]) {
      if (name.length > (best?.length ?? 0) && standsAt(text, at, name)) {
        best = { part, length: name.length }
      }
    }
  }
  return best
}

/** A name stands somewhere as a whole: nothing that could belong to it follows, not even after spaces. */
function standsAt(text: string, at: number, name: string): boolean {
  const here = text.slice(at, at + name.length)
  if (name === '' || here.toLowerCase() !== name.toLowerCase()) return false
  return !/^[ \t\u00a0]*[\p{L}\p{N}_]/u.test(text.slice(at + name.length))
}

function bracketed(spelled: string, names: Names): ColumnInfo | undefined {
  const wanted = inside(spelled)
  const named = names.columns.filter((column) => same(wanted, plain(column)))
  return (
    named.find((column) => column.source === undefined) ??
    only(named) ??
    names.columns.find((column) => same(wanted, `${column.home}/${plain(column)}`))
  )
}

/** A column as it is called within its source. */
function plain(column: ColumnInfo): string {
  return column.sheet ? `${column.sheet},${column.name}` : column.name
}

function bracketedPart(spelled: string, names: Names): PartName | undefined {
  const wanted = inside(spelled)
  return names.parts.find(({ title, label }) => same(wanted, title) || same(wanted, label))
}

function inside(spelled: string): string {
  return spelled.slice(2).replace(/\]$/, '').replaceAll(']]', ']').trim()
}

function same(a: string, b: string): boolean {
  return a !== '' && a.toLowerCase() === b.toLowerCase()
}

/** The references of the columns that a formula uses, as `columnRef` spells them. */
export function usedColumns(text: string, names: Names): Set<string> {
  const used = tokens(text, names).flatMap((token) =>
    token.column ? [columnRef(token.column)] : [],
  )
  return new Set(used)
}
