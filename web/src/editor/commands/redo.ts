import type { Command } from '../command'

/** Does again what was taken back. */
export const redo: Command = {
  name: 'redo',
  label: 'editor.command.redo',
  shortcut: 'mod+shift+z',
  canRun: (view) => view.canRedo,
  run: () => ({ history: 'redo' }),
}
