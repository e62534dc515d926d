/** How sets of values are called. */
import type { SourceInstance } from '$api/contract'
import { t } from '$lib/text'

export function instanceName(one: Pick<SourceInstance, 'variables'>): string {
  return (
    Object.entries(one.variables)
      .map(([name, value]) => `${name} = ${value}`)
      .join(', ') || t('web.secretValues')
  )
}

/** Those whose values have a text, in one state or, with "", in any. */
export function findInstances(all: SourceInstance[], text: string, state: string) {
  const wanted = text.trim().toLowerCase()
  return all.filter(
    (one) =>
      (state === '' || one.state === state) && instanceName(one).toLowerCase().includes(wanted),
  )
}
