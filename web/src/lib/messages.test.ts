import { expect, test } from 'vitest'
import { allTexts } from './testing'
import { hasText } from './text'

const files = import.meta.glob<string>(
  ['../**/*.svelte', '../**/*.ts', '!../**/*.test.ts', '!../lib/messages/**', '!../api/*.gen.ts'],
  { query: '?raw', import: 'default', eager: true },
)
const source = Object.values(files).join('\n')

const plain = (text: string) => text.replace(/[.*+?^${}()|[\]\\]/g, '\\$&')

/** Keys that are put together: each template that begins with a part of one, as an expression. */
const computed = [...source.matchAll(/`(\w+\.(?:[\w.-]|\$\{[^}`]*\})*)`/g)]
  .filter(([, text]) => text?.includes('${'))
  .map(
    ([, text = '']) =>
      new RegExp(
        `^${text
          .split(/\$\{[^}]*\}/)
          .map(plain)
          .join('.+')}$`,
      ),
  )

// The server's codes name these (api/errors.ts).
computed.push(/^error\./)

test('every text is used', () => {
  const quoted = new Set([...source.matchAll(/'([\w.-]+)'/g)].map(([, key]) => key))
  const dead = Object.keys(allTexts).filter(
    (key) => !quoted.has(key) && !computed.some((one) => one.test(key)),
  )
  expect(dead).toEqual([])
})

const texts = import.meta.glob<string>('./messages/*.ts', {
  query: '?raw',
  import: 'default',
  eager: true,
})

test('every text can be shown', () => {
  expect(Object.keys(allTexts).length).toBeGreaterThan(1000)
  expect(Object.keys(allTexts).filter((key) => !hasText(key))).toEqual([])
})

test('every text is written once', () => {
  const keys = Object.values(texts).flatMap((file) =>
    [...file.matchAll(/^ {2}'([\w.-]+)':/gm)].map(([, key]) => key),
  )
  expect(keys.length).toBeGreaterThanOrEqual(Object.keys(allTexts).length)
  expect(keys.filter((key, i) => keys.indexOf(key) !== i)).toEqual([])
})

/** Words that stand for other things in other products, with the word of ours (docs/words.md). */
const NOT_OURS: [RegExp, string][] = [
  [/\bwidgets?\b/i, 'Klip'],
  [/\b(sub-?accounts?|customers?|tenants?)\b/i, 'client'],
  [/\b(child|children) (klips?|copies|dashboards?)\b/i, 'instance'],
  [/\bblueprints?\b/i, 'template'],
  [/\b(resources|items) (of|in) the library\b/i, 'asset'],
  [/\bcharts? library\b/i, 'Klips'],
  [/\bdatasources?\b/i, 'data source'],
  [/\bklips?\b/, 'Klip'],
]

test('R13 templates, instances and assets are called so on every screen', () => {
  const words = Object.entries(allTexts).flatMap(([key, text]) =>
    (typeof text === 'string' ? [text] : Object.values(text)).map(
      (one) => [key, one.replace(/\{\w+\}|[\w.]+\(|\$\w+/g, '')] as const,
    ),
  )
  const said = words.map(([, one]) => one).join('\n')
  for (const word of ['template', 'instance', 'asset', 'Klip', 'data source', 'dashboard'])
    expect(said.includes(word), word).toBe(true)
  const wrong = words.flatMap(([key, one]) =>
    NOT_OURS.filter(([word]) => word.test(one)).map(([, ours]) => `${key}: ${one} (${ours})`),
  )
  expect(wrong).toEqual([])
})
