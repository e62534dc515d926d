/** Client certificates of connected accounts: what their fields hold, and what is sent of it. */
import type { CertificatePair, Credential } from '$api/contract'

/** What the fields of a client certificate hold. */
export interface CertificateFields extends CertificatePair {
  /** One is presented. Of the kind that is nothing else it always is. */
  on: boolean
}

/** Fields for a new account, or for one that is changed; certificate and key stay when both are empty. */
export function certificateOf(before: Credential | undefined): CertificateFields {
  return { on: Boolean(before?.certificate), chain: '', key: '' }
}

/** Whether an account of a kind has nothing but a client certificate. */
export const isCertificate = (kind: string) => kind === 'mtls'

/**
 * What is sent of a client certificate: a new one, an empty one that takes away what is there, or nothing. One that is switched
 * on and left empty is sent as well where there is none yet, so that it is asked for.
 */
export function certificateFacts(
  kind: string,
  before: Credential | undefined,
  fields: CertificateFields,
): { certificate?: CertificatePair } {
  if (kind === 'database') return {}
  const has = Boolean(before?.certificate)
  const { chain, key } = fields
  if (!isCertificate(kind) && !fields.on) return has ? { certificate: { chain: '', key: '' } } : {}
  return has && chain.trim() === '' && key.trim() === '' ? {} : { certificate: { chain, key } }
}

/** Whether the certificate of an account has ended. */
export const hasEnded = (one: Pick<Credential, 'certificate'>, now: number) =>
  one.certificate ? Date.parse(one.certificate.not_after) <= now : false
