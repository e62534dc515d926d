import { readFileSync } from 'node:fs'

const client = new URL('../.svelte-kit/output/client/', import.meta.url)
const GENERATED = '.svelte-kit/generated/client-optimized/'
const START = 'node_modules/@sveltejs/kit/src/runtime/client/entry.js'

/**
 * What the application and these of its nodes (`nodes/0.js`) load first, by the manifest of the build.
 * @param {string[]} nodes
 * @returns {string[]} file names
 */
export function firstFiles(nodes) {
  /** @type {import('vite').Manifest} */
  const manifest = JSON.parse(readFileSync(new URL('.vite/manifest.json', client), 'utf8'))
  /** @type {Set<string>} */
  const files = new Set()
  /**
   * Adds what an entry of the manifest loads, whatever it imports included.
   * @param {string} key
   */
  const collect = (key) => {
    const chunk = manifest[key]
    if (!chunk) throw new Error(`the manifest has no ${key}`)
    if (files.has(chunk.file)) return
    files.add(chunk.file)
    for (const style of chunk.css ?? []) files.add(style)
    for (const name of chunk.imports ?? []) collect(name)
  }
  const start = Object.keys(manifest).find((key) => key.endsWith(START)) ?? START
  for (const key of [start, `${GENERATED}app.js`, ...nodes.map((node) => GENERATED + node)])
    collect(key)
  return [...files]
}
