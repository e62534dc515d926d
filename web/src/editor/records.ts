/**
 * A Klip under edit: flat records by id. A record holds its own fields and the order of its children; the
 * document is put together from them. Fields that nobody here knows travel along untouched.
 */
import type { Format, KlipComponent, KlipDoc } from '$api/contract'

/** Id of the record of the Klip itself. */
export const KLIP = 'klip'

/** The fields of a document without its components. */
export type KlipFields = Omit<KlipDoc, 'components'>

/** The fields of a component or part without its id and components. */
export type NodeFields = Omit<KlipComponent, 'id' | 'components'>

export interface KlipRecord {
  readonly kind: 'klip'
  readonly id: typeof KLIP
  /** Ids of the components in order. */
  readonly children: readonly string[]
  readonly fields: KlipFields
}

export interface ComponentRecord {
  readonly kind: 'component'
  readonly id: string
  /** Ids of the parts in order. */
  readonly children: readonly string[]
  readonly fields: NodeFields
}

export interface PartRecord {
  readonly kind: 'part'
  readonly id: string
  /** Id of the component that it belongs to. */
  readonly parent: string
  readonly fields: NodeFields
}

export type KlipItem = KlipRecord | ComponentRecord | PartRecord
export type Records = Readonly<Record<string, KlipItem>>

/** Takes a document apart. The document is not kept and may change afterwards. */
export function toRecords(document: KlipDoc): Records {
  const { components, ...fields } = structuredClone(document)
  const records: Record<string, KlipItem> = {}
  const klip: KlipRecord = { kind: 'klip', id: KLIP, children: components.map((c) => c.id), fields }
  records[KLIP] = klip
  for (const { id, components: parts = [], ...own } of components) {
    records[id] = { kind: 'component', id, children: parts.map((p) => p.id), fields: own }
    for (const { id: part, ...rest } of parts) {
      records[part] = { kind: 'part', id: part, parent: id, fields: rest }
    }
  }
  return freeze(records)
}

/** Puts the document together. The result shares nothing with the records. */
export function toDocument(records: Records): KlipDoc {
  const klip = klipOf(records)
  const components = klip.children.map((id): KlipComponent => {
    const component = componentOf(records, id)
    const parts = (component?.children ?? []).map((part) => ({
      id: part,
      ...records[part]?.fields,
    })) as KlipComponent[]
    return { id, ...component?.fields, components: parts } as KlipComponent
  })
  return structuredClone({ ...klip.fields, components })
}

export function klipOf(records: Records): KlipRecord {
  return records[KLIP] as KlipRecord
}

/** The component of an id: itself, or the one that a part belongs to; null for the Klip. */
export function componentOf(records: Records, id: string): ComponentRecord | null {
  const item = records[id]
  if (item?.kind === 'component') return item
  return item?.kind === 'part' ? (records[item.parent] as ComponentRecord) : null
}

/** The record that lists an id among its children; null for the Klip and for unknown ids. */
export function parentOf(records: Records, id: string): KlipRecord | ComponentRecord | null {
  const item = records[id]
  if (!item || item.kind === 'klip') return null
  return item.kind === 'component' ? klipOf(records) : componentOf(records, id)
}

/** The parts of a component in order. */
export function partsOf(records: Records, component: string): PartRecord[] {
  const item = records[component]
  if (item?.kind !== 'component') return []
  return item.children.flatMap((id) => {
    const part = records[id]
    return part?.kind === 'part' ? [part] : []
  })
}

/** The text of a part's formula; "" without one. */
export function formulaText(item: KlipItem | undefined): string {
  return item?.kind === 'part' ? (item.fields.formulas?.[0]?.text ?? '') : ''
}

export function formatOf(item: KlipItem | undefined): Partial<Format> {
  return item?.kind === 'part' ? (item.fields.format ?? {}) : {}
}

/** A copy of a record with other fields. */
export function withFields<R extends KlipItem>(item: R, fields: Partial<R['fields']>): R {
  return { ...item, fields: { ...item.fields, ...fields } }
}

/** A new id of a part or component: ten characters of a–z and 2–7. */
export function newId(): string {
  const letters = 'abcdefghijklmnopqrstuvwxyz234567'
  return Array.from(crypto.getRandomValues(new Uint8Array(10)), (b) => letters[b & 31]).join('')
}

/** Records never change; in development a slip throws where it happens. */
export function freeze<T>(value: T): T {
  if (!import.meta.env.DEV || typeof value !== 'object' || value === null) return value
  if (Object.isFrozen(value)) return value
  Object.freeze(value)
  for (const inner of Object.values(value)) freeze(inner)
  return value
}
