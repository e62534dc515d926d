/** Reads a curl command, as browsers and manuals give them, into the form of a request. */
import { emptyDraft, newRow, type Draft, type Place } from './request'

/** A sign-in that a command had. It belongs into a connected account, and is no part of the request. */
export interface SignIn {
  kind: 'basic' | 'bearer' | 'api_key'
  secret: string
  userName?: string
  prefix?: string
  /** Of an api_key: of the header, parameter or cookie. */
  name?: string
  in?: Place
}

export interface Pasted {
  draft: Draft
  signIn: SignIn | null
  /** Flags that were left out, because nothing here does the same. */
  left: string[]
}

/** Flags with a value that say nothing about the request. */
const IGNORED_VALUES = [
  ...['-o', '--output', '-w', '--write-out', '--retry', '--retry-delay', '--connect-timeout'],
  ...['-c', '--cookie-jar', '--max-redirs', '-D', '--dump-header', '--retry-max-time'],
]
/** Flags without one. */
const IGNORED = [
  ...['-s', '-S', '--silent', '--show-error', '-v', '--verbose', '-i', '--include', '-L'],
  ...['--location', '--compressed', '-f', '--fail', '-#', '--progress-bar', '-N', '--no-buffer'],
  ...['--http1.1', '--http2', '-4', '-6', '-g', '--globoff', '-O'],
]
/** Short flags with a value that say something about the request. */
const SHORT = ['-X', '-H', '-d', '-F', '-b', '-u', '-A', '-e', '-m']

/** Flags with a value that nothing here does. */
const LEFT_VALUES = [
  ...['--cert', '-E', '--key', '--cacert', '--capath', '-x', '--proxy', '-T', '--upload-file'],
  ...['--resolve', '--interface', '--aws-sigv4', '-K', '--config', '-r', '--range', '--pass'],
]

const LONG: Record<string, string> = {
  '--request': '-X',
  '--header': '-H',
  '--data': '-d',
  '--data-ascii': '-d',
  '--form': '-F',
  '--cookie': '-b',
  '--user': '-u',
  '--user-agent': '-A',
  '--referer': '-e',
  '--max-time': '-m',
  '--get': '-G',
  '--insecure': '-k',
}

/** Names that keys usually have: "X-Api-Key", "apikey", "clientSecret". */
const KEY =
  /(^|[-_.]|api|app|auth|access|client|private|refresh|secret|session|subscription|user)(key|token|secret|passw(or)?d|auth)$/i
const KEY_INSIDE = /[a-z](Key|Token|Secret|Password|Auth)$/
/** What says where a list goes on, or how it is sorted. */
const NO_KEY = /(page|next|sync|continuation|cursor|sort|order|group|partition)[-_]?(key|token)$/i
const isKey = (name: string) => (KEY.test(name) || KEY_INSIDE.test(name)) && !NO_KEY.test(name)

/** The words of a command as a shell of POSIX reads them; null where a quote is not closed. */
export function words(text: string): string[] | null {
  const out: string[] = []
  let word: string | null = null
  for (let i = 0; i < text.length; i++) {
    const c = text.charAt(i)
    if (c === "'" || (c === '$' && text.charAt(i + 1) === "'")) {
      const coded = c === '$'
      const read = quoted(text, coded ? i + 2 : i + 1, "'", coded)
      if (!read) return null
      word = (word ?? '') + read.text
      i = read.end
    } else if (c === '"') {
      const read = quoted(text, i + 1, '"', false)
      if (!read) return null
      word = (word ?? '') + read.text
      i = read.end
    } else if (c === '\\' || (c === '^' && /[\r\n]/.test(text.charAt(i + 1)))) {
      i++
      if (text.charAt(i) === '\r') i++
      if (text.charAt(i) !== '\n') word = (word ?? '') + text.charAt(i)
    } else if (/\s/.test(c)) {
      if (word !== null) out.push(word)
      word = null
    } else word = (word ?? '') + c
  }
  if (word !== null) out.push(word)
  return out
}

