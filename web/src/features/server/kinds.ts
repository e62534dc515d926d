import { hasText, t } from '$lib/text'

/** What a kind of job does, in words; kinds that this build does not know keep their name. */
export function kindText(kind: string): string {
  const key = `jobs.kind.${kind}`
  return hasText(key) ? t(key) : kind
}
