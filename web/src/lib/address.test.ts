import { expect, test } from 'vitest'
import { withParts } from './address'

test('parts are set, taken away and left', () => {
  const url = new URL('http://x/agency/clients?q=fjord&tag=west&peek=a')
  expect(withParts(url, { q: null, tag: 'new & old', peek: '' })).toBe(
    '/agency/clients?tag=new+%26+old',
  )
  expect(withParts(url, { q: null, tag: null, peek: null })).toBe('/agency/clients')
  expect(url.search).toBe('?q=fjord&tag=west&peek=a')
})
