import { partType, repeatedPart } from '../catalogue'
import { target, type Command, type EditorView, type OnRecord } from '../command'
import { put } from '../diff'
import { componentOf, partsOf, type ComponentRecord } from '../records'
import { newPart } from '../starters'
import { partRecord } from './add-component'

/** Adds a series to a chart, a column to a table, a comparison to a value. */
export const addPart: Command<OnRecord> = {
  name: 'add-part',
  label: 'editor.command.addPart',
  canRun: (view, args) => {
    const component = place(view, args)
    const type = component && repeatedPart(component.fields.type)
    return !!component && !!type && countOf(view, component, type.type) < type.max
  },
  run: (view, args) => {
    const component = place(view, args)
    const type = component && repeatedPart(component.fields.type)
    if (!component || !type) return {}
    const number = countOf(view, component, type.type) + 1
    const role = freeRole(view, component, type.type)
    const made = newPart(type.type, type.title ? `${type.title} ${number}` : '')
    const part = partRecord(role ? { ...made, role } : made, component.id)
    const chosen = view.session.selection
    const after = component.children.indexOf(chosen)
    const at =
      view.records[chosen]?.kind === 'part' && sameType(view, chosen, type.type) ? after + 1 : 0
    const children = [...component.children]
    children.splice(at || children.length, 0, part.id)
    return {
      diff: put(view.records, part, { ...component, children }),
      session: { selection: part.id, renaming: null },
    }
  },
}

function place(view: EditorView, args: OnRecord): ComponentRecord | null {
  return componentOf(view.records, target(view, args))
}

function countOf(view: EditorView, component: ComponentRecord, type: string): number {
  return partsOf(view.records, component.id).filter((part) => part.fields.type === type).length
}

function sameType(view: EditorView, id: string, type: string): boolean {
  const item = view.records[id]
  return item?.kind === 'part' && item.fields.type === type
}

/** The first role of a part type that no part of the component has. */
function freeRole(view: EditorView, component: ComponentRecord, type: string): string | undefined {
  const taken = partsOf(view.records, component.id).map((part) => part.fields.role)
  return partType(type)?.roles?.find((role) => !taken.includes(role))
}