const CODES: Record<string, string> = { n: '\n', r: '\r', t: '\t', '0': '\0' }

function quoted(text: string, from: number, mark: string, coded: boolean) {
  let out = ''
  for (let i = from; i < text.length; i++) {
    const c = text.charAt(i)
    if (c === mark) return { text: out, end: i }
    if (c !== '\\' || (mark === "'" && !coded)) {
      out += c
      continue
    }
    const next = text.charAt(++i)
    const hex = coded && /^u[\da-f]{4}|^x[\da-f]{2}/i.exec(text.slice(i))
    if (hex) {
      out += String.fromCharCode(parseInt(hex[0].slice(1), 16))
      i += hex[0].length - 1
    } else if (coded) out += CODES[next] ?? next
    else if (next !== '\n') out += '$`"\\'.includes(next) ? next : `\\${next}`
  }
  return null
}

interface Command {
  method: string
  urls: string[]
  /** Words behind flags that are not known: their values, or the address. */
  maybe: string[]
  headers: string[]
  data: string[]
  json: boolean
  form: string[]
  cookies: string[]
  user: string
  get: boolean
  seconds: number
  left: string[]
}

const taking = (flag: string) =>
  TAKEN.includes(flag) || IGNORED_VALUES.includes(flag) || LEFT_VALUES.includes(flag)

/** The flags of one word, the last with its value where that is joined: -sXPOST, --url=x. */
function flagsOf(word: string): [flag: string, value?: string][] {
  if (word.startsWith('--')) {
    const [long = '', joined] = word.split(/=(.*)/s)
    return [[LONG[long] ?? long, joined]]
  }
  const out: [string, string?][] = []
  for (let i = 1; i < word.length; i++) {
    const flag = `-${word.charAt(i)}`
    const rest = word.slice(i + 1)
    if (taking(flag)) return [...out, rest ? [flag, rest] : [flag]]
    out.push([flag])
  }
  return out
}

function commandOf(list: string[]): Command {
  const c: Command = {
    ...{ method: '', urls: [], maybe: [], headers: [], data: [], json: false, form: [] },
    ...{ cookies: [], user: '', get: false, seconds: 0, left: [] },
  }
  let unknown = false
  for (let i = 0; i < list.length; i++) {
    const word = list[i] ?? ''
    if (!word.startsWith('-') || word === '-') {
      ;(unknown ? c.maybe : c.urls).push(word)
      unknown = false
      continue
    }
    unknown = false
    for (const [flag, joined] of flagsOf(word)) {
      const value = taking(flag) ? (joined ?? list[++i] ?? '') : ''
      if (TAKEN.includes(flag)) take(c, flag, value)
      else if (LEFT_VALUES.includes(flag)) c.left.push(flag)
      else if (flag === '-G') c.get = true
      else if (!IGNORED.includes(flag) && !IGNORED_VALUES.includes(flag)) {
        c.left.push(flag)
        unknown = flag !== '-k' && joined === undefined
      }
    }
  }
  if (c.urls.length === 0) c.urls = c.maybe
  return c
}

/** Flags with a value that say something about the request. */
const TAKEN = [
  ...SHORT,
  ...['--data-raw', '--data-binary', '--data-urlencode', '--json', '--form-string', '--url'],
]

/** Says whether a value is the name of a file, which is not here. */
function ofFile(flag: string, value: string): boolean {
  if (flag === '--data-urlencode') return /^[^=]*@/.test(value)
  if (flag === '-F') return /^[^=]*=[@<]/.test(value)
  if (flag === '-b') return !value.includes('=')
  return ['-d', '--data-binary', '--json', '-H'].includes(flag) && value.startsWith('@')
}

