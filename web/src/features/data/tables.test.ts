import { describe, expect, it } from 'vitest'
import { found, inserted } from './tables'

const column = (name: string) => ({ name, kind: 'text', quoted: `"${name}"` })
const table = (name: string, ...columns: string[]) => ({
  schema: 'public',
  name,
  quoted: `"public"."${name}"`,
  columns: columns.map(column),
})

describe('tables of a database', () => {
  const tables = [table('orders', 'id', 'amount'), table('people', 'id', 'name')]

  it('are found by their names and those of their columns', () => {
    expect(found(tables, '').tables).toEqual(tables)
    expect(found(tables, ' ORDER').tables).toEqual([tables[0]])
    expect(found(tables, 'amount').tables).toEqual([table('orders', 'amount')])
    expect(found(tables, 'public.people').open).toBe(true)
    expect(found(tables, 'nothing')).toEqual({ tables: [], left: 0, open: true })
  })

  it('are shown a hundred at a time', () => {
    const many = Array.from({ length: 103 }, (_, n) => table(`t${n}`, 'id'))
    expect([found(many, '').tables.length, found(many, '').left]).toEqual([100, 3])
    expect(found(many, 't').open).toBe(false)
  })

  it('come into the query where the cursor is', () => {
    expect(inserted('SELECT  FROM x', 7, 7, '"id"')).toEqual({ text: 'SELECT "id" FROM x', at: 11 })
    expect(inserted('SELECT', 6, 6, '"id"').text).toBe('SELECT "id"')
    expect(inserted('SELECT old FROM x', 7, 10, '`id`').text).toBe('SELECT `id` FROM x')
    expect(inserted('', 0, 0, 'a').text).toBe('a')
  })
})
