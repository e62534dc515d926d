/** Which clients a push is for. */
import type { RolloutCandidate, RolloutClient, RolloutPlan } from '$api/contract'

export interface ClientChoice {
  q: string
  status: string
  tag: string
  group: string
  property: string
  /** A value of the property; NONE = without one. */
  value: string
}

export const NO_CHOICE: ClientChoice = {
  q: '',
  status: '',
  tag: '',
  group: '',
  property: '',
  value: '',
}

/** Stands for "no value", which no value can be: it begins with a space. */
export const NONE = ' none'

/** The clients that match all filters. */
export function matching(
  clients: readonly RolloutCandidate[],
  { q, status, tag, group, property, value }: ClientChoice,
): RolloutCandidate[] {
  const text = q.trim().toLowerCase()
  return clients.filter(
    (one) =>
      (!text || one.name.toLowerCase().includes(text) || one.slug.includes(text)) &&
      (!status || one.status === status) &&
      (!tag || one.tags.includes(tag)) &&
      (!group || one.groups.includes(group)) &&
      (!property || !value || (value === NONE ? one.value === '' : one.value === value)),
  )
}

/** Finds pasted names: by address, or by name whatever its case. */
export function parsePaste(
  text: string,
  clients: readonly RolloutCandidate[],
): { slugs: string[]; unknown: string[] } {
  const slugs: string[] = []
  const unknown: string[] = []
  for (const line of text.split(/[\n\t;]/)) {
    const name = line.trim().toLowerCase()
    if (!name) continue
    const found = clients.filter((one) => one.slug === name || one.name.toLowerCase() === name)
    if (found.length === 0) unknown.push(line.trim())
    slugs.push(...found.map((one) => one.slug))
  }
  return { slugs: [...new Set(slugs)], unknown }
}

/** Clients with what needs somebody first: full ones, then missing values, then edited copies. */
export function problemsFirst(plan: RolloutPlan): RolloutClient[] {
  const weight = (one: RolloutClient) =>
    (one.ready ? 0 : 4) + (one.missing.length > 0 ? 2 : 0) + (one.edited_here > 0 ? 1 : 0)
  return [...plan.clients].sort((a, b) => weight(b) - weight(a))
}
