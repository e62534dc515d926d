import type { Command } from '../command'
import { put } from '../diff'
import { klipOf, withFields } from '../records'

/** Changes the description of the Klip. */
export const describe: Command<{ description: string }> = {
  name: 'describe',
  label: 'editor.command.describe',
  canRun: (view, { description }) => klipOf(view.records).fields.description !== description,
  run: (view, { description }) => ({
    diff: put(view.records, withFields(klipOf(view.records), { description })),
    merge: 'describe',
  }),
}
