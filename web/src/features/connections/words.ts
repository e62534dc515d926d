/** Words for connected accounts. */
import { ApiError } from '$api/client'
import { errorText } from '$api/errors'
import { hasText, t } from '$lib/text'
import type { Credential } from '$api/contract'
import { hasEnded } from './certificate'

export const KINDS = [
  'api_key',
  'basic',
  'bearer',
  'digest',
  'wsse',
  'ntlm',
  'two_step',
  'aws_sigv4',
  'hmac',
  'mtls',
  'database',
] as const
/** Kinds with a user name and a password. */
export const isNamed = (kind: string) =>
  ['basic', 'digest', 'wsse', 'two_step', 'ntlm', 'database'].includes(kind)
export const TLS_MODES = ['verify-full', 'verify-ca', 'require', 'disable'] as const
export const PLACES = ['header', 'query', 'cookie'] as const

/** A host as people write it: what an origin says of itself is left out. */
export function hostText(origin: string): string {
  const database = /^[a-z]+:\/\/([^/]+)\/(.*)$/.exec(origin)
  if (database?.[2]) return `${database[1]} / ${decodeURIComponent(database[2])}`
  if (origin.startsWith('https://')) return origin.slice(8).replace(/:443$/, '')
  return origin.replace(/:80$/, '')
}

/** Hosts as they stand in a field, one on each line, and back. */
export const hostLines = (hosts: readonly string[]) => hosts.map(hostText).join('\n')
export const hostsOf = (lines: string) =>
  lines
    .split(/[\n,]/)
    .map((line) => line.trim())
    .filter((line) => line !== '')

/** How a connected account is doing: tone and word. */
export function stateOf(one: Pick<Credential, 'state' | 'ok_at' | 'certificate'>): {
  tone: 'good' | 'bad' | 'ring'
  label: string
} {
  if (one.state !== 'ok')
    return { tone: 'bad', label: t('connections.state.needs_reauthorization') }
  if (hasEnded(one, Date.now())) return { tone: 'bad', label: t('connections.state.ended') }
  if (!one.ok_at) return { tone: 'ring', label: t('connections.state.unused') }
  return { tone: 'good', label: t('connections.state.ok') }
}

/** By how many data sources it is used, and in how many accounts when that is news. */
export function usesText(one: Pick<Credential, 'sources' | 'accounts'>): string {
  const sources = t('connections.uses', { n: one.sources })
  return one.accounts > 1 ? t('connections.usesIn', { sources, n: one.accounts }) : sources
}

/** What is wrong with a field, when the failure is about that one. */
export function wrong(failure: unknown, field: string): string | undefined {
  if (!(failure instanceof ApiError) || failure.field !== field) return undefined
  const key = `connections.wrong.${String(failure.params.reason)}`
  return failure.code === 'bad_credential' && hasText(key) ? t(key) : errorText(failure)
}

/** Those that can take the place of another one: of its kind, and for all of its hosts. */
export function replacementsFor(one: Credential, all: readonly Credential[]): Credential[] {
  return all.filter(
    (other) =>
      other.id !== one.id &&
      other.kind === one.kind &&
      one.hosts.every((host) => other.hosts.includes(host)),
  )
}
