// @vitest-environment jsdom
import { beforeEach, expect, test } from 'vitest'
import { Choices, MOST, type Chosen } from './choices.svelte'

const DAY = 24 * 60 * 60 * 1000
const klip = (id: string): Chosen => ({ id, kind: 'klip', name: id })
let now = 1_000_000

beforeEach(() => localStorage.clear())

function open(account = 'marigold') {
  return new Choices(account, () => now)
}

test('choices stay when the wizard is opened again, for a day', () => {
  const choices = open()
  choices.start('northlight')
  choices.put([klip('a'), klip('b')], true)
  choices.put([klip('a')], false)
  expect(open().ids).toEqual(['b'])
  expect(open().from).toBe('northlight')
  expect(open('solstice').ids).toEqual([])
  now += DAY
  expect(open().ids).toEqual([])
})

test('another source account starts empty, the same one does not', () => {
  const choices = open()
  choices.start('northlight')
  choices.put([klip('a')], true)
  choices.start('northlight')
  expect(choices.ids).toEqual(['a'])
  choices.start('fjord')
  expect(choices.ids).toEqual([])
})

test('nothing is chosen twice and no more than one import may name', () => {
  const choices = open()
  choices.put([klip('a')], true)
  choices.put([klip('a')], true)
  expect(choices.ids).toEqual(['a'])
  choices.put(
    Array.from({ length: MOST + 5 }, (_, i) => klip(`k${i}`)),
    true,
  )
  expect(choices.ids).toHaveLength(MOST)
})

test('what is stored by something else is ignored', () => {
  localStorage.setItem('octavo.import.marigold', '{"at":')
  expect(open().ids).toEqual([])
})
