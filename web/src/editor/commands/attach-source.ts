import type { Command } from '../command'
import type { AttachedSource } from '../names'
import { klipOf } from '../records'
import { changeSources } from '../workspace'

/** Most data sources of one Klip that the server takes. */
const MOST = 30

/** Attaches a data source and makes it the active one. */
export const attachSource: Command<{ source: string; attached: readonly AttachedSource[] }> = {
  name: 'attach-source',
  label: 'editor.command.attachSource',
  canRun: (view, { source }) => {
    const { datasources } = klipOf(view.records).fields.workspace
    return datasources.length < MOST && !datasources.includes(source)
  },
  run: (view, { source, attached }) => {
    const { datasources } = klipOf(view.records).fields.workspace
    return { diff: changeSources(view, attached, [...datasources, source], source) }
  },
}
