import type { Command } from '../command'
import type { AttachedSource } from '../names'
import { klipOf } from '../records'
import { changeSources } from '../workspace'

/** Takes a data source off the Klip. Formulas that use it have an error from then on. */
export const detachSource: Command<{ source: string; attached: readonly AttachedSource[] }> = {
  name: 'detach-source',
  label: 'editor.command.detachSource',
  canRun: (view, { source }) => klipOf(view.records).fields.workspace.datasources.includes(source),
  run: (view, { source, attached }) => {
    const { workspace } = klipOf(view.records).fields
    const rest = workspace.datasources.filter((id) => id !== source)
    const active = workspace.activeDatasource === source ? rest[0] : workspace.activeDatasource
    return { diff: changeSources(view, attached, rest, active ?? '') }
  },
}
