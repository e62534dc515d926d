import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { describe, expect, it } from 'vitest'
import { drawComponent } from './components/list'
import type { KlipResult } from './result'
import type { Size } from './scene'
import { EN, faultsOf, normalise } from './testing'
import { DARK, LIGHT } from './theme'

const data = path.join(import.meta.dirname, 'testdata')
const examples = readdirSync(path.join(data, 'examples')).map((file) => file.replace('.json', ''))

/** Set to rewrite the golden scenes; look at the difference before committing it. */
const update = Boolean(process.env.UPDATE_SCENES)
if (update && process.env.CI) throw new Error('golden scenes are not rewritten in CI')

function readExample(name: string): { size: Size; result: KlipResult } {
  return JSON.parse(readFileSync(path.join(data, 'examples', `${name}.json`), 'utf8'))
}

function draw(name: string, size?: Size, theme = LIGHT) {
  const example = readExample(name)
  return drawComponent(example.result.components[0]!, size ?? example.size, theme, EN)
}

describe('golden scenes', () => {
  it.each(examples)('%s', (name) => {
    const got = normalise(draw(name))
    const file = path.join(data, 'scenes', `${name}.txt`)
    if (update) {
      mkdirSync(path.dirname(file), { recursive: true })
      writeFileSync(file, got)
    }
    expect(existsSync(file), `${file} is missing; run with UPDATE_SCENES=1`).toBe(true)
    expect(got).toBe(readFileSync(file, 'utf8'))
  })

  it('has no scene without an example', () => {
    const scenes = readdirSync(path.join(data, 'scenes')).map((file) => file.replace('.txt', ''))
    expect(scenes.filter((name) => !examples.includes(name))).toEqual([])
  })
})

describe.each(examples)('%s', (name) => {
  it.each([
    [120, 80],
    [160, 96],
    [212, 118],
    [240, 300],
    [343, 257],
    [620, 238],
    [1380, 560],
  ])('is in order at %d×%d', (width, height) => {
    expect(faultsOf(draw(name, { width, height }))).toEqual([])
  })

  it('has the same shape in the dark', () => {
    const shape = (text: string) => text.replace(/#[0-9a-fA-F]{6}/g, '#')
    expect(shape(normalise(draw(name, undefined, DARK)))).toBe(shape(normalise(draw(name))))
  })
})
