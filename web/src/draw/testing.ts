/** Helpers of the drawing tests: bounds of marks, normalised scenes, seeded results. */
import { measureText } from './measure'
import { readFileSync } from 'node:fs'
import path from 'node:path'
import type { Locale } from './locale'
import type { ChartResult, ChartSeries, ComponentResult, NumberFormat } from './result'
import { walkMarks, type Box, type Mark, type Scene, type TextMark } from './scene'

/** What the server sends of each locale; a test in Go writes the file. */
export const LOCALES = JSON.parse(
  readFileSync(path.join(import.meta.dirname, 'testdata/locales.json'), 'utf8'),
) as Record<string, Locale>

/** A locale by its name. */
export function localeOf(tag: string): Locale {
  const locale = LOCALES[tag]
  if (!locale) throw new Error(`no locale ${tag}`)
  return locale
}

/** That of an account that has chosen none, but with weeks from Monday. */
export const EN = localeOf('en')

/** The box a mark covers; strokes are not counted. */
export function boundsOf(mark: Mark): Box {
  switch (mark.kind) {
    case 'line':
      return spanning([mark.x1, mark.y1], [mark.x2, mark.y2])
    case 'circle':
      return { x: mark.cx - mark.r, y: mark.cy - mark.r, width: 2 * mark.r, height: 2 * mark.r }
    case 'path': {
      const numbers = (mark.d.match(/-?[\d.]+(e-?\d+)?/g) ?? []).map(Number)
      const points: [number, number][] = []
      for (let i = 0; i + 1 < numbers.length; i += 2) points.push([numbers[i]!, numbers[i + 1]!])
      return spanning(...points)
    }
    case 'text':
      return textBounds(mark)
    case 'group':
      throw new Error('groups have no bounds of their own')
    default:
      return mark
  }
}

function textBounds(mark: TextMark): Box {
  const width = measureText(mark.text, mark)
  if (mark.rotate) {
    // Only texts that end at their anchor are tilted, all by 45 degrees upwards.
    const side = width * Math.SQRT1_2
    return { x: mark.x - side, y: mark.y - 6, width: side, height: side + 8 }
  }
  const shift = mark.anchor === 'end' ? width : mark.anchor === 'middle' ? width / 2 : 0
  // Inter's capitals and digits are 0.73 em high and its descenders 0.2 em deep.
  return { x: mark.x - shift, y: mark.y - 0.73 * mark.size, width, height: 0.93 * mark.size }
}

function spanning(...points: [number, number][]): Box {
  const xs = points.map((p) => p[0])
  const ys = points.map((p) => p[1])
  const [x, y] = [Math.min(...xs), Math.min(...ys)]
  return { x, y, width: Math.max(...xs) - x, height: Math.max(...ys) - y }
}

/** All that is wrong with a scene: numbers that are none, marks outside, texts on each other. */
export function faultsOf(scene: Scene): string[] {
  const faults: string[] = []
  if (/NaN|Infinity|undefined/.test(JSON.stringify(scene))) faults.push('not a number')
  // JSON turns NaN into null, which no mark has.
  if (/:null/.test(JSON.stringify(scene.marks))) faults.push('null in a mark')
  const texts = new Map<string, TextMark[]>()
  walkMarks(scene.marks, (mark, parts) => {
    const { x, y, width, height } = boundsOf(mark)
    const slack = 1.5
    const inside =
      x >= -slack &&
      y >= -slack &&
      x + width <= scene.width + slack &&
      y + height <= scene.height + slack
    if (!inside && !parts.includes('clip')) faults.push(`outside: ${JSON.stringify(mark)}`)
    if (mark.kind === 'text') {
      const key = parts.join('/')
      texts.set(key, [...(texts.get(key) ?? []), mark])
    }
  })
  for (const [part, marks] of texts) faults.push(...overlaps(part, marks))
  return faults
}

function overlaps(part: string, marks: TextMark[]): string[] {
  const faults: string[] = []
  marks.forEach((a, i) => {
    for (const b of marks.slice(i + 1)) {
      if (touch(a, b)) faults.push(`${part}: "${a.text}" on "${b.text}"`)
    }
  })
  return faults
}

function touch(a: TextMark, b: TextMark): boolean {
  if (a.rotate && b.rotate) {
    // Distance between two parallel lines of text.
    return Math.abs(a.x + a.y - b.x - b.y) * Math.SQRT1_2 < 0.93 * a.size
  }
  const [p, q] = [boundsOf(a), boundsOf(b)]
  const slack = 0.5
  return (
    p.x + slack < q.x + q.width &&
    q.x + slack < p.x + p.width &&
    p.y + slack < q.y + q.height &&
    q.y + slack < p.y + p.height
  )
}

/** A scene as JSON with numbers rounded to tenths, one mark a line, for golden files. */
export function normalise(scene: Scene): string {
  const { marks, hits, slots, ...rest } = scene
  const tidy = (value: unknown) =>
    JSON.stringify(value, (_, v: unknown) => (typeof v === 'number' ? Math.round(v * 10) / 10 : v))
      .replace(/-?\d+\.\d{2,}/g, (n) => String(Math.round(Number(n) * 10) / 10))
      .replace(/(?<![\d.])-0(?![\d.])/g, '0')
  const lines = [`scene ${tidy(rest)}`]
  list(marks, '')
  lines.push(`slots ${slots?.length ?? 0}`)
  for (const hit of hits.length > 60 ? hits.filter((_, i) => i % 20 === 0) : hits) {
    lines.push(`hit ${tidy(hit)}`)
  }
  return lines.join('\n') + '\n'

  function list(some: readonly Mark[], indent: string): void {
    for (const mark of some) {
      if (mark.kind === 'group' || mark.kind === 'clip') {
        const { marks: inner, ...head } = mark
        lines.push(`${indent}${tidy(head)}`)
        list(inner, indent + '  ')
      } else lines.push(`${indent}${tidy(mark)}`)
    }
  }
}

/** Numbers from 0 to 1 that are the same in every run (mulberry32). */
export function seeded(seed: number): () => number {
  let state = seed
  return () => {
    state = (state + 0x6d2b79f5) | 0
    let t = Math.imul(state ^ (state >>> 15), 1 | state)
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t
    return ((t ^ (t >>> 14)) >>> 0) / 4294967296
  }
}

/** A plain number format with some fields changed. */
export function format(changes: Partial<NumberFormat> = {}): NumberFormat {
  return {
    as: 'number',
    decimals: null,
    prefix: '',
    suffix: '',
    symbol: '',
    abbreviate: 'auto',
    multiply: true,
    thousands: true,
    ...changes,
  }
}

/** A series of plain values. */
export function series(
  name: string,
  values: (number | null)[],
  type: ChartSeries['type'] = 'bar',
): ChartSeries {
  const text = values.map((v) => (v === null ? '' : String(v)))
  return { id: name, name, type, color: null, items: { raw: values, text } }
}

/** A chart component over text labels. */
export function chartOf(
  labels: string[],
  list: ChartSeries[],
  changes: Partial<ChartResult> = {},
): ComponentResult {
  const chart: ChartResult = {
    orientation: 'vertical',
    stacking: 'none',
    legend: 'auto',
    x: { id: 'x', name: 'Label', kind: 'text', items: { raw: labels, text: labels } },
    y: { title: '', min: null, max: null, format: format() },
    series: list,
    ...changes,
  }
  return { id: 'c', name: 'Chart', type: 'chart', chart }
}
