/** A request as its form holds it: one list of parameters, whatever they are sent as. */
import type { WebRequest } from '$api/contract'

export type Place = 'query' | 'header' | 'cookie'
export type BodyType = 'none' | 'json' | 'form' | 'multipart' | 'raw' | 'graphql'
type StoredPages = NonNullable<WebRequest['paginate']>
export type PagesType = 'none' | StoredPages['type']
export type PagesPlace = NonNullable<StoredPages['in']>

export interface Row {
  id: string
  place: Place
  name: string
  value: string
  off: boolean
}

export interface Pages {
  type: PagesType
  place: PagesPlace
  param: string
  sizeParam: string
  size: number | null
  from: string
  /** Of each. */
  values: string
  as: string
  /** Of window. */
  fromParam: string
  toParam: string
  start: string
  end: string
  step: string
  /** Of each and window: how one of their answers comes in pages. */
  then: Pages | null
  /** What came before a page that failed is taken; said of the outermost pages. */
  partial: boolean
  /** What the form does not show of pages of this type. */
  rest: Partial<StoredPages>
}

export interface Draft {
  method: 'GET' | 'POST'
  url: string
  rows: Row[]
  body: BodyType
  text: string
  contentType: string
  pages: Pages
  ca: string
  serverName: string
  /** What the form does not show and keeps as it is. */
  rest: Partial<WebRequest>
}

const ID = 'abcdefghijklmnopqrstuvwxyz234567'

/** An id for a new row; the server wants ten characters, unique in the request. */
export function rowId(): string {
  const bytes = crypto.getRandomValues(new Uint8Array(10))
  return Array.from(bytes, (b) => ID[b % 32]).join('')
}

export function newRow(place: Place = 'query'): Row {
  return { id: rowId(), place, name: '', value: '', off: false }
}

export function noPages(): Pages {
  return {
    type: 'none',
    place: 'query',
    param: '',
    sizeParam: '',
    size: null,
    from: '',
    values: '',
    as: '',
    fromParam: '',
    toParam: '',
    start: '',
    end: '',
    step: 'P1M',
    then: null,
    partial: false,
    rest: {},
  }
}

/** What is asked again and again with other values, and may have pages of its own. */
export const isOuter = (type: PagesType) => type === 'each' || type === 'window'
/** What can say how many rows a page has. */
export const isCounted = (type: PagesType) =>
  type === 'page' || type === 'offset' || type === 'cursor'
/** What has a parameter that goes somewhere. */
export const isNamed = (type: PagesType) => isCounted(type) || type === 'each'

export function emptyDraft(): Draft {
  return {
    method: 'GET',
    url: '',
    rows: [],
    body: 'none',
    text: '',
    contentType: '',
    pages: noPages(),
    ca: '',
    serverName: '',
    rest: {},
  }
}

type Stored = NonNullable<WebRequest['query']>[number]

/** What is written as lines name=value. */
export const isForm = (type?: BodyType) => type === 'form' || type === 'multipart'

/** What the form shows of a stored request. */
export function draftOf(request: WebRequest): Draft {
  const { method, url, query, headers, cookies, body, paginate, tls, ...rest } = request
  const rows = (place: Place, list: Stored[] | undefined): Row[] =>
    (list ?? []).map((r) => ({
      id: r.id ?? rowId(),
      place,
      name: r.name,
      value: r.value ?? '',
      off: r.off ?? false,
    }))
  return {
    method: method ?? 'GET',
    url,
    rows: [...rows('query', query), ...rows('header', headers), ...rows('cookie', cookies)],
    body: body?.type ?? 'none',
    text: isForm(body?.type) ? formText(body?.rows) : (body?.text ?? ''),
    contentType: body?.content_type ?? '',
    pages: pagesFrom(paginate),
    ca: tls?.ca ?? '',
    serverName: tls?.server_name ?? '',
    rest: {
      ...rest,
      ...(body?.variables && { body: { type: 'graphql', variables: body.variables } }),
    },
  }
}

