import { partType } from '../catalogue'
import { target, type Command, type OnRecord } from '../command'
import { both, put, take } from '../diff'
import { parentOf, partsOf, type PartRecord, type Records } from '../records'

/** Removes a component, or a part that its component can do without. */
export const remove: Command<OnRecord> = {
  name: 'remove',
  label: 'editor.command.remove',
  shortcut: 'delete',
  canRun: (view, args) => {
    const item = view.records[target(view, args)]
    if (!item || item.kind === 'klip') return false
    return item.kind === 'component' || isSpare(view.records, item)
  },
  run: (view, args) => {
    const id = target(view, args)
    const parent = parentOf(view.records, id)
    if (!parent) return {}
    const at = parent.children.indexOf(id)
    const children = parent.children.filter((other) => other !== id)
    const below = partsOf(view.records, id).map((part) => part.id)
    const next = children[Math.min(at, children.length - 1)] ?? parent.id
    return {
      diff: both(take(view.records, [id, ...below]), put(view.records, { ...parent, children })),
      session: { selection: next, renaming: null },
    }
  },
}

/** A part can go when enough of its type stay; the first of several roles has to stay. */
function isSpare(records: Records, part: PartRecord): boolean {
  const type = partType(part.fields.type)
  if (!type) return true
  if (type.roles && part.fields.role === type.roles[0]) return false
  const like = partsOf(records, part.parent).filter((p) => p.fields.type === part.fields.type)
  return like.length > type.min
}
