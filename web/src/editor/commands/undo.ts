import type { Command } from '../command'

/** Takes the last step back. */
export const undo: Command = {
  name: 'undo',
  label: 'editor.command.undo',
  shortcut: 'mod+z',
  canRun: (view) => view.canUndo,
  run: () => ({ history: 'undo' }),
}
