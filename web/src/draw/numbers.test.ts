import { expect, it } from 'vitest'
import { formatFixed, formatLabel, formatUnit } from './numbers'
import { EN, format, LOCALES, localeOf } from './testing'

it.each([
  [0, 0, '0'],
  [-0.001, 2, '0.00'],
  [1234567.891, 2, '1,234,567.89'],
  [-1234, 0, '\u22121,234'],
  [999, 0, '999'],
  [1e21, 0, '1.00e21'],
  [0.000001, 6, '0.000001'],
])('writes %d with %d decimals as %s', (value, decimals, text) => {
  expect(formatFixed(value, decimals, EN)).toBe(text)
})

it.each([
  [428_190, {}, '428.2k'],
  [1_842_000, {}, '1.84M'],
  [18_420_000, {}, '18.4M'],
  [9_214, {}, '9,214'],
  [46.47, {}, '46.47'],
  [5.6, {}, '5.6'],
  [-12_500, { as: 'currency', symbol: '€' }, '\u2212€12.5k'],
  [0.029, { as: 'percentage' }, '2.9%'],
  [0.184, { as: 'percentage' }, '18%'],
  [18.4, { as: 'percentage', multiply: false, decimals: 1 }, '18.4%'],
  [428_190, { abbreviate: 'none' }, '428,190'],
  [428_190, { abbreviate: 'M' }, '0.43M'],
  [520, { abbreviate: 'M' }, '0.00052M'],
  [428_190, { abbreviate: 'K' }, '428.2k'],
  [0.0997, { as: 'percentage' }, '10%'],
  [0.46, { as: 'percentage', abbreviate: 'K' }, '46%'],
  [3, { prefix: '~', suffix: ' kg' }, '~3 kg'],
])('labels %d as %o', (value, changes, text) => {
  expect(formatLabel(value, format(changes), EN)).toBe(text)
})

// The figures of CLDR 48, as ICU 78 writes them; _ is a blank that does not break. Those of the server are
// tested with the same.
const FIGURES: Record<string, [string, string, string, string, string]> = {
  'en-GB': ['1,234', '12,345', '−1,234,567.5', '46%', '−€1,234.50'],
  'en-US': ['1,234', '12,345', '−1,234,567.5', '46%', '−€1,234.50'],
  'en-CA': ['1,234', '12,345', '−1,234,567.5', '46%', '−€1,234.50'],
  'fr-FR': ['1_234', '12_345', '−1_234_567,5', '46_%', '−1_234,50_€'],
  'fr-CA': ['1_234', '12_345', '−1_234_567,5', '46_%', '−1_234,50_€'],
  'de-DE': ['1.234', '12.345', '−1.234.567,5', '46_%', '−1.234,50_€'],
  'es-ES': ['1234', '12.345', '−1.234.567,5', '46_%', '−1234,50_€'],
  'es-MX': ['1,234', '12,345', '−1,234,567.5', '46%', '−€1,234.50'],
  'it-IT': ['1234', '12.345', '−1.234.567,5', '46%', '−1234,50_€'],
  'nl-NL': ['1.234', '12.345', '−1.234.567,5', '46%', '€_−1.234,50'],
  'pt-BR': ['1.234', '12.345', '−1.234.567,5', '46%', '−€_1.234,50'],
  'pt-PT': ['1234', '12_345', '−1_234_567,5', '46%', '−1234,50_€'],
  'sv-SE': ['1_234', '12_345', '−1_234_567,5', '46_%', '−1_234,50_€'],
  'nb-NO': ['1_234', '12_345', '−1_234_567,5', '46_%', '−1_234,50_€'],
  'da-DK': ['1.234', '12.345', '−1.234.567,5', '46_%', '−1.234,50_€'],
  'fi-FI': ['1_234', '12_345', '−1_234_567,5', '46_%', '−1_234,50_€'],
  'pl-PL': ['1234', '12_345', '−1_234_567,5', '46%', '−1234,50_€'],
  'cs-CZ': ['1_234', '12_345', '−1_234_567,5', '46_%', '−1_234,50_€'],
  'ja-JP': ['1,234', '12,345', '−1,234,567.5', '46%', '−€1,234.50'],
  'zh-CN': ['1,234', '12,345', '−1,234,567.5', '46%', '−€1,234.50'],
}

it('knows the figures of every locale', () => {
  expect(Object.keys(FIGURES).sort()).toEqual(
    Object.keys(LOCALES)
      .filter((tag) => tag !== 'en')
      .sort(),
  )
})

it.each(Object.entries(FIGURES))('writes numbers as %s does', (tag, texts) => {
  const locale = localeOf(tag)
  const one = { divisor: 1, suffix: '' }
  const amount = format({ as: 'currency', symbol: '€' })
  const got = [
    formatFixed(1234, 0, locale),
    formatFixed(12345, 0, locale),
    formatFixed(-1234567.5, 1, locale),
    formatUnit(0.46, one, 0, format({ as: 'percentage' }), locale),
    formatUnit(-1234.5, one, 2, amount, locale),
  ]
  expect(got.map((text) => text.replace(/\u00a0/g, '_'))).toEqual(texts)
})

it('groups as other regions do', () => {
  expect(formatFixed(123456789, 0, { ...EN, group_sizes: [3, 2] })).toBe('12,34,56,789')
})

it('keeps signs and texts in order, shortened ones too', () => {
  const around = { prefix: '~', suffix: ' net', as: 'currency', symbol: '€' }
  const write = (tag: string) => formatLabel(-12_500, format(around), localeOf(tag))
  expect(write('de-DE')).toBe('\u2212~12,5k\u00a0€ net')
  expect(write('nl-NL')).toBe('~€\u00a0\u221212,5k net')
  expect(formatLabel(7.25e15, format(), localeOf('es-ES'))).toBe('7250,0T')
})
