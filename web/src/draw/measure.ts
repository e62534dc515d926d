/** Text widths without a page: advance widths of Inter, the same on screen and in snapshots. */
import { METRICS } from './metrics.gen'
import type { Weight } from './scene'

/** Advance of a character that Inter's bundled metrics do not hold, in em. */
const UNKNOWN = 0.6
/** Advance of Chinese, Japanese and Korean characters, in em. */
const WIDE = 1

/** How a text is set. */
export interface Font {
  size: number
  weight: Weight
  tabular?: boolean
  /** Letter spacing in em. */
  tracking?: number
}

type Table = Map<number, number>

const tables = new Map<string, Table>()

function tableOf(weight: Weight, tabular: boolean): Table {
  const key = `${weight}${tabular}`
  let table = tables.get(key)
  if (!table) {
    table = new Map()
    const { runs, tabular: fixed } = METRICS[weight]
    for (const run of tabular ? [...runs, ...fixed] : runs) {
      for (let i = 1; i < run.length; i++) table.set(run[0]! + i - 1, run[i]! / 1000)
    }
    tables.set(key, table)
  }
  return table
}

/** True for scripts whose characters fill a square. */
function isWide(code: number): boolean {
  return (
    (code >= 0x1100 && code <= 0x115f) ||
    (code >= 0x2e80 && code <= 0xa4cf) ||
    (code >= 0xac00 && code <= 0xd7a3) ||
    (code >= 0xf900 && code <= 0xfaff) ||
    (code >= 0xfe30 && code <= 0xfe6f) ||
    (code >= 0xff00 && code <= 0xff60) ||
    (code >= 0xffe0 && code <= 0xffe6) ||
    (code >= 0x1f300 && code <= 0x1faff) ||
    (code >= 0x20000 && code <= 0x3fffd)
  )
}

/** True for marks that stand on the character before them and for invisible joiners. */
function isZero(code: number): boolean {
  return (
    (code >= 0x300 && code <= 0x36f) ||
    (code >= 0x200b && code <= 0x200f) ||
    (code >= 0xfe00 && code <= 0xfe0f) ||
    code === 0xfeff ||
    code < 0x20
  )
}

/** Width of a text in pixels. Kerning is not counted. */
export function measureText(text: string, font: Font): number {
  const table = tableOf(font.weight, font.tabular === true)
  let width = 0
  let count = 0
  for (const char of text) {
    const code = char.codePointAt(0)!
    if (isZero(code)) continue
    width += table.get(code) ?? (isWide(code) ? WIDE : UNKNOWN)
    count++
  }
  return (width + count * (font.tracking ?? 0)) * font.size
}

/** The text, or its beginning with an ellipsis, at most `room` pixels wide; empty when not even that fits. */
export function fitText(text: string, room: number, font: Font): string {
  if (measureText(text, font) <= room) return text
  const chars = Array.from(text)
  let low = 0
  let high = chars.length - 1
  while (low < high) {
    const middle = (low + high + 1) >> 1
    const part = chars.slice(0, middle).join('').replace(/\s+$/, '') + '…'
    if (measureText(part, font) <= room) low = middle
    else high = middle - 1
  }
  return low > 0 ? chars.slice(0, low).join('').replace(/\s+$/, '') + '…' : ''
}
