// Part of the build: says what each route loads first, compressed, and fails when one of them grows beyond
// its limit, which is its budget (docs/decisions/0011). A dashboard has two pages: that of viewers, which is a build
// of its own, and that of people who change dashboards, whose limit is near what it weighs today.
import { readFileSync } from 'node:fs'
import { gzipSync } from 'node:zlib'
import { firstFiles } from './first-files.js'

/**
 * The first expression that matches a route counts: [expression, budget and limit of its scripts, the same
 * of its styles], in kB (1,024 bytes). Budgets of import, updates, properties and the editor are those of a
 * list and what they may add.
 */
const LIMITS = [
  [/^\/(sign-in|reset|invite)/, [25, 25], [6, 6]],
  [/^a viewer/, [85, 85], [12, 12]],
  [/^\/\[account=slug\]\/dashboards\/\[dashboard\]/, [120, 130], [12, 12]],
  [/\/klips\/\[klip\]\/edit$/, [230, 230], [21, 21]],
  [/\/(import|instances|properties|push)$/, [155, 155], [19, 19]],
  [/./, [120, 120], [16, 16]],
]

const output = new URL('../build/', import.meta.url)
const read = (name) => readFileSync(new URL(name, output))
const generated = '.svelte-kit/generated/client-optimized/'

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

let over = 0
function say(route, files) {
  const sum = (end) =>
    files.filter((name) => name.endsWith(end)).reduce((n, name) => n + size(name), 0)
  const [, ...limits] = LIMITS.find(([matches]) => matches.test(route))
  const words = ['.js', '.css'].map((end, i) => {
    const [budget, limit] = limits[i]
    const now = sum(end)
    if (now > limit) over += 1
    return `${now.toFixed(1).padStart(6)} kB${end} of ${budget}${now > limit ? ` OVER ${limit}` : ''}`
  })
  console.log(words.join('  '), route)
}

// Pages that are builds of their own name their files themselves.
for (const [page, route] of [
  ['door', '/sign-in, /reset, /invite'],
  ['viewer', "a viewer's dashboards"],
]) {
  const html = read(`${page}.html`).toString()
  const files = html.matchAll(/(?:src|href)="\/(assets\/[^"]+\.(?:js|css))"/g)
  say(
    route,
    [...files].map(([, name]) => name),
  )
}
for (const { route, nodes } of routes()) say(route, firstFiles(nodes.map((n) => `nodes/${n}.js`)))
if (over > 0) {
  console.error(
    `${over} sizes are over their limits: load less at first, see scripts/route-sizes.js`,
  )
  process.exit(1)
}
