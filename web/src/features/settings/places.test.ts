import { expect, test } from 'vitest'
import { LOCALES as KNOWN } from '$draw/testing'
import { LOCALES } from '$lib/places'

test('every locale of the server can be chosen, and no language that it refuses', () => {
  expect(Object.keys(KNOWN).filter((tag) => !LOCALES.includes(tag))).toEqual([])
  const languages = Object.keys(KNOWN).map((tag) => tag.split('-')[0])
  expect(LOCALES.filter((tag) => !languages.includes(tag.split('-')[0]))).toEqual([])
})
