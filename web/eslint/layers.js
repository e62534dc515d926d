import path from 'node:path'

/** What each folder of src may import, besides itself. */
const ALLOWED = {
  routes: ['app', 'features', 'api', 'ui', 'lib'],
  app: ['features', 'klip', 'editor', 'ui', 'api', 'draw', 'lib'],
  features: ['klip', 'editor', 'ui', 'api', 'draw', 'lib'],
  klip: ['ui', 'draw', 'lib'],
  editor: ['api', 'draw', 'lib'],
  ui: ['lib'],
  api: ['lib'],
  draw: ['lib'],
  lib: [],
}

/** Folders that draw or compute and so know neither addresses nor the network. */
const NO_ROUTER = new Set(['draw', 'klip', 'lib', 'api', 'editor'])
const ROUTER = /^(\$app\/|@sveltejs\/kit|\$env\/)/
const NETWORK = /^(openapi-fetch|@tanstack\/svelte-query)$/

/** @type {Record<string, string>} */
const ALIASES = {
  $api: 'api',
  $draw: 'draw',
  $editor: 'editor',
  $features: 'features',
  $klip: 'klip',
  $lib: 'lib',
  $shell: 'app',
  $ui: 'ui',
}

/**
 * Splits a file name into its folder of src and, for features, the feature.
 * @param {string} file path below src with forward slashes
 */
function place(file) {
  const [layer = '', second = ''] = file.split('/')
  return { layer, feature: layer === 'features' ? second : '' }
}

/**
 * Path below src that an import of ours points at, or null for a package.
 * @param {string} source
 * @param {string} from path below src of the importing file
 */
function target(source, from) {
  if (source.startsWith('.')) return path.posix.join(path.posix.dirname(from), source)
  const [head = '', ...rest] = source.split('/')
  const layer = ALIASES[head]
  return layer ? [layer, ...rest].join('/') : null
}

/**
 * Why `from` must not import `source`; null when it may.
 * @param {string} from path below src
 * @param {string} source as written in the import
 */
export function refusal(from, source) {
  const here = place(from)
  const allowed = /** @type {Record<string, string[]>} */ (ALLOWED)[here.layer]
  if (!allowed) return null
  const file = target(source, from)
  if (file === null) {
    if (NO_ROUTER.has(here.layer) && ROUTER.test(source)) return `${here.layer} knows no router`
    if (here.layer === 'draw' && NETWORK.test(source)) return 'draw knows no network'
    return null
  }
  const there = place(file)
  if (there.layer === here.layer) {
    if (there.feature !== here.feature) return 'features do not import each other'
    return null
  }
  return allowed.includes(there.layer) ? null : `${here.layer} must not import ${there.layer}`
}

/** ESLint rule for the import directions of the front end (style guide 3.4 and 3.8). */
export const layers = {
  meta: { type: /** @type {const} */ ('problem'), schema: [] },
  /** @param {import('eslint').Rule.RuleContext} context */
  create(context) {
    const src = path.join(context.cwd, 'src') + path.sep
    if (!context.filename.startsWith(src)) return {}
    const from = context.filename.slice(src.length).split(path.sep).join('/')
    /** @param {any} node */
    const check = (node) => {
      if (typeof node.source?.value !== 'string') return
      const why = refusal(from, node.source.value)
      if (why) context.report({ node: node.source, message: why })
    }
    return {
      ImportDeclaration: check,
      ExportNamedDeclaration: check,
      ExportAllDeclaration: check,
      ImportExpression: check,
    }
  },
}
