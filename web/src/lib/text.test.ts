import { expect, test } from 'vitest'
import { allTexts } from './testing'
import { hasText, number, t } from './text'

test('the count chooses the plural and is written with separators', () => {
  expect(t('clients.summary', { n: 1 })).toBe('1 account')
  expect(t('clients.summary', { n: 5000 })).toBe('5,000 accounts')
  expect(number(-12)).toBe('−12')
})

test('a place without a value stays visible', () => {
  expect(t('visit.back')).toBe('Back to {agency}')
})

test('plural forms name the same places and copy has no exclamation mark', () => {
  // One thing may be written without its figure.
  const places = (text: string) =>
    [...text.matchAll(/\{\w+\}/g)]
      .map(String)
      .filter((place) => place !== '{n}')
      .sort()
  for (const [key, message] of Object.entries(allTexts)) {
    const forms = typeof message === 'string' ? [message] : [message.one, message.other]
    expect(places(forms[0] ?? ''), key).toEqual(places(forms.at(-1) ?? ''))
    for (const text of forms) expect(text, key).not.toMatch(/!|\bplease\b|\boops\b/i)
  }
})

test('unknown codes have no text', () => {
  expect(hasText('error.version_conflict')).toBe(true)
  expect(hasText('error.toString')).toBe(false)
  expect(hasText('toString')).toBe(false)
})
