import type { Command } from '../command'
import type { AttachedSource } from '../names'
import { klipOf } from '../records'
import { changeSources } from '../workspace'

/** Opens a data source: names of columns without a source mean its columns. */
export const activateSource: Command<{ source: string; attached: readonly AttachedSource[] }> = {
  name: 'activate-source',
  label: 'editor.command.activateSource',
  canRun: (view, { source }) => {
    const { datasources, activeDatasource } = klipOf(view.records).fields.workspace
    return datasources.includes(source) && activeDatasource !== source
  },
  run: (view, { source, attached }) => {
    const { datasources } = klipOf(view.records).fields.workspace
    return { diff: changeSources(view, attached, datasources, source) }
  },
}
