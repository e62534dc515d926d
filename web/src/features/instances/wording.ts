/** What the screens say of an instance. Pure, so that it can be tested. */
import { ago, day } from '$lib/dates'
import { t } from '$lib/text'
import type { Instance } from '$api/contract'

/** State of an instance beside the master's version. */
export function stateText(instance: Instance, now: number): string {
  if (instance.state === 'blocked') return t('instances.state.blocked')
  if (instance.state === 'up_to_date') return t('instances.state.up_to_date')
  const behind = now - instance.has_version
  return instance.has_version > 0 && behind > 0
    ? t('instances.state.behind', { n: behind })
    : t('instances.state.behindOld')
}

/** Version that it has and version of the master. */
export function versionText(instance: Instance, now: number): string {
  const has = instance.has_version > 0 ? String(instance.has_version) : t('instances.versionOld')
  return instance.has_version === now ? has : t('instances.versions', { has, now })
}

/** Who changed it in the client, and when. */
export function editsText(instance: Instance, time: number): string {
  if (!instance.edited) return t('instances.editsNone')
  const when = instance.edited_at ? ago(instance.edited_at, time) : ''
  return instance.edited_by ? t('instances.edits', { who: instance.edited_by, ago: when }) : when
}

/** Why an update does not reach it, and what to do; empty where nothing blocks. */
export function blockText(instance: Instance): string {
  if (!instance.block) return ''
  const names = instance.blocked_by.join(', ')
  const reason = instance.blocked_by.length > 1 ? 'instances.blockPlural' : 'instances.block'
  return `${t(`${reason}.${instance.block}`, { names })} ${t(`instances.todo.${instance.block}`)}`
}

/** What an update will make of it. */
export function resultText(instance: Instance, now: number): string {
  if (instance.state === 'blocked') return t('instances.result.blocked')
  if (instance.state === 'up_to_date' && !instance.edited) return t('instances.result.unchanged')
  return t(instance.edited ? 'instances.result.overwritten' : 'instances.result.updated', {
    n: now,
  })
}

/** Line under the name of the client. */
export function clientText(instance: Instance, time: number): string {
  return t('instances.importedAt', { day: day(instance.imported_at, time) })
}