function take(c: Command, flag: string, value: string) {
  if (ofFile(flag, value)) {
    c.left.push(`${flag} ${value}`)
    return
  }
  switch (flag) {
    case '-X':
      c.method = value.toUpperCase()
      return
    case '-H':
      c.headers.push(value)
      return
    case '-d':
    case '--data-raw':
    case '--data-binary':
      c.data.push(value)
      return
    case '--data-urlencode':
      c.data.push(encoded(value))
      return
    case '--json':
      c.data.push(value)
      c.json = true
      return
    case '-F':
    case '--form-string':
      c.form.push(value)
      return
    case '-b':
      c.cookies.push(value)
      return
    case '-u':
      c.user = value
      return
    case '-A':
      c.headers.push(`User-Agent: ${value}`)
      return
    case '-e':
      c.headers.push(`Referer: ${value}`)
      return
    case '-m':
      c.seconds = Number(value)
      return
    case '--url':
      c.urls.push(value)
      return
  }
}

function encoded(value: string): string {
  const at = value.indexOf('=')
  if (at < 0) return encodeURIComponent(value)
  return `${value.slice(0, at)}${at > 0 ? '=' : ''}${encodeURIComponent(value.slice(at + 1))}`
}

/** The form of a command; null where it is none. */
export function readCurl(text: string): Pasted | null {
  const list = words(text.trim())
  if (!list || !/^(.*[/\\])?curl(\.exe)?$/.test(list[0] ?? '')) return null
  const c = commandOf(list.slice(1))
  const [url] = c.urls
  if (!url || c.urls.length > 1) return null
  const draft = emptyDraft()
  const pasted: Pasted = { draft, signIn: null, left: c.left }
  address(pasted, /^https?:\/\//i.test(url) ? url : `https://${url}`)
  if (c.user) {
    const [userName = '', secret = ''] = c.user.split(/:(.*)/s)
    signIn(pasted, basic(userName, secret))
  }
  c.headers.forEach((line) => header(pasted, line))
  c.cookies.forEach((value) => cookies(pasted, value))
  body(pasted, c)
  if (c.seconds > 0) draft.rest.timeout_s = Math.min(300, Math.ceil(c.seconds))
  return pasted
}

const secretOf = (name: string) => `{secret.${name.replaceAll(/[^A-Za-z0-9_.-]/g, '')}}`

/** Keeps a key for a connected account; of another one a secret property takes its place. */
function keep(p: Pasted, place: Place, name: string, secret: string) {
  if (p.signIn) add(p, place, name, secretOf(name))
  else p.signIn = { kind: 'api_key', in: place, name, secret }
}

/** A name and a password. Where only the name is one, it is the key, and connected accounts want a secret. */
function basic(userName: string, secret: string): SignIn {
  if (secret) return { kind: 'basic', userName, secret }
  const bytes = new TextEncoder().encode(`${userName}:`)
  return { kind: 'bearer', prefix: 'Basic', secret: btoa(String.fromCharCode(...bytes)) }
}

/** Keeps a sign-in; a key that was kept before it goes back into the request as a secret property. */
function signIn(p: Pasted, next: SignIn) {
  const before = p.signIn
  p.signIn = next
  if (before?.in && before.name) add(p, before.in, before.name, secretOf(before.name))
  else if (before) p.left.push(before.kind === 'basic' ? '-u' : 'Authorization')
}

const add = (p: Pasted, place: Place, name: string, value: string) =>
  p.draft.rows.push({ ...newRow(place), name, value })

function address(p: Pasted, url: string) {
  const [whole = ''] = url.split('#')
  const [base = '', query = ''] = whole.split(/\?(.*)/s)
  const inside = /^(https?:\/\/)([^/@]*)@(.*)$/i.exec(base)
  p.draft.url = inside ? `${inside[1]}${inside[3]}` : base
  if (inside) {
    const [userName = '', secret = ''] = (inside[2] ?? '').split(/:(.*)/s).map(uncoded)
    signIn(p, basic(userName, secret))
  }
  pairs(query).forEach(([name, value]) => parameter(p, name, value))
}

function parameter(p: Pasted, name: string, value: string) {
  if (isKey(name)) keep(p, 'query', name, value)
  else add(p, 'query', name, value)
}

const pairs = (text: string): [string, string][] =>
  text
    .split('&')
    .filter(Boolean)
    .map((one) => {
      const [name = '', value = ''] = one.split(/=(.*)/s)
      return [plain(name), plain(value)]
    })

const plain = (text: string) => uncoded(text.replaceAll('+', ' '))

function uncoded(text: string): string {
  try {
    return decodeURIComponent(text)
  } catch {
    return text // it is not encoded
  }
}

/** Headers that the connection sets itself. */
const OWN = /^(host|content-length|connection|accept-encoding|transfer-encoding|te|expect)$/i

function header(p: Pasted, line: string) {
  const [name = '', text = ''] = line.split(/:(.*)/s).map((one) => one.trim())
  if (!name || !text || OWN.test(name)) return
  if (/^cookie$/i.test(name)) return cookies(p, text)
  if (/^authorization$/i.test(name)) return authorization(p, text)
  if (isKey(name)) keep(p, 'header', name, text)
  else add(p, 'header', name, text)
}

function authorization(p: Pasted, text: string) {
  const [prefix = '', secret = ''] = text.split(/\s+(.*)/s)
  const pair = /^basic$/i.test(prefix) ? decoded(secret) : null
  if (pair !== null) {
    const [userName = '', password = ''] = pair.split(/:(.*)/s)
    signIn(p, basic(userName, password))
  } else if (secret) signIn(p, { kind: 'bearer', prefix, secret })
  else signIn(p, { kind: 'api_key', in: 'header', name: 'Authorization', secret: prefix })
}

function decoded(text: string): string | null {
  try {
    const bytes = Uint8Array.from(atob(text), (c) => c.charCodeAt(0))
    return new TextDecoder().decode(bytes)
  } catch {
    return null // no base64
  }
}

function cookies(p: Pasted, text: string) {
  for (const one of text.split(';')) {
    const [name = '', value = ''] = one.split(/=(.*)/s).map((part) => part.trim())
    if (!name) continue
    if (isKey(name) || /sess|sid$/i.test(name)) keep(p, 'cookie', name, value)
    else add(p, 'cookie', name, value)
  }
}

/** A line of a form; a connected account has no place for a key there. */
const formLine = (name: string, value: string) => `${name}=${isKey(name) ? secretOf(name) : value}`

function body(p: Pasted, c: Command) {
  const { draft } = p
  const data = c.data.join('&')
  if (c.get) {
    pairs(data).forEach(([name, value]) => parameter(p, name, value))
    return
  }
  if (c.method === 'POST' || ((c.data.length > 0 || c.form.length > 0) && !c.method))
    draft.method = 'POST'
  else if (c.method && c.method !== 'GET') p.left.push(`-X ${c.method}`)
  if (draft.method !== 'POST') {
    if (c.data.length > 0) p.left.push('-d')
    if (c.form.length > 0) p.left.push('-F')
    return
  }
  const type = draft.rows.find((r) => r.place === 'header' && /^content-type$/i.test(r.name))
  const media = (c.json ? 'application/json' : (type?.value ?? '')).toLowerCase()
  if (c.form.length > 0) {
    draft.body = 'multipart'
    draft.text = c.form
      .map((one) => {
        const [name = '', value = ''] = one.split(/=(.*)/s)
        return formLine(name, value)
      })
      .join('\n')
  } else if (media.includes('json') || (!media && /^\s*[[{]/.test(data))) {
    draft.body = 'json'
    draft.text = c.data.join('')
  } else if (data && (!media || media.includes('urlencoded'))) {
    draft.body = 'form'
    draft.text = pairs(data)
      .map(([name, value]) => formLine(name, value))
      .join('\n')
  } else if (data) {
    draft.body = 'raw'
    draft.text = c.data.join('')
    draft.contentType = type?.value ?? ''
  }
  if (draft.body !== 'none') draft.rows = draft.rows.filter((r) => r !== type)
}
