import { readdirSync, readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { expect, test } from 'vitest'
import { pathOf } from './icon-shapes.js'

const folder = fileURLToPath(new URL('../node_modules/@lucide/svelte/', import.meta.url))
const icon = (/** @type {string} */ name) => pathOf(`${folder}dist/icons/${name}.js`)

test('shapes of an icon are one path', () => {
  // A rectangle with round corners, then paths that began with a small m.
  expect(icon('copy')).toMatch(/^M10 8h10a2 2 0 0 1 2 2v10a2 2 0 0 1 -2 2h-10a2 2 0 0 1 -2 -2v-10/)
  expect(icon('search')).toBe('M21 21l-4.34-4.34M3 11a8 8 0 1 0 16 0a8 8 0 1 0 -16 0')
})

test('every icon that is used can be drawn so', () => {
  const files = readdirSync('src', { recursive: true, encoding: 'utf8' })
  const names = new Set(
    files
      .filter((name) => /\.(svelte|ts)$/.test(name))
      .flatMap((name) =>
        [...readFileSync(`src/${name}`, 'utf8').matchAll(/svelte\/icons\/([\w-]+)'/g)].map(
          ([, icon = '']) => icon,
        ),
      ),
  )
  expect(names.size).toBeGreaterThan(80)
  for (const name of names) expect(icon(name), name).toMatch(/^M[-\d. ,a-zA-Z]+$/)
})
