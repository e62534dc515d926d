/** The document store of the Klip editor: records, diffs, undo, commands, and what formulas can name. */
export * from './catalogue'
export { type Command, type OnRecord } from './command'
export { commands, ON_SELECTION } from './commands/list'
export { NAME_LENGTH } from './commands/rename'
export { DRAFT_EVERY, draftKey, dropDraft, readDraft, writeDraft, type Draft } from './draft'
export { Editor } from './editor.svelte'
export { callAt, functionAt, widen, type Call } from './formula/call'
export { choicesAt, type Choice, type Choices } from './formula/complete'
export { columnRef, type ColumnInfo, type Names } from './formula/names'
export { toCharacters, toUnits } from './formula/offsets'
export { tokens, usedColumns, type Token } from './formula/tokens'
export { columnsOf, namesFor, type AttachedSource } from './names'
export {
  componentOf,
  formatOf,
  formulaText,
  KLIP,
  klipOf,
  partsOf,
  type ComponentRecord,
  type KlipItem,
  type NodeFields,
  type PartRecord,
  type Records,
} from './records'
