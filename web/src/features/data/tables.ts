/** What a search finds among the tables of a database. */
import type { DatabaseTable } from '$api/contract'

/** Most tables that are shown at a time. */
const MOST = 100

export interface Found {
  tables: DatabaseTable[]
  /** Tables that are found and not shown. */
  left: number
  /** Their columns are shown at once: there are few, and they were searched for. */
  open: boolean
}

/** Tables by a part of their name with all columns, others with those columns that have it in theirs. */
export function found(tables: readonly DatabaseTable[], search: string): Found {
  const part = search.trim().toLowerCase()
  const has = (name: string) => name.toLowerCase().includes(part)
  const all = tables.flatMap((table) => {
    if (!part || has(`${table.schema}.${table.name}`)) return [table]
    const columns = table.columns.filter((column) => has(column.name))
    return columns.length > 0 ? [{ ...table, columns }] : []
  })
  return {
    tables: all.slice(0, MOST),
    left: Math.max(0, all.length - MOST),
    open: part !== '' && all.length <= 5,
  }
}

/** A text with a name in place of what is selected, a blank around it where words would meet, and where to go on. */
export function inserted(text: string, from: number, to: number, name: string) {
  const [before, after] = [text.slice(0, from), text.slice(to)]
  const put = `${/[\w)"'`\]]$/.test(before) ? ' ' : ''}${name}${/^[\w("'`[]/.test(after) ? ' ' : ''}`
  return { text: before + put + after, at: from + put.length }
}
