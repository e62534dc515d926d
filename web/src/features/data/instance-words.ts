/** How sets of values are called. */
import type { SourceInstance } from '$api/contract'
import { t } from '$lib/text'

/** `companyID = 7, region = North`; '' where there are no variables. */
export const valuesText = (variables: Record<string, string>) =>
  Object.entries(variables)
    .map(([name, value]) => `${name} = ${value}`)
    .join(', ')

export const instanceName = ({ variables }: Pick<SourceInstance, 'variables'>) =>
  valuesText(variables) || t('web.secretValues')

/** Those whose values have a text, in one state or, with "", in any. */
export function findInstances(all: SourceInstance[], text: string, state: string) {
  const wanted = text.trim().toLowerCase()
  return all.filter(
    (one) =>
      (state === '' || one.state === state) && instanceName(one).toLowerCase().includes(wanted),
  )
}
