import type { Command } from '../command'
import { put } from '../diff'
import { withFields } from '../records'

/** Changes a property of the Klip, a component or a part. */
export const setProperty: Command<{
  id: string
  property: string
  value: unknown
  typed?: boolean
}> = {
  name: 'set-property',
  label: 'editor.command.setProperty',
  canRun: (view, { id, property, value }) => {
    const item = view.records[id]
    const now = (item?.fields.properties as Record<string, unknown> | undefined)?.[property]
    return !!item && now !== value
  },
  run: (view, { id, property, value, typed }) => {
    const item = view.records[id]
    if (!item) return {}
    const merge = typed || typeof value === 'number' ? `property ${id} ${property}` : undefined
    const properties = { ...item.fields.properties, [property]: value }
    const next =
      item.kind === 'klip'
        ? withFields(item, { properties: properties as typeof item.fields.properties })
        : withFields(item, { properties })
    return { diff: put(view.records, next), ...(merge && { merge }) }
  },
}
