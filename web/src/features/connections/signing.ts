/** Connected accounts that sign each request: what their fields hold, and what is sent of it. */
import type { AWSKey, Credential } from '$api/contract'

/** What the fields of all kinds that sign hold. */
export interface Signing {
  aws: AWSKey
  /** Session token of a key of AWS that ends by itself; empty for others. */
  session: string
}

/** Fields for a new account, or for one that is changed; secrets are never there. */
export function signingOf(before: Credential | undefined): Signing {
  return { aws: before?.aws ?? { key_id: '', region: '', service: '' }, session: '' }
}

/** What is sent for a kind that signs. A session belongs to the secret that is given with it. */
export function signingFacts(one: Signing) {
  return { aws: one.aws, ...(one.session.trim() && { session_token: one.session.trim() }) }
}
