/** Keeps references between parts right when parts get other names. */
import { apply, put, squash, type Diff } from './diff'
import { respellParts } from './formula/respell'
import { partNames } from './names'
import { formulaText, withFields, type PartRecord, type Records } from './records'

/** A change with the formulas that name its parts rewritten for their new names. */
export function keepNames(records: Records, diff: Diff): Diff {
  const next = apply(records, diff)
  const before = partNames(records, '')
  const after = partNames(next, '')
  const parts = Object.values(next).flatMap((item): PartRecord[] => {
    const text = formulaText(item)
    if (item.kind !== 'part' || !/[&!]/.test(text)) return []
    const spelled = respellParts(text, before, after)
    if (spelled === text) return []
    return [withFields(item, { formulas: [{ ...item.fields.formulas?.[0], text: spelled }] })]
  })
  return squash(diff, put(next, ...parts))
}
