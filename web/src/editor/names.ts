/** The names that the formulas of a Klip can use, from its records and its data sources. */
import type { SheetPreview, Source } from '$api/contract'
import { nameOf, partType } from './catalogue'
import { distinctNames, type ColumnInfo, type Names, type PartName } from './formula/names'
import { klipOf, partsOf, type Records } from './records'

/** An attached data source with its sheets, as far as they are known. */
export interface AttachedSource {
  id: string
  /** Null while it is loading, and when it is not shared with the person. */
  source: Source | null
  sheets: readonly SheetPreview[]
}

/** Columns of a source's sheets that have a header row; others have no names. */
export function columnsOf(
  one: AttachedSource,
  home: string = one.source?.name ?? '',
  active = true,
): ColumnInfo[] {
  return one.sheets.flatMap((sheet, i) =>
    sheet.header_row === 0
      ? []
      : sheet.columns.map((column) => ({
          name: column.name,
          of: one.id,
          home,
          type: column.type,
          ...(column.pattern && { pattern: column.pattern }),
          ...(!active && { source: home }),
          ...(i > 0 && { sheet: sheet.name }),
          sample: column.sample,
        })),
  )
}

/** What formulas can name of the data sources, those of the active one first. */
export function dataNames(active: string, attached: readonly AttachedSource[]): Names {
  const homes = distinctNames(attached.map((one) => one.source?.name ?? ''))
  const columns = (own: boolean) =>
    attached.flatMap((one, i) =>
      (one.id === active) === own ? columnsOf(one, homes[i] ?? '', own) : [],
    )
  const known = attached.some((one) => one.id === active && one.sheets.length > 0)
  return {
    ...(active && !known && { partial: true }),
    active: homes[attached.findIndex((one) => one.id === active)] ?? '',
    columns: [...columns(true), ...columns(false)],
    parts: [],
    variables: [],
  }
}

/** All names for the formula of one part, which cannot name itself. */
export function namesFor(
  records: Records,
  part: string,
  attached: readonly AttachedSource[],
  variables: readonly string[],
): Names {
  const active = klipOf(records).fields.workspace.activeDatasource
  return { ...dataNames(active, attached), parts: partNames(records, part), variables }
}

/** The other parts that have a formula, as formulas write them. */
export function partNames(records: Records, without: string): PartName[] {
  const components = klipOf(records).children
  const all = components.flatMap((component) =>
    partsOf(records, component)
      .filter((part) => partType(part.fields.type)?.formula)
      .map((part) => ({ part, component })),
  )
  const titles = all.map(({ part }) => titleOf(part.fields.type, part.fields.displayName ?? ''))
  const full = all.map(({ component }, i) => {
    const owner = records[component]
    return `${owner?.kind === 'component' ? nameOf(owner.fields) : ''}/${titles[i]}`
  })
  return all.flatMap(({ part }, i) => {
    if (part.id === without) return []
    const title = titles[i] ?? ''
    if (alike(titles, title).length === 1) {
      return { id: part.id, title, label: part.fields.displayName ?? '' }
    }
    const [long, same] = [full[i] ?? '', alike(full, full[i] ?? '')]
    // As the server numbers what even the component's name does not tell apart.
    return {
      id: part.id,
      title: same.length > 1 ? `${long} #${same.indexOf(i) + 1}` : long,
      label: '',
    }
  })
}

/** Places of the texts that are the same in any case. */
function alike(texts: readonly string[], text: string): number[] {
  return texts.flatMap((other, i) => (other.toLowerCase() === text.toLowerCase() ? [i] : []))
}

function titleOf(type: string, label: string): string {
  const kind = partType(type)?.kind ?? ''
  return label === '' || label.toLowerCase() === kind.toLowerCase() ? kind : `${kind}: ${label}`
}
