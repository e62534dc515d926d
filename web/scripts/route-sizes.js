// Part of the build: says what each route loads first, compressed, and fails when one of them grows beyond
// its limit. Budgets and why most are exceeded: docs/decisions/0011; where a route is over its budget, the limit is what
// it weighs today, so that it can only get lighter.
import { readFileSync } from 'node:fs'
import { gzipSync } from 'node:zlib'

/**
 * The first expression that matches a route counts: [expression, budget and limit of its scripts, the same
 * of its styles], in kB (1,024 bytes). Budgets of import, updates, properties and the editor are those of a
 * list and what they may add.
 */
const LIMITS = [
  [/^\/(sign-in|reset|invite)/, [25, 60], [6, 6]],
  [/^\/\[account=slug\]\/dashboards\/\[dashboard\]/, [85, 159], [12, 13]],
  [/\/klips\/\[klip\]\/edit$/, [230, 182], [21, 19]],
  [/\/(import|instances|properties|push)$/, [155, 149], [19, 18]],
  [/\/(data\/\[source\]|klips\/\[klip\])$/, [120, 169], [16, 19]],
  [/./, [120, 144], [16, 17]],
]

const output = new URL('../.svelte-kit/output/client/', import.meta.url)
const read = (name) => readFileSync(new URL(name, output))
const manifest = JSON.parse(read('.vite/manifest.json'))
const generated = '.svelte-kit/generated/client-optimized/'
const START = 'node_modules/@sveltejs/kit/src/runtime/client/entry.js'

/** Adds what an entry of the manifest loads, whatever it imports included. */
function collect(key, files) {
  const chunk = manifest[key]
  if (!chunk) throw new Error(`the manifest has no ${key}`)
  if (files.has(chunk.file)) return
  files.add(chunk.file)
  for (const style of chunk.css ?? []) files.add(style)
  for (const name of chunk.imports ?? []) collect(name, files)
}

const sizes = new Map()
function size(file) {
  if (!sizes.has(file)) sizes.set(file, gzipSync(read(file), { level: 9 }).length / 1024)
  return sizes.get(file)
}

/** Routes and their nodes: the page, then the layouts around it. Node 0 is the layout of all. */
function routes() {
  const text = readFileSync(new URL(`../${generated}app.js`, import.meta.url), 'utf8')
  const [, list] = /export const dictionary = \{([^}]*(?:\}[^;][^}]*)*)\};/.exec(text) ?? []
  const found = [...(list ?? '').matchAll(/"(\/[^"]*)": \[~?(\d+)(?:,\[([\d,]*)\])?/g)]
  if (found.length < 20)
    throw new Error(`${found.length} routes found: has app.js another form now?`)
  return found.map(([, route, page, layouts = '']) => ({
    route,
    nodes: [0, page, ...layouts.split(',').filter(Boolean)],
  }))
}

const start = Object.keys(manifest).find((key) => key.endsWith(START))
let over = 0
for (const { route, nodes } of routes()) {
  const files = new Set()
  for (const key of [start, `${generated}app.js`, ...nodes.map((n) => `${generated}nodes/${n}.js`)])
    collect(key, files)
  const sum = (end) =>
    [...files].filter((name) => name.endsWith(end)).reduce((n, name) => n + size(name), 0)
  const [, ...limits] = LIMITS.find(([matches]) => matches.test(route))
  const words = ['.js', '.css'].map((end, i) => {
    const [budget, limit] = limits[i]
    const now = sum(end)
    if (now > limit) over += 1
    return `${now.toFixed(1).padStart(6)} kB${end} of ${budget}${now > limit ? ` OVER ${limit}` : ''}`
  })
  console.log(words.join('  '), route)
}
if (over > 0) {
  console.error(
    `${over} sizes are over their limits: load less at first, see scripts/route-sizes.js`,
  )
  process.exit(1)
}
