import type { KlipComponent } from '$api/contract'
import { componentType } from '../catalogue'
import type { Command } from '../command'
import { both, put } from '../diff'
import { keepNames } from '../keep-names'
import type { ColumnInfo } from '../formula/names'
import { klipOf, type ComponentRecord, type PartRecord } from '../records'
import { starter } from '../starters'

/** Most components of one Klip that the server takes. */
const MOST = 50

/** Adds a component at the end, filled in from columns where that is possible. */
export const addComponent: Command<{ type: string; columns: readonly ColumnInfo[] }> = {
  name: 'add-component',
  label: 'editor.command.addComponent',
  canRun: (view, { type }) =>
    componentType(type) !== undefined && klipOf(view.records).children.length < MOST,
  run: (view, { type, columns }) => {
    const { id, components = [], ...fields } = starter(type, columns)
    const component: ComponentRecord = {
      kind: 'component',
      id,
      children: components.map((part) => part.id),
      fields,
    }
    const parts = components.map((part) => partRecord(part, id))
    const klip = klipOf(view.records)
    const longer = { ...klip, children: [...klip.children, id] }
    const select =
      parts.find((part) => part.fields.type === 'chart_series') ?? parts[0] ?? component
    return {
      diff: keepNames(
        view.records,
        both(put(view.records, component, ...parts), put(view.records, longer)),
      ),
      session: { selection: select.id, renaming: null },
    }
  },
}

export function partRecord(part: KlipComponent, parent: string): PartRecord {
  const { id, ...fields } = part
  return { kind: 'part', id, parent, fields }
}
