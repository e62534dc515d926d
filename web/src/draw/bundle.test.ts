import { readFileSync } from 'node:fs'
import path from 'node:path'
import { createContext, runInContext } from 'node:vm'
import { build, type Rollup } from 'vite'
import { beforeAll, expect, it } from 'vitest'
import { drawComponent } from './components/list'
import { EN_GB } from './locale'
import { LIGHT } from './theme'

/** The layer as one script, the way the server loads it. */
async function bundle(): Promise<string> {
  const entry = path.join(import.meta.dirname, 'index.ts')
  const built = await build({
    configFile: false,
    logLevel: 'silent',
    build: {
      write: false,
      minify: false,
      target: 'es2017',
      lib: { entry, name: 'draw', formats: ['iife'] },
    },
  })
  const [output] = built as Rollup.RollupOutput[]
  return output!.output[0].code
}

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

let code = ''
beforeAll(async () => {
  code = await bundle()
}, 60_000)

it('draws without Intl, DOM, clock and newer functions, the same as here', () => {
  const file = path.join(import.meta.dirname, 'testdata/examples/temperature-combination.json')
  const { size, result } = JSON.parse(readFileSync(file, 'utf8'))
  const context = createContext({})
  runInContext(POVERTY, context)
  runInContext(code, context)
  context.input = JSON.stringify({ component: result.components[0], size })
  const scene = runInContext(
    `const { component, size } = JSON.parse(input)
     JSON.stringify(draw.drawComponent(component, size, draw.LIGHT, draw.EN_GB))`,
    context,
  )
  expect(JSON.parse(scene)).toEqual(
    JSON.parse(JSON.stringify(drawComponent(result.components[0], size, LIGHT, EN_GB))),
  )
})

it('is written in ES2017', () => {
  const newer = /\?\?|\?\.[a-z[(]|\.\.\.\w+ \}|catch \{|\*\*=|\d_\d{3}|async function\*/i
  const lines = code
    .split('\n')
    .filter((line) => newer.test(line.replace(/'[^']*'|"[^"]*"|\/\/.*/g, '')))
  expect(lines).toEqual([])
})
