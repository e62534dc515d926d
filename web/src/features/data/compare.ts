/** What a new file changes for the Klips that use a data source. */
import type { SheetPreview } from '$api/contract'

type Column = SheetPreview['columns'][number]

export type ChangeKind = 'missing' | 'type' | 'moved' | 'new'

/** One difference of one column. A column may have moved and be of another type. */
export interface ColumnChange {
  kind: ChangeKind
  /** Name of the sheet; "" when there is only one. */
  sheet: string
  name: string
  was?: Column
  now?: Column
}

export interface Comparison {
  /** What may break a Klip comes first. */
  changes: ColumnChange[]
  sheetsNew: string[]
  sheetsMissing: string[]
}

const ORDER: ChangeKind[] = ['missing', 'type', 'moved', 'new']

/** Compares the data that is there with a file that may take its place, column by column. */
export function compareSheets(before: SheetPreview[], after: SheetPreview[]): Comparison {
  const changes: ColumnChange[] = []
  const one = before.length === 1 && after.length === 1
  for (const old of before) {
    const next = one ? after[0] : after.find((sheet) => sheet.name === old.name)
    if (next) changes.push(...compareColumns(old, next, one ? '' : old.name))
  }
  const names = (sheets: SheetPreview[]) => sheets.map((sheet) => sheet.name)
  const without = (some: string[], others: string[]) =>
    one ? [] : some.filter((name) => !others.includes(name))
  return {
    changes: changes.sort((a, b) => ORDER.indexOf(a.kind) - ORDER.indexOf(b.kind)),
    sheetsNew: without(names(after), names(before)),
    sheetsMissing: without(names(before), names(after)),
  }
}

function compareColumns(before: SheetPreview, after: SheetPreview, sheet: string): ColumnChange[] {
  const old = byName(before)
  const next = byName(after)
  const out: ColumnChange[] = []
  for (const [key, was] of old) {
    const now = next.get(key)
    const about = { sheet, name: label(before, was), was }
    if (!now) {
      out.push({ kind: 'missing', ...about })
      continue
    }
    if (now.type !== was.type) out.push({ kind: 'type', ...about, now })
    if (now.letter !== was.letter) out.push({ kind: 'moved', ...about, now })
  }
  for (const [key, now] of next) {
    if (!old.has(key)) out.push({ kind: 'new', sheet, name: label(after, now), now })
  }
  return out
}

/** Columns by what formulas call them; the second of two equal names is another column. */
function byName(sheet: SheetPreview): Map<string, Column> {
  const out = new Map<string, Column>()
  for (const column of sheet.columns) {
    const name = label(sheet, column)
    let key = name
    for (let n = 2; out.has(key); n++) key = `${name}\n${n}`
    out.set(key, column)
  }
  return out
}

/** The name of a column, or its letter where the sheet has no names. */
function label(sheet: SheetPreview, column: Column): string {
  return (sheet.header_row > 0 && column.name.trim()) || column.letter
}

/** Says whether Klips may show something else or an error afterwards. */
export function mayBreak(found: Comparison): boolean {
  return found.sheetsMissing.length > 0 || found.changes.some((change) => change.kind !== 'new')
}

/** Kinds of change by column letter of one side, for marks in its table. */
export function marksOf(
  found: Comparison,
  sheet: SheetPreview,
  side: 'was' | 'now',
): Map<string, ChangeKind> {
  const out = new Map<string, ChangeKind>()
  for (const change of found.changes) {
    const column = change[side]
    if (!column || !sheet.columns.includes(column)) continue
    if (!out.has(column.letter)) out.set(column.letter, change.kind)
  }
  return out
}

/**
 * A date pattern that the new file has to be tried with first: the server finds most patterns by itself,
 * those with day and month in figures and the year last only when the data source says so.
 */
export function datePattern(sheets: SheetPreview[]): string | undefined {
  const patterns = sheets.flatMap((sheet) => sheet.columns.map((column) => column.pattern))
  return patterns.find((pattern) => pattern !== '' && !/^(y|E|M{3}|d{1,2}\W+M{3})/.test(pattern))
}
