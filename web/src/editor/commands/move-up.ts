import type { Command, OnRecord } from '../command'
import { canMove, move } from '../move'

/** Moves a component or part one place up. */
export const moveUp: Command<OnRecord> = {
  name: 'move-up',
  label: 'editor.command.moveUp',
  shortcut: 'alt+arrowup',
  canRun: (view, args) => canMove(view, args, -1),
  run: (view, args) => move(view, args, -1),
}
