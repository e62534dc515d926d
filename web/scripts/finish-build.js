// Last step of the build: makes the pages that are builds of their own, marks the inline scripts and style sheets
// of all pages for the server's nonce, lets the font start early, and puts back the file that lets the Go package
// compile before the first build.
import { readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { buildPages } from './page-build.js'

/** The text that the server replaces by the nonce of the answer. */
const NONCE = '__OCTAVO_NONCE__'

const build = new URL('../build/', import.meta.url)
await buildPages()

const folder = new URL('assets/immutable/assets/', build)
const fonts = readdirSync(folder).filter((name) => name.endsWith('.woff2'))
const [font] = fonts
if (!font || fonts.length > 1) throw new Error(`one font file is expected, found ${fonts.length}`)
const preload =
  `<link rel="preload" href="/assets/immutable/assets/${font}" as="font" type="font/woff2" ` +
  'crossorigin />'

for (const name of ['index.html', 'door.html', 'viewer.html']) {
  const page = new URL(name, build)
  const marked = readFileSync(page, 'utf8').replace(
    /<(script|style)(?![^>]*\bnonce=)([^>]*)>/g,
    `<$1 nonce="${NONCE}"$2>`,
  )
  if (/\sstyle=/.test(marked)) {
    throw new Error(`${name} has a style attribute, which the content security policy forbids`)
  }
  writeFileSync(page, marked.replace('<link rel="icon"', `${preload}\n    <link rel="icon"`))
  console.log(`finished ${fileURLToPath(page)}`)
}
writeFileSync(new URL('.gitkeep', build), '')
