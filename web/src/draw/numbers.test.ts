import { expect, it } from 'vitest'
import { EN_GB } from './locale'
import { formatFixed, formatLabel } from './numbers'
import { format } from './testing'

it.each([
  [0, 0, '0'],
  [-0.001, 2, '0.00'],
  [1234567.891, 2, '1,234,567.89'],
  [-1234, 0, '\u22121,234'],
  [999, 0, '999'],
  [1e21, 0, '1.00e21'],
  [0.000001, 6, '0.000001'],
])('writes %d with %d decimals as %s', (value, decimals, text) => {
  expect(formatFixed(value, decimals, EN_GB)).toBe(text)
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
  [3, { prefix: '~', suffix: ' kg' }, '~3 kg'],
])('labels %d as %o', (value, changes, text) => {
  expect(formatLabel(value, format(changes), EN_GB)).toBe(text)
})
