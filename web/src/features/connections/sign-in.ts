/** The fields of a connected account that signs in before it reads. */
import type { Credential, ServiceSignIn } from '$api/contract'

export const USES = ['authorization', 'header', 'query', 'cookie'] as const
export const RESPONSES = ['json', 'xml', 'text'] as const
export const FINDS = ['selector', 'expression'] as const
export const ROW_PLACES = ['query', 'header', 'cookie'] as const

type Use = (typeof USES)[number]
type Method = 'GET' | 'POST'

/** A value that is sent to sign in. */
export interface SignInRow {
  id: number
  place: (typeof ROW_PLACES)[number]
  name: string
  value: string
}

/** The form; what stands where nobody fills in anything is good for most services. */
export interface SignInDraft {
  method: Method
  url: string
  rows: SignInRow[]
  body: string
  response: (typeof RESPONSES)[number]
  find: (typeof FINDS)[number]
  token: string
  /** Seconds for which a token serves; null = each reading signs in. */
  ttl: number | null
  logoutMethod: Method
  logoutUrl: string
  /** Where the token goes, where a request has no place for it. */
  use: Use
  name: string
  prefix: string
}

/** The fields that failures are told at. */
export const SIGN_IN_FIELDS = [
  'sign_in_url',
  'sign_in_method',
  'sign_in_parameters',
  'sign_in_body',
  'sign_in_response',
  'token_selector',
  'token_path',
  'token_ttl_s',
  'logout_url',
]

let rows = 0
export const newRow = (row: Partial<SignInRow> = {}): SignInRow => ({
  place: 'query',
  name: '',
  value: '',
  ...row,
  id: rows++,
})

/** What is typed for a service that takes JSON, to begin with. */
const BODY = '{"username": "{auth.username}", "password": "{auth.password}"}'

/** The form of an account; of none, or one of another kind, that of a new one. */
export function draftOf(one?: Pick<Credential, 'sign_in' | 'in' | 'name' | 'prefix'>): SignInDraft {
  const is = one?.sign_in
  return {
    method: is?.method === 'GET' ? 'GET' : 'POST',
    url: is?.url ?? '',
    rows: (is?.parameters ?? []).map((p) =>
      newRow({ name: p.name, value: p.value, place: p.in ?? 'query' }),
    ),
    body: is ? (is.body ?? '') : BODY,
    response: is?.response ?? 'json',
    find: is?.token_path ? 'expression' : 'selector',
    token: is?.token_path ?? is?.token_selector ?? '',
    ttl: is?.token_ttl_s ?? null,
    logoutMethod: is?.logout_method === 'POST' ? 'POST' : 'GET',
    logoutUrl: is?.logout_url ?? '',
    use: USES.find((use) => is && one.name !== '' && use === one.in) ?? 'authorization',
    name: is ? one.name : '',
    prefix: (is && one.prefix) || 'Bearer',
  }
}

/** What the form says, as the API takes it. */
export function factsOf(draft: SignInDraft) {
  const parameters = draft.rows
    .filter((row) => row.name.trim() !== '' || row.value !== '')
    .map(({ name, value, place }) => ({ name, value, in: place }))
  const signIn: ServiceSignIn = {
    method: draft.method,
    url: draft.url,
    response: draft.response,
    ...(parameters.length > 0 && { parameters }),
    ...(draft.method === 'POST' && draft.body.trim() !== '' && { body: draft.body }),
    ...(draft.find === 'expression'
      ? { token_path: draft.token }
      : { token_selector: draft.token }),
    ...(draft.ttl && { token_ttl_s: draft.ttl }),
    ...(draft.logoutUrl.trim() !== '' && {
      logout_method: draft.logoutMethod,
      logout_url: draft.logoutUrl,
    }),
  }
  if (draft.use === 'authorization')
    return { sign_in: signIn, in: 'header', name: '', prefix: draft.prefix }
  return { sign_in: signIn, in: draft.use, name: draft.name, prefix: '' }
}
