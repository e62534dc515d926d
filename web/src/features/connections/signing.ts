/** Connected accounts that sign each request: what their fields hold, and what is sent of it. */
import type { AWSKey, Credential, Signature } from '$api/contract'

export const ALGORITHMS = ['sha256', 'sha512', 'sha1'] as const
export const ENCODINGS = ['hex', 'base64', 'base64url'] as const
/** Where a signature stands. */
export const SIGNED_IN = ['header', 'query'] as const

/** Kinds that sign each request. */
export const isSigning = (kind: string) => ['aws_sigv4', 'hmac'].includes(kind)

/** What the fields of all kinds that sign hold. */
export interface Signing {
  aws: AWSKey
  /** Session token of a key of AWS that ends by itself; empty for others. */
  session: string
  signature: Signature
  in: (typeof SIGNED_IN)[number]
  name: string
  /** Stands before the signature, blanks included. */
  prefix: string
}

/** Fields for a new account, or for one that is changed; secrets are never there. */
export function signingOf(before: Credential | undefined): Signing {
  const own = before?.kind === 'hmac' ? before : undefined
  return {
    aws: before?.aws ?? { key_id: '', region: '', service: '' },
    session: '',
    signature: before?.signature ?? {
      algorithm: 'sha256',
      encoding: 'hex',
      text: '{request.method}\n{request.path}\n{request.query}\n{request.date}\n{request.body}',
    },
    in: own?.in === 'query' ? 'query' : 'header',
    name: own?.name ?? 'X-Signature',
    prefix: own?.prefix ?? '',
  }
}

/** What is sent for a kind that signs. A session belongs to the secret that is given with it. */
export function signingFacts(kind: string, one: Signing) {
  if (kind === 'hmac')
    return { signature: one.signature, in: one.in, name: one.name, prefix: one.prefix }
  return { aws: one.aws, ...(one.session.trim() && { session_token: one.session.trim() }) }
}
