/** How sets of values are called. */
import type { Source, SourceInstance } from '$api/contract'
import { ago } from '$lib/dates'
import { t } from '$lib/text'

/** `companyID = 7, region = North`; '' where there are no variables. */
export const valuesText = (variables: Record<string, string>) =>
  Object.entries(variables)
    .map(([name, value]) => `${name} = ${value}`)
    .join(', ')

export const instanceName = ({ variables }: Pick<SourceInstance, 'variables'>) =>
  valuesText(variables) || t('web.secretValues')

/** Whether programs push the rows of a data source for each set of values. */
export const bySets = (source: Source) => (source.pushed?.variables ?? []).length > 0

/** When the data of a set of values came; '' = never. */
export function cameText(source: Source, { refreshed_at: at }: SourceInstance): string {
  if (!at) return ''
  return t(source.pushed ? 'pushed.came' : 'web.fetched', { ago: ago(at, Date.now()) })
}

/** Those whose values have a text, in one state or, with "", in any. */
export function findInstances(all: SourceInstance[], text: string, state: string) {
  const wanted = text.trim().toLowerCase()
  return all.filter(
    (one) =>
      (state === '' || one.state === state) && instanceName(one).toLowerCase().includes(wanted),
  )
}
