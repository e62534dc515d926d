import { partType } from '../catalogue'
import type { Command } from '../command'
import { put } from '../diff'
import { formulaText, withFields } from '../records'

/** Changes the formula of a part. Typing is one step until there is a pause. */
export const setFormula: Command<{ id: string; text: string }> = {
  name: 'set-formula',
  label: 'editor.command.setFormula',
  canRun: (view, { id, text }) => {
    const item = view.records[id]
    if (item?.kind !== 'part' || partType(item.fields.type)?.formula === false) return false
    return formulaText(item) !== text
  },
  run: (view, { id, text }) => {
    const part = view.records[id]
    if (part?.kind !== 'part') return {}
    // References that the server could not spell keep what they stand for.
    const formulas = text.trim() === '' ? [] : [{ ...part.fields.formulas?.[0], text }]
    return { diff: put(view.records, withFields(part, { formulas })), merge: `formula ${id}` }
  },
}
