/** Changes of the attached data sources, with the formulas that name their columns. */
import { both, put, type Diff } from './diff'
import { respell } from './formula/respell'
import type { EditorView } from './command'
import { dataNames, type AttachedSource } from './names'
import { formulaText, klipOf, withFields, type PartRecord } from './records'

/** The change to other data sources; formulas are respelled so that they mean what they meant. */
export function changeSources(
  view: EditorView,
  attached: readonly AttachedSource[],
  datasources: readonly string[],
  active: string,
): Diff {
  const klip = klipOf(view.records)
  const workspace = {
    ...klip.fields.workspace,
    datasources: [...datasources],
    activeDatasource: active,
  }
  const before = dataNames(klip.fields.workspace.activeDatasource, attached)
  const after = dataNames(
    active,
    datasources.map((id) => attached.find((one) => one.id === id) ?? unknown(id)),
  )
  const parts = Object.values(view.records).flatMap((item): PartRecord[] => {
    const text = formulaText(item)
    if (item.kind !== 'part' || text === '') return []
    const next = respell(text, before, after)
    if (next === text) return []
    return [withFields(item, { formulas: [{ ...item.fields.formulas?.[0], text: next }] })]
  })
  return both(put(view.records, withFields(klip, { workspace })), put(view.records, ...parts))
}

function unknown(id: string): AttachedSource {
  return { id, source: null, sheets: [] }
}
