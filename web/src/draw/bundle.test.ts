import { readdirSync, readFileSync } from 'node:fs'
import path from 'node:path'
import { createContext, runInContext, type Context } from 'node:vm'
import { beforeAll, describe, expect, it } from 'vitest'
// eslint-disable-next-line octavo/layers -- the bundle is what is tested, as the build makes it
import { bundleDrawing, GLOBAL } from '../../scripts/draw-bundle.js'
import { drawComponent } from './components/list'
import { measureText } from './measure'
import { DARK, LIGHT } from './theme'
import { EN, localeOf } from './testing'

const folder = path.join(import.meta.dirname, 'testdata/examples')
const examples = readdirSync(folder).map((file) => {
  const { size, result } = JSON.parse(readFileSync(path.join(folder, file), 'utf8'))
  return { name: file.replace('.json', ''), size, component: result.components[0] }
})

/** What is younger than ES2017, or a clock, or chance: the drawing layer must not need it. */
const POVERTY = `
  delete globalThis.Intl
  delete Object.fromEntries
  for (const name of ['flat', 'flatMap', 'at', 'findLast', 'toSorted']) delete Array.prototype[name]
  for (const name of ['matchAll', 'replaceAll', 'trimEnd', 'trimStart', 'at', 'toLocaleString'])
    delete String.prototype[name]
  delete Number.prototype.toLocaleString
  delete Date.prototype.toLocaleString
  Date.now = Math.random = () => { throw new Error('not allowed here') }
`

const LOOKS = [
  { theme: 'light', colours: LIGHT, tag: 'en' },
  { theme: 'dark', colours: DARK, tag: 'de-DE' },
  { theme: 'light', colours: LIGHT, tag: 'fr-FR' },
  { theme: 'light', colours: LIGHT, tag: 'ja-JP' },
]

let code = ''
let context: Context
beforeAll(async () => {
  code = await bundleDrawing(false)
  context = createContext({})
  runInContext(POVERTY, context)
  runInContext(code, context)
}, 60_000)

/** Calls a function of the bundle where hardly anything exists. */
function call(name: string, input: unknown): unknown {
  context.input = JSON.stringify(input)
  return JSON.parse(runInContext(`${GLOBAL}.${name}(input)`, context))
}

describe('without Intl, DOM, clock and newer functions', () => {
  it.each(examples)('draws $name the same as here', ({ size, component }) => {
    for (const { theme, colours, tag } of LOOKS) {
      const locale = localeOf(tag)
      const here = drawComponent(component, size, colours, locale, { legend: 'outside' })
      const options = { legend: 'outside' }
      const there = call('scene', { component, size, theme, locale, options })
      expect(there).toEqual(JSON.parse(JSON.stringify(here)))
    }
  })

  it('measures the same as here', () => {
    const font = { size: 13, weight: 500, tabular: true, tracking: -0.01 } as const
    const texts = ['€62,746', 'Café “Zoë”', '語 and ☃', 'e\u0301', '']
    expect(
      call(
        'measure',
        texts.map((text) => ({ text, font })),
      ),
    ).toEqual(texts.map((text) => measureText(text, font)))
  })

  it('lays out a dashboard', () => {
    const placed = examples.map(({ name, component }, i) => ({
      id: name,
      ...{ x: 0, y: 12 * i, w: 12, h: 12, auto: true },
      result: {
        title: name,
        title_visible: true,
        components: [component],
        warnings: [],
        locale: EN,
      },
      notice: '',
      freshness: '',
    }))
    const foot = { left: '', right: '' }
    const input = {
      title: 'All',
      subtitle: '',
      foot,
      empty: '',
      theme: 'light',
      paper: 'a4',
      placed,
    }
    const { pages } = call('board', input) as { pages: { cards: { name: string }[] }[] }
    const names = pages.flatMap((page) => page.cards.map((card) => card.name))
    expect(names).toEqual(examples.map((example) => example.name))
  })
})

it('has one global', () => {
  const empty = createContext({})
  runInContext(code, empty)
  expect(Object.keys(empty)).toEqual([GLOBAL])
})

it('is written in ES2017', () => {
  const newer = /\?\?|\?\.[a-z[(]|\.\.\.\w+ \}|catch \{|\*\*=|\d_\d{3}|async function\*/i
  const lines = code
    .split('\n')
    .filter((line) => newer.test(line.replace(/'[^']*'|"[^"]*"|\/\/.*/g, '')))
  expect(lines).toEqual([])
})
