import { readFileSync } from 'node:fs'
import { expect, test } from 'vitest'

const css = readFileSync(new URL('./tokens.css', import.meta.url), 'utf8')

/** Reads the custom properties of the block that follows `selector`. */
function block(selector: string): Record<string, string> {
  const start = css.indexOf(selector)
  expect(start, selector).toBeGreaterThanOrEqual(0)
  const body = css.slice(css.indexOf('{', start) + 1, css.indexOf('}', start))
  return Object.fromEntries([...body.matchAll(/--([\w-]+):\s*([^;]+);/g)].map((m) => [m[1], m[2]]))
}

const light = block(":root,\n[data-theme='light']")
const dark = block("\n[data-theme='dark']")
const shared = block(':root {')

function luminance(hex: string): number {
  const [r = 0, g = 0, b = 0] = [1, 3, 5].map((at) => {
    const c = parseInt(hex.slice(at, at + 2), 16) / 255
    return c <= 0.04045 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4
  })
  return 0.2126 * r + 0.7152 * g + 0.0722 * b
}

function ratio(a: string | undefined, b: string | undefined): number {
  if (!a?.startsWith('#') || !b?.startsWith('#')) throw new Error(`not colours: ${a}, ${b}`)
  const [high = 0, low = 0] = [luminance(a), luminance(b)].sort((x, y) => y - x)
  return (high + 0.05) / (low + 0.05)
}

test('the dark block is the same for the system theme and for the chosen theme', () => {
  expect(block(':root:not([data-theme])')).toEqual(dark)
  expect(Object.keys(light)).toEqual(Object.keys(dark))
})

// UX, section 10.1: token, theme, ratios on three backgrounds.
const measured: [string, 'light' | 'dark', [number, number, number]][] = [
  ['line', 'light', [1.17, 1.25, 1.1]],
  ['line-strong', 'light', [3.28, 3.52, 3.09]],
  ['ink', 'light', [15.95, 17.1, 14.99]],
  ['ink-2', 'light', [8.18, 8.77, 7.69]],
  ['ink-3', 'light', [5.48, 5.88, 5.15]],
  ['accent', 'light', [6.34, 6.79, 5.95]],
  ['line', 'dark', [1.4, 1.3, 1.17]],
  ['line-strong', 'dark', [4.27, 3.97, 3.59]],
  ['ink', 'dark', [16.15, 15.0, 13.56]],
  ['ink-2', 'dark', [9.95, 9.24, 8.35]],
  ['ink-3', 'dark', [6.7, 6.22, 5.62]],
  ['accent', 'dark', [9.29, 8.63, 7.8]],
]

test.each(measured)('%s in %s has the measured contrast', (token, theme, ratios) => {
  const t = theme === 'light' ? light : dark
  const third = theme === 'light' ? 'sunken' : 'raised'
  const got = [t.canvas, t.surface, t[third]].map((on) => ratio(t[token], on))
  got.forEach((value, i) => expect(value).toBeCloseTo(ratios[i] ?? 0, 1))
})

test.each([
  ['light', light, { good: 5.49, warn: 6.01, bad: 5.78, accent: 6.06 }],
  ['dark', dark, { good: 7.36, warn: 7.47, bad: 7.06, accent: 7.3 }],
] as const)('soft backgrounds in %s keep their text readable', (_, t, want) => {
  for (const [token, value] of Object.entries(want)) {
    expect(ratio(t[token], t[`${token}-soft`]), token).toBeCloseTo(value, 1)
  }
})

test('white text on the primary button', () => {
  expect(ratio(light['on-accent'], light['accent-solid'])).toBeCloseTo(5.73, 1)
  expect(ratio(light['on-accent'], light['accent-solid-hover'])).toBeCloseTo(6.79, 1)
  expect(ratio(dark['on-accent'], dark['accent-solid'])).toBeCloseTo(4.9, 1)
  expect(ratio(dark['on-accent'], dark['accent-solid-hover'])).toBeCloseTo(5.59, 1)
})

test('the visit bar', () => {
  expect(ratio(shared.visitor, shared['on-visitor'])).toBeCloseTo(9.99, 1)
})

// UX, section 10.2.
test.each([
  ['light', light, [5.45, 3.17, 3.2, 9.3, 3.13, 6.94, 8.78, 5.06]],
  ['dark', dark, [4.94, 7.73, 7.98, 4.56, 8.49, 12.2, 12.21, 4.55]],
] as const)('chart colours in %s against the surface', (theme, t, want) => {
  want.forEach((value, i) => {
    const got = ratio(t[`c${i + 1}`], t.surface)
    expect(got, `c${i + 1}`).toBeCloseTo(value, 1)
    expect(got).toBeGreaterThanOrEqual(theme === 'light' ? 3 : 4.5)
  })
})

test('text colours pass 4.5:1 wherever they may stand', () => {
  for (const t of [light, dark]) {
    for (const token of ['ink', 'ink-2', 'ink-3', 'accent', 'good', 'warn', 'bad']) {
      for (const on of ['canvas', 'surface', 'raised', 'sunken', 'hover', 'sel', 'accent-soft']) {
        expect(ratio(t[token], t[on]), `${token} on ${on}`).toBeGreaterThanOrEqual(4.5)
      }
    }
  }
})
