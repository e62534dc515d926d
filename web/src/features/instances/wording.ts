/** What the screens say of an instance. Pure, so that it can be tested. */
import type { Drift, Instance, Push, PushedInstance } from '$api/contract'
import { ago, day } from '$lib/dates'
import { nameList } from '$lib/names'
import { number, t } from '$lib/text'
import type { Blocked } from './reach'

/** State of an instance beside the master's version. */
export function stateText(instance: Instance, version: number): string {
  if (instance.state === 'blocked') return t('instances.state.blocked')
  if (instance.state === 'up_to_date') return t('instances.state.up_to_date')
  const behind = version - instance.has_version
  return instance.has_version > 0 && behind > 0
    ? t('instances.state.behind', { n: behind })
    : t('instances.state.behindOld')
}

/** Version that it has and version of the master: "12 → 14", "14" when they are the same. */
export function versionText(instance: Instance, version: number): string {
  const has = instance.has_version > 0 ? number(instance.has_version) : t('instances.versionOld')
  return instance.has_version === version ? has : t('instances.versions', { has, now: version })
}

/** Who changed it in the client, and when. */
export function editsText(instance: Instance, now: number): string {
  if (!instance.edited) return t('instances.editsNone')
  const when = instance.edited_at ? ago(instance.edited_at, now) : ''
  return instance.edited_by ? t('instances.edits', { who: instance.edited_by, ago: when }) : when
}

/** Why an update does not reach some instances, in a sentence. */
export function reasonText({ block, names }: Pick<Blocked, 'block' | 'names'>): string {
  if (!block) return ''
  const params = { names: nameList(names, Infinity) }
  return names.length > 1
    ? t(`instances.blockPlural.${block}`, params)
    : t(`instances.block.${block}`, params)
}

/** What to do about it. */
export function remedyText({ block }: Pick<Blocked, 'block'>): string {
  return block ? t(`instances.todo.${block}`) : ''
}

/** What an update will make of it. */
export function resultText(instance: Instance, version: number): string {
  if (instance.state === 'blocked') return t('instances.result.blocked')
  if (instance.state === 'up_to_date' && !instance.edited) return t('instances.result.unchanged')
  return t(instance.edited ? 'instances.result.overwritten' : 'instances.result.updated', {
    n: version,
  })
}

/** Line under the name of the client: what the Klip is called there, and since when it is there. */
export function clientText(instance: Instance, now: number): string {
  return t('instances.about', { name: instance.name, day: day(instance.imported_at, now) })
}

/** What became of an update: how many it changed, and what of them can be rolled back. */
export function pushText(push: Push): string {
  const all = t('instances.push.count', { n: push.instances })
  if (push.rolled_back === push.instances) return t('instances.push.allBack', { all })
  const parts = [
    all,
    push.rolled_back > 0 ? t('instances.push.back', { n: push.rolled_back }) : '',
    push.instances - push.open - push.rolled_back > 0
      ? t('instances.push.since', { n: push.instances - push.open - push.rolled_back })
      : '',
  ]
  return parts.filter(Boolean).join(', ')
}

/** What a roll back makes of an instance, before and after it. */
export function backText(
  one: Pick<PushedInstance, 'state' | 'back_to' | 'edited'>,
  done = false,
): string {
  if (one.state !== 'open' && !(done && one.state === 'rolled_back'))
    return t(`instances.pushed.${one.state}`)
  const version =
    one.back_to > 0 ? t('instances.backTo', { n: one.back_to }) : t('instances.backToOld')
  return one.edited ? t('instances.backEdited', { version }) : version
}

/** How far those behind are behind at most: "by up to 3 versions". */
export function behindText(drift: Pick<Drift, 'behind_by'>): string {
  const furthest = drift.behind_by.at(-1)
  if (!furthest) return ''
  if (furthest.versions === 0) return t('instances.drift.byOld')
  const key = drift.behind_by.length > 1 ? 'instances.drift.upTo' : 'instances.drift.by'
  return t(key, { n: furthest.versions })
}
