import { expect, test } from 'vitest'
import { draftKey, dropDraft, readDraft, writeDraft } from './draft'
import { sampleKlip } from './testing'

function memory(room = Infinity) {
  const map = new Map<string, string>()
  return {
    getItem: (key: string) => map.get(key) ?? null,
    setItem: (key: string, value: string) => {
      if (value.length > room) throw new DOMException('full', 'QuotaExceededError')
      map.set(key, value)
    },
    removeItem: (key: string) => void map.delete(key),
  }
}

const key = draftKey('maya', 'k1')
const draft = { version: 4, at: 1_700_000_000_000, klip: sampleKlip() }

test('a draft comes back as it was written', () => {
  const store = memory()
  expect(writeDraft(store, key, draft)).toBe(true)
  expect(readDraft(store, key)).toEqual(draft)
  dropDraft(store, key)
  expect(readDraft(store, key)).toBeNull()
})

test('people and Klips have drafts of their own', () => {
  expect(draftKey('maya', 'k1')).not.toBe(draftKey('tom', 'k1'))
  expect(draftKey('maya', 'k1')).not.toBe(draftKey('maya', 'k2'))
})

test('a full browser says so', () => {
  expect(writeDraft(memory(10), key, draft)).toBe(false)
})

test.each(['', '{', 'null', '{"version":1}', '{"version":1,"at":2,"klip":{"components":3}}'])(
  'what is no draft is none: %s',
  (text) => {
    const store = memory()
    store.setItem(key, text)
    expect(readDraft(store, key)).toBeNull()
  },
)
