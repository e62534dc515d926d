/** All commands of the editor. Menus, keys and the palette read this list. */
import { activateSource } from './activate-source'
import { addComponent } from './add-component'
import { addPart } from './add-part'
import { attachSource } from './attach-source'
import { describe } from './describe'
import { detachSource } from './detach-source'
import { moveDown } from './move-down'
import { moveUp } from './move-up'
import { redo } from './redo'
import { remove } from './remove'
import { rename } from './rename'
import { setFormat } from './set-format'
import { setFormula } from './set-formula'
import { setProperty } from './set-property'
import { undo } from './undo'

export const commands = {
  undo,
  redo,
  rename,
  addComponent,
  addPart,
  moveUp,
  moveDown,
  remove,
  describe,
  setFormula,
  setFormat,
  setProperty,
  attachSource,
  detachSource,
  activateSource,
} as const

/** Commands that need nothing but the selected record, in the order of menus. */
export const ON_SELECTION = [rename, addPart, moveUp, moveDown, remove] as const
