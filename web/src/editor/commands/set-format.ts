import type { Format } from '$api/contract'
import type { Command } from '../command'
import { put } from '../diff'
import { withFields } from '../records'

type Change = { [K in keyof Format]?: Format[K] | undefined }

/** Changes how the items of a part are written; undefined takes a field back to its default. */
export const setFormat: Command<{ id: string; change: Change }> = {
  name: 'set-format',
  label: 'editor.command.setFormat',
  canRun: (view, { id, change }) => {
    const item = view.records[id]
    if (item?.kind !== 'part') return false
    const now: Change = item.fields.format ?? {}
    return Object.entries(change).some(([key, value]) => now[key as keyof Format] !== value)
  },
  run: (view, { id, change }) => {
    const part = view.records[id]
    if (part?.kind !== 'part') return {}
    const format: Record<string, unknown> = { ...part.fields.format }
    for (const [key, value] of Object.entries(change)) {
      if (value === undefined || value === '') delete format[key]
      else format[key] = value
    }
    const typed = Object.values(change).some((value) => typeof value === 'string')
    const next = withFields(part, { format: format as unknown as Format })
    const merge = typed && !('as' in change) ? `format ${id} ${Object.keys(change).join()}` : ''
    return { diff: put(view.records, next), ...(merge && { merge }) }
  },
}
