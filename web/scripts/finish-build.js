// Last step of the build: marks the inline scripts and style sheets of index.html for the server's
// nonce, lets the font start early, and puts back the file that lets the Go package compile before the
// first build.
import { readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'

/** The text that the server replaces by the nonce of the answer. */
const NONCE = '__OCTAVO_NONCE__'

const build = new URL('../build/', import.meta.url)
const page = new URL('index.html', build)

const marked = readFileSync(page, 'utf8').replace(
  /<(script|style)(?![^>]*\bnonce=)([^>]*)>/g,
  `<$1 nonce="${NONCE}"$2>`,
)
const folder = new URL('assets/immutable/assets/', build)
const fonts = readdirSync(folder).filter((name) => name.endsWith('.woff2'))
const [font] = fonts
if (!font || fonts.length > 1) throw new Error(`one font file is expected, found ${fonts.length}`)
const preload =
  `<link rel="preload" href="/assets/immutable/assets/${font}" as="font" type="font/woff2" ` +
  'crossorigin />'

if (/\sstyle=/.test(marked)) {
  throw new Error('index.html has a style attribute, which the content security policy forbids')
}
writeFileSync(page, marked.replace('<link rel="icon"', `${preload}\n    <link rel="icon"`))
writeFileSync(new URL('.gitkeep', build), '')
console.log(`finished ${fileURLToPath(page)}`)
