import type { Command, OnRecord } from '../command'
import { canMove, move } from '../move'

/** Moves a component or part one place down. */
export const moveDown: Command<OnRecord> = {
  name: 'move-down',
  label: 'editor.command.moveDown',
  shortcut: 'alt+arrowdown',
  canRun: (view, args) => canMove(view, args, 1),
  run: (view, args) => move(view, args, 1),
}
