// The drawing code as one script that needs neither a browser nor Intl: the server runs it for snapshots.
import path from 'node:path'
import { build } from 'vite'

const src = path.join(import.meta.dirname, '../src')

/** Name of the only global that the script makes. */
export const GLOBAL = 'octavo'

/** @param {boolean} minify @returns {Promise<string>} the script */
export async function bundleDrawing(minify) {
  const built = await build({
    configFile: false,
    logLevel: 'silent',
    resolve: { alias: { $draw: path.join(src, 'draw'), $klip: path.join(src, 'klip') } },
    build: {
      write: false,
      minify,
      target: 'es2017',
      lib: {
        entry: path.join(src, 'features/dashboards/snapshot/index.ts'),
        name: GLOBAL,
        formats: ['iife'],
      },
    },
  })
  const [output] = /** @type {import('vite').Rollup.RollupOutput[]} */ (built)
  if (output?.output.length !== 1) throw new Error('the drawing code is more than one script')
  return output.output[0].code
}
