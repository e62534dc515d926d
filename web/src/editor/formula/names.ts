/** What a formula can name: columns of the attached sources, parts of the Klip, variables. */

/** A column of an attached data source. */
export interface ColumnInfo {
  name: string
  /** Id of its data source. */
  of: string
  /** Name of its data source as formulas spell it, also where it can be left out. */
  home: string
  type: 'text' | 'number' | 'bool' | 'date'
  /** Pattern of dates. */
  pattern?: string
  /** Name of the source as formulas spell it; absent for columns of the active source. */
  source?: string
  /** Name of the sheet; absent for the first or only one. */
  sheet?: string
  /** The first different values, as texts. */
  sample?: readonly string[]
}

/** A part that other formulas can refer to. */
export interface PartName {
  id: string
  /** As it is written after & or !: "Series: Revenue". */
  title: string
  /** The label alone; "" when it cannot stand alone. */
  label: string
}

export interface Names {
  /** Name of the active data source; "" without one. */
  active: string
  /** The columns of the active data source are not known. */
  partial?: boolean
  columns: readonly ColumnInfo[]
  parts: readonly PartName[]
  /** Names of variables without the $. */
  variables: readonly string[]
}

/** Names that can be read without brackets: no operator, no comma, and no cell such as B3 or A:A. */
const PLAIN = /^[\p{L}_][\p{L}\p{N}_ .%#]*$/u
const CELLS = /^[A-Za-z]{1,3}\d*$/

/** A column as a formula names it: "@net_sales", or "@[Orders/net sales (€)]". */
export function columnRef(column: Pick<ColumnInfo, 'name' | 'source' | 'sheet'>): string {
  const name = column.sheet ? `${column.sheet},${column.name}` : column.name
  if (column.source !== undefined) return `@${bracket(`${column.source}/${name}`)}`
  if (column.sheet || !PLAIN.test(name) || CELLS.test(name)) return `@${bracket(name)}`
  return `@${name}`
}

/** A part as a formula names it, with the sign & for its result or ! for its formula. */
export function partRef(part: PartName, sign: '&' | '!'): string {
  return sign + part.title
}

export function bracket(name: string): string {
  return `[${name.replaceAll(']', ']]')}]`
}

/** Sources that share a name get numbers, as the server spells them: "Sales", "Sales #2". */
export function distinctNames(names: readonly string[]): string[] {
  const seen = new Map<string, number>()
  return names.map((name) => {
    const key = name.toLowerCase()
    const n = (seen.get(key) ?? 0) + 1
    seen.set(key, n)
    return n > 1 ? `${name} #${n}` : name
  })
}
