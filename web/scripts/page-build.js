// Pages that are builds of their own, without SvelteKit: see src/app/door.ts and src/app/viewer/viewer.ts.
import { readFileSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { svelte, vitePreprocess } from '@sveltejs/vite-plugin-svelte'
import { build } from 'vite'
import { areaTexts } from './area-texts.js'
import { firstFiles } from './first-files.js'
import { iconShapes } from './icon-shapes.js'
import { onlyUsedSvelte } from './only-used-svelte.js'
import { sharedChunks } from './shared-chunks.js'

const web = path.join(import.meta.dirname, '..')
const src = path.join(web, 'src')

const ALIASES = Object.fromEntries(
  ['api', 'draw', 'features', 'klip', 'lib', 'ui'].map((name) => [
    `$${name}`,
    path.join(src, name),
  ]),
)

/** What the page of viewers has in place of parts of the application that bring more than it needs. */
const OF_VIEWERS = {
  'api/cache.ts': 'app/viewer/cache.svelte.ts',
  'ui/pages.ts': 'app/viewer/pages.svelte.ts',
}

/**
 * The page of the application with other scripts and style sheets.
 * @param {string} head
 */
export function pageWith(head) {
  return readFileSync(path.join(src, 'app.html'), 'utf8')
    .replace('%sveltekit.head%', head)
    .replace('%sveltekit.body%', '')
}

/**
 * Takes files of ours for others.
 * @param {Record<string, string>} files by what they stand for, below src
 * @returns {import('vite').Plugin}
 */
function inPlaceOf(files) {
  const places = new Map(
    Object.entries(files).map(([from, to]) => [path.join(src, from), path.join(src, to)]),
  )
  return {
    name: 'octavo-in-place-of',
    enforce: 'pre',
    async resolveId(source, importer, options) {
      const found = await this.resolve(source, importer, { ...options, skipSelf: true })
      return (found && places.get(found.id)) ?? null
    },
  }
}

/**
 * Writes a page and its files into the build, where the application is already.
 * @param {string} name of the page and its files
 * @param {string} start below src
 * @param {{ files?: Record<string, string>, define?: Record<string, string> }} options `files` in place of
 *   others, and constants
 */
async function buildPage(name, start, { files = {}, define = {} }) {
  const built = await build({
    configFile: false,
    root: web,
    publicDir: false,
    logLevel: 'warn',
    plugins: [
      inPlaceOf(files),
      iconShapes(),
      onlyUsedSvelte(),
      svelte({ preprocess: vitePreprocess() }),
      areaTexts(),
      sharedChunks({ [name]: new RegExp(`/src/${start}$`) }),
    ],
    define,
    resolve: { alias: ALIASES },
    build: {
      target: ['chrome94', 'safari15', 'firefox115'],
      outDir: 'build',
      emptyOutDir: false,
      assetsInlineLimit: 0,
      modulePreload: false,
      rollupOptions: {
        input: { [name]: path.join(src, start) },
        output: {
          entryFileNames: 'assets/immutable/[name].[hash].js',
          chunkFileNames: 'assets/immutable/chunks/[hash].js',
          assetFileNames: 'assets/immutable/assets/[name].[hash][extname]',
        },
      },
    },
  })
  const { output } = /** @type {import('vite').Rollup.RollupOutput} */ (built)
  writeFileSync(path.join(web, `build/${name}.html`), pageWith(headOf(output)))
}

/**
 * What a page loads first: its entry, which is always the first of the output, and what that imports.
 * @param {import('vite').Rollup.RollupOutput['output']} output
 */
function headOf(output) {
  /** @type {Set<string>} */
  const scripts = new Set()
  /** @type {Set<string>} */
  const styles = new Set()
  /** @param {string} file */
  const collect = (file) => {
    if (scripts.has(file)) return
    scripts.add(file)
    const chunk = output.find(({ fileName }) => fileName === file)
    if (chunk?.type !== 'chunk') throw new Error(`there is no ${file}`)
    for (const style of chunk.viteMetadata?.importedCss ?? []) styles.add(style)
    chunk.imports.forEach(collect)
  }
  collect(output[0].fileName)
  const [entry, ...others] = scripts
  return [
    ...[...styles].map((file) => `<link rel="stylesheet" href="/${file}" />`),
    ...others.map((file) => `<link rel="modulepreload" href="/${file}" />`),
    `<script type="module" src="/${entry}"></script>`,
  ].join('\n    ')
}

/** Writes the pages before signing in and the page of viewers. */
export async function buildPages() {
  const application = firstFiles(['nodes/0.js', 'nodes/2.js']).filter((file) =>
    file.endsWith('.js'),
  )
  const define = { APPLICATION: JSON.stringify(application.map((file) => `/${file}`)) }
  await buildPage('door', 'app/door.ts', { define })
  await buildPage('viewer', 'app/viewer/viewer.ts', { files: OF_VIEWERS })
}
