import { expect, test } from 'vitest'
import { isSlug, proposeSlug, safeNext } from './paths'

test.each([
  ['Marigold Home', 'marigold-home'],
  ['  Café & Söhne  ', 'cafe-sohne'],
  ['Straße 7', 'strasse-7'],
  ["Ann's Shop", 'anns-shop'],
  ['北京', ''],
  ['API', 'api-2'],
  ['Łódź Ønskebørn', 'lodz-onskeborn'],
  ['X', ''],
  ['a'.repeat(60), 'a'.repeat(55)],
])('%s proposes %s', (name, slug) => {
  expect(proposeSlug(name)).toBe(slug)
})

test('reserved segments are no accounts', () => {
  expect(isSlug('sign-in')).toBe(false)
  expect(isSlug('northlight')).toBe(true)
  expect(isSlug('_app')).toBe(false)
  expect(isSlug('a')).toBe(false)
  expect(isSlug('two--hyphens')).toBe(false)
})

test('the address after signing in stays here', () => {
  expect(safeNext('/northlight/clients?status=trial')).toBe('/northlight/clients?status=trial')
  expect(safeNext('//evil.example')).toBeNull()
  expect(safeNext('/\\evil.example')).toBeNull()
  expect(safeNext('/\t/evil.example')).toBeNull()
  expect(safeNext('/\n\\evil.example')).toBeNull()
  expect(safeNext('/\r\n/evil.example')).toBeNull()
  expect(safeNext('https://evil.example')).toBeNull()
  expect(safeNext(null)).toBeNull()
})
