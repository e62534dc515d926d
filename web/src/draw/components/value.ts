/** One big number with a second one and the change between them. */
import type { Locale } from '../locale'
import { fitText, measureText, type Font } from '../measure'
import type { ComponentResult } from '../result'
import { round, type Mark, type Scene, type Size, type TextMark } from '../scene'
import { summariseValue } from '../summary'
import type { Theme } from '../theme'
import { LEAST, layOutValue, TRACKING, type ValueParts } from '../value-layout'
import type { DrawOptions } from './list'

const LABEL: Font = { size: 12, weight: 400 }
const NOTE: Font = { size: 12.5, weight: 400 }
const CHANGE: Font = { size: 12.5, weight: 600, tabular: true }
const ARROW = 9
/** Height of the lines below the number. */
const LINE = 18

/** The scene of a value result. */
export function drawValue(
  component: ComponentResult,
  size: Size,
  theme: Theme,
  _locale: Locale,
  options: DrawOptions = {},
): Scene {
  const name = summariseValue(component)
  const scene: Scene = { ...size, name, marks: [], hits: [], legend: [] }
  if (!component.value) return scene
  const parts = layOutValue(component.value, size.width, options.title ?? '')
  const most = size.height / 1.2
  const big = Math.max(LEAST, Math.min(parts.numberSize, most))
  let y = 0
  if (parts.label && size.height >= big * 1.2 + 18) {
    const text = fitText(parts.label, size.width, LABEL)
    scene.marks.push(textMark(text, 0, 12, LABEL, theme.ink2))
    y = 18
  }
  const font: Font = { size: big, weight: 600, tabular: true, tracking: TRACKING }
  scene.marks.push(textMark(parts.number, 0, y + big, font, theme.ink))
  y += big * 1.2
  if (size.height >= y + 20) {
    const most = 1 + Math.floor((size.height - y - 20) / LINE)
    scene.marks.push(...secondLine(parts, size.width, y + 17, most, theme))
  }
  return scene
}

/** The change with its note beside it, or below it where there is room for a second line only there. */
function secondLine(
  parts: ValueParts,
  width: number,
  top: number,
  lines: number,
  theme: Theme,
): Mark[] {
  const marks: Mark[] = []
  let x = 0
  let y = top
  const { change, note } = parts
  if (change) {
    const color = { good: theme.good, bad: theme.bad, plain: theme.ink2 }[change.tone]
    if (change.direction !== 'same') {
      marks.push({ kind: 'path', d: arrowPath(change.direction, x, y), fill: color })
      x += ARROW + 4
    }
    const text = fitText(change.text, width - x, CHANGE)
    marks.push(textMark(text, x, y, CHANGE, color))
    x += measureText(text, CHANGE) + 6
  }
  if (note.strong) {
    const text = fitText(note.strong, width - x, CHANGE)
    marks.push(textMark(text, x, y, CHANGE, theme.ink))
    x += measureText(text, CHANGE) + 6
  }
  if (lines > 1 && x > 0 && x + measureText(note.text, NOTE) > width) {
    x = 0
    y += LINE
  }
  const text = x < width ? fitText(note.text, width - x, NOTE) : ''
  if (text) marks.push(textMark(text, x, y, NOTE, theme.ink3))
  return marks
}

/** A triangle on the baseline y. */
export function arrowPath(direction: 'up' | 'down', x: number, y: number): string {
  const [tip, base] = direction === 'up' ? [y - 9, y - 1] : [y, y - 8]
  const middle = round(x + ARROW / 2)
  return `M${middle},${round(tip)}L${round(x + ARROW)},${round(base)}L${round(x)},${round(base)}Z`
}

function textMark(text: string, x: number, y: number, font: Font, fill: string): TextMark {
  return { kind: 'text', x: round(x), y: round(y), text, ...font, fill }
}
