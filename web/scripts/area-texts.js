import { readdirSync, readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'

const folder = fileURLToPath(new URL('../src/lib/messages/', import.meta.url))

/**
 * Where the texts are: which file of `src/lib/messages` has a key, and which have those whose first word is
 * this one.
 */
export function areas() {
  /** @type {Map<string, string>} */
  const byKey = new Map()
  /** @type {Map<string, Set<string>>} */
  const byWord = new Map()
  for (const name of readdirSync(folder)) {
    for (const [, key = ''] of readFileSync(folder + name, 'utf8').matchAll(
      /^ {2}'([\w.-]+)':/gm,
    )) {
      const word = key.slice(0, key.indexOf('.'))
      byWord.set(word, (byWord.get(word) ?? new Set()).add(name))
      byKey.set(key, name)
    }
  }
  return { byKey, byWord }
}

/**
 * Brings the texts of an area along with each module that names one of their keys, so that a page loads
 * the texts of what it shows and no others. The beginning of a computed key counts, too: `fault.${code}`
 * brings all faults.
 * @returns {import('vite').Plugin}
 */
export function areaTexts() {
  const { byKey, byWord } = areas()
  return {
    name: 'octavo-area-texts',
    transform: {
      filter: { id: /\/web\/src\/(?!lib\/messages\/).*\.(svelte|ts)$/ },
      handler(code) {
        const names = new Set()
        for (const [, key = ''] of code.matchAll(/["'`]([\w.-]+)["'`]/g)) names.add(byKey.get(key))
        for (const [, word = ''] of code.matchAll(/`(\w+)\.[\w.-]*\$\{/g))
          for (const name of byWord.get(word) ?? []) names.add(name)
        names.delete(undefined)
        if (names.size === 0) return null
        const imports = [...names].map((name) => `import ${JSON.stringify(folder + name)};`)
        return { code: imports.join('') + code, map: null }
      },
    },
  }
}