/** The request of a draft. */
export function requestOf(draft: Draft): WebRequest {
  const at = (place: Place): Stored[] =>
    draft.rows
      .filter((r) => r.place === place && r.name.trim())
      .map((r) => ({
        id: r.id,
        name: r.name.trim(),
        ...(r.value && { value: r.value }),
        ...(r.off && { off: true }),
      }))
  const { body: keptBody, ...rest } = draft.rest
  const [ca, serverName] = [draft.ca.trim(), draft.serverName.trim()]
  const lists = { query: at('query'), headers: at('header'), cookies: at('cookie') }
  return {
    ...rest,
    url: draft.url.trim(),
    ...(draft.method === 'POST' && { method: 'POST' as const }),
    ...(lists.query.length > 0 && { query: lists.query }),
    ...(lists.headers.length > 0 && { headers: lists.headers }),
    ...(lists.cookies.length > 0 && { cookies: lists.cookies }),
    ...(draft.method === 'POST' && draft.body !== 'none' && { body: bodyOf(draft, keptBody) }),
    ...(draft.pages.type !== 'none' && { paginate: pagesOf(draft.pages) }),
    ...((ca || serverName) && {
      tls: { ...(ca && { ca }), ...(serverName && { server_name: serverName }) },
    }),
  }
}

function bodyOf(draft: Draft, kept: WebRequest['body']): NonNullable<WebRequest['body']> {
  const type = draft.body as Exclude<BodyType, 'none'>
  if (isForm(type)) return { type, rows: formRows(draft.text) }
  return {
    type,
    text: draft.text,
    ...(type === 'raw' && draft.contentType.trim() && { content_type: draft.contentType.trim() }),
    ...(type === 'graphql' && kept?.variables && { variables: kept.variables }),
  }
}

/** What the form shows of stored pages. */
function pagesFrom(p: StoredPages | undefined): Pages {
  const none = noPages()
  if (!p) return none
  const { type, in: place, param, size_param, size, from, each, window, then, partial, ...rest } = p
  return {
    type,
    place: place ?? 'query',
    param: param ?? '',
    sizeParam: size_param ?? '',
    size: size ?? null,
    from: from ?? '',
    values: each?.values ?? '',
    as: each?.as ?? '',
    fromParam: window?.from_param ?? '',
    toParam: window?.to_param ?? '',
    start: window?.start ?? '',
    end: window?.end ?? '',
    step: window?.step ?? none.step,
    then: isOuter(type) ? pagesFrom(then) : null,
    partial: partial === 'allow',
    rest: { ...rest, ...(window && { window }) },
  }
}

function pagesOf(p: Pages): StoredPages {
  const type = p.type as StoredPages['type']
  const counted = isCounted(type)
  const { window, ...rest } = p.rest
  return {
    ...rest,
    type,
    ...((isNamed(type) || type === 'window') && p.place !== 'query' && { in: p.place }),
    ...(isNamed(type) && p.place !== 'path' && { param: p.param.trim() }),
    ...(counted && p.sizeParam.trim() && { size_param: p.sizeParam.trim() }),
    ...(counted && p.size !== null && { size: p.size }),
    ...((type === 'cursor' || type === 'next_url') && { from: p.from.trim() }),
    ...(type === 'each' && {
      each: { values: p.values, ...(p.as.trim() && { as: p.as.trim() }) },
    }),
    ...(type === 'window' && {
      window: {
        ...window,
        from_param: p.fromParam.trim(),
        ...(p.toParam.trim() && { to_param: p.toParam.trim() }),
        start: p.start.trim(),
        end: p.end.trim(),
        step: p.step.trim(),
      },
    }),
    ...(isOuter(type) && p.then && p.then.type !== 'none' && { then: pagesOf(p.then) }),
    ...(p.partial && { partial: 'allow' as const }),
  }
}

/** Pages of another type: what only those of before know, or only they may have, is forgotten. */
export function setPagesType(p: Pages, type: PagesType) {
  p.type = type
  p.rest = {}
  // A window has no place in the path, and below it there is no other window.
  if (type === 'window' && p.place === 'path') p.place = 'query'
  const keeps = p.then && !(type === 'window' && p.then.type === 'window')
  p.then = !isOuter(type) ? null : keeps ? p.then : noPages()
}

/** A form as lines "name=value". */
function formText(rows: Stored[] | undefined): string {
  return (rows ?? []).map((r) => `${r.name}=${r.value ?? ''}`).join('\n')
}

function formRows(text: string): Stored[] {
  return text
    .split('\n')
    .filter((line) => line.trim())
    .map((line) => {
      const at = line.indexOf('=')
      const [name, value] = at < 0 ? [line, ''] : [line.slice(0, at), line.slice(at + 1)]
      return { id: rowId(), name: name.trim(), ...(value && { value }) }
    })
}

/** Names of variables in a request or query, for which a trial may need values. */
export function variablesOf(request: object): string[] {
  const found = JSON.stringify(request).matchAll(/(?<!\\)\{props\.([A-Za-z0-9_.-]+)/g)
  return [...new Set(Array.from(found, (m) => m[1] ?? ''))]
}
