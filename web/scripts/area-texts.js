import { readdirSync, readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'

const folder = fileURLToPath(new URL('../src/lib/messages/', import.meta.url))

/**
 * Where the texts are: which file of `src/lib/messages` has a key, and which has those whose first word is
 * this one. A word is in one file only.
 */
export function areas() {
  const byKey = new Map()
  const byWord = new Map()
  for (const name of readdirSync(folder)) {
    for (const [, key = ''] of readFileSync(folder + name, 'utf8').matchAll(
      /^ {2}'([\w.-]+)':/gm,
    )) {
      const word = key.slice(0, key.indexOf('.'))
      const other = byWord.get(word)
      if (other && other !== name) throw new Error(`texts ${word}.… are in ${other} and in ${name}`)
      byWord.set(word, name)
      byKey.set(key, name)
    }
  }
  return { byKey, byWord }
}

/**
 * Brings the texts of an area along with each module that names one of their keys, so that a page loads
 * the texts of what it shows and no others. The beginning of a computed key counts, too: `error.${code}`
 * brings all errors.
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
        for (const [, key] of code.matchAll(/["'`]([\w.-]+)["'`]/g)) names.add(byKey.get(key))
        for (const [, word] of code.matchAll(/`(\w+)\.[\w.-]*\$\{/g)) names.add(byWord.get(word))
        names.delete(undefined)
        if (names.size === 0) return null
        const imports = [...names].map((name) => `import ${JSON.stringify(folder + name)};`)
        return { code: imports.join('') + code, map: null }
      },
    },
  }
}
