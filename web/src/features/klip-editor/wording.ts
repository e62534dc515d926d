/** How records are called on screen. */
import { nameOf, partType, type KlipItem } from '$editor/index'
import { day } from '$lib/dates'
import { t } from '$lib/text'

/** The name of a record: what the person called it, else what it is. */
export function labelOf(item: KlipItem): string {
  if (item.kind === 'klip') return t('editor.part.klip')
  return nameOf(item.fields) || kindOf(item)
}

/** What a record is: "Series", "X axis", "Bar / line". */
export function kindOf(item: KlipItem): string {
  if (item.kind === 'klip') return t('editor.part.klip')
  if (item.kind === 'component') {
    const { type } = item.fields
    return type === 'chart' || type === 'table' || type === 'simple_value' || type === 'input'
      ? t(`editor.type.${type}`)
      : type
  }
  if (item.fields.role === 'secondary') return t('editor.part.secondary')
  const known = partType(item.fields.type)
  return known ? t(known.label) : item.fields.type
}

/** A moment in few words: "14:02" today, "8 Sep, 14:02" before. */
export function clockOrDay(at: number, now: Date): string {
  const date = new Date(at)
  const clock = date.toTimeString().slice(0, 5)
  if (date.toDateString() === now.toDateString()) return clock
  return `${day(date.toISOString(), now.getTime())}, ${clock}`
}
