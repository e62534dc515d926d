// The pages before signing in: a build of their own, see src/app/door.ts.
import { readFileSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { svelte, vitePreprocess } from '@sveltejs/vite-plugin-svelte'
import { build } from 'vite'
import { areaTexts } from './area-texts.js'
import { iconShapes } from './icon-shapes.js'
import { firstFiles } from './first-files.js'
import { onlyUsedSvelte } from './only-used-svelte.js'

const web = path.join(import.meta.dirname, '..')
const src = path.join(web, 'src')
const ADDRESSES = /^\/(sign-in(\/support\/[^/?]+)?|reset(\/[^/?]+)?|invite\/[^/?]+)\/?(\?|$)/

/**
 * The page of the application with other scripts and style sheets.
 * @param {string} head
 */
function pageWith(head) {
  return readFileSync(path.join(src, 'app.html'), 'utf8')
    .replace('%sveltekit.head%', head)
    .replace('%sveltekit.body%', '')
}

/**
 * Serves these pages while somebody works on the application.
 * @returns {import('vite').Plugin}
 */
export function doorPages() {
  return {
    name: 'octavo-door',
    apply: 'serve',
    config: () => ({ define: { APPLICATION: '[]' } }),
    configureServer(server) {
      server.middlewares.use((request, response, next) => {
        const url = request.url ?? ''
        if (!ADDRESSES.test(url)) return next()
        const page = pageWith('<script type="module" src="/src/app/door.ts"></script>')
        server.transformIndexHtml(url, page).then((html) => {
          response.setHeader('Content-Type', 'text/html')
          response.end(html)
        }, next)
      })
    },
  }
}

/** Writes `door.html` and its files into the build, where the application is already. */
export async function buildDoor() {
  const application = firstFiles(['nodes/0.js', 'nodes/2.js']).filter((file) =>
    file.endsWith('.js'),
  )
  const built = await build({
    configFile: false,
    root: web,
    publicDir: false,
    logLevel: 'warn',
    plugins: [
      iconShapes(),
      onlyUsedSvelte(),
      svelte({ preprocess: vitePreprocess() }),
      areaTexts(),
    ],
    define: { APPLICATION: JSON.stringify(application.map((file) => `/${file}`)) },
    resolve: {
      alias: {
        $api: path.join(src, 'api'),
        $features: path.join(src, 'features'),
        $lib: path.join(src, 'lib'),
        $ui: path.join(src, 'ui'),
      },
    },
    build: {
      target: ['chrome94', 'safari15', 'firefox115'],
      outDir: 'build',
      emptyOutDir: false,
      assetsInlineLimit: 0,
      modulePreload: false,
      rollupOptions: {
        input: path.join(src, 'app/door.ts'),
        output: {
          entryFileNames: 'assets/immutable/door.[hash].js',
          chunkFileNames: 'assets/immutable/chunks/[hash].js',
          assetFileNames: 'assets/immutable/assets/[name].[hash][extname]',
        },
      },
    },
  })
  const { output } = /** @type {import('vite').Rollup.RollupOutput} */ (built)
  const [entry] = output // the entry is always the first
  const files = [entry.fileName, ...entry.imports]
  const styles = [...(entry.viteMetadata?.importedCss ?? [])]
  const head = [
    ...styles.map((name) => `<link rel="stylesheet" href="/${name}" />`),
    ...files.slice(1).map((name) => `<link rel="modulepreload" href="/${name}" />`),
    `<script type="module" src="/${entry.fileName}"></script>`,
  ]
  writeFileSync(path.join(web, 'build/door.html'), pageWith(head.join('\n    ')))
}
