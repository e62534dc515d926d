import { target, type Command } from '../command'
import { put } from '../diff'
import { keepNames } from '../keep-names'
import { withFields } from '../records'

/** Longest name that the server takes. */
export const NAME_LENGTH = 200

/** Renames a record and what formulas call it. Without a name the tree asks for one. */
export const rename: Command<{ id?: string; name?: string } | undefined> = {
  name: 'rename',
  label: 'editor.command.rename',
  shortcut: 'f2',
  canRun: (view, args) => !!view.records[args?.id ?? view.session.selection],
  run: (view, args) => {
    const id = target(view, args?.id ? { id: args.id } : undefined)
    const item = view.records[id]
    if (!item) return {}
    if (args?.name === undefined) return { session: { selection: id, renaming: id } }
    const name = args.name.slice(0, NAME_LENGTH)
    const session = { renaming: null }
    const merge = `rename ${id}`
    if (item.kind === 'klip') {
      // A Klip always has a title.
      if (name.trim() === '' || name === item.fields.title) return { session }
      return { diff: put(view.records, withFields(item, { title: name })), session, merge }
    }
    if (name === (item.fields.displayName ?? '')) return { session }
    const renamed = put(view.records, withFields(item, { displayName: name }))
    return { diff: keepNames(view.records, renamed), session, merge }
  },
}
