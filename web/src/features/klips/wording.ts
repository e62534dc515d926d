/** How facts about Klips are put into words. */
import type { Account } from '$api/account'
import type { Klip } from '$api/contract'
import type { MessageKey } from '$lib/messages'
import { t } from '$lib/text'

/** The name of a component type; types that this build does not know are called empty. */
export function componentLabel(type: string): MessageKey {
  if (type === 'chart' || type === 'table' || type === 'simple_value' || type === 'input')
    return `editor.type.${type}`
  return 'editor.type.none'
}

/** The data of a Klip in a few words. */
export function sourcesText(klip: Pick<Klip, 'sources'>): string {
  const [first, ...rest] = klip.sources
  if (!first) return t('klips.noData')
  const name = first.name || t('editor.sourceUnknown')
  return rest.length > 0 ? t('klips.moreSources', { name, n: rest.length }) : name
}

/** Where an imported Klip came from; null for others. */
export function originText(klip: Pick<Klip, 'origin'>): string | null {
  if (!klip.origin) return null
  const { account } = klip.origin
  return account ? t('klips.from', { name: account.name }) : t('klips.fromAgency')
}

/** Says whether the person may see and update the client instances of a Klip. */
export function hasInstances(account: Account): boolean {
  return account.kind === 'parent' && account.can('client.access')
}
