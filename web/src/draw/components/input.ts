/** A control on paper: its name and what it is set to. */
import type { Locale } from '../locale'
import { fitText, type Font } from '../measure'
import type { ComponentResult } from '../result'
import type { Scene, Size } from '../scene'
import { chosenText, summariseInput } from '../summary'
import type { Theme } from '../theme'
import type { DrawOptions } from './list'

const LABEL: Font = { size: 12, weight: 400 }
const CHOICE: Font = { size: 13, weight: 400 }
/** Height of the field, and the way from its edge to the text. */
const FIELD = 32
const INSIDE = 10

/** The scene of a control. */
export function drawInput(
  component: ComponentResult,
  size: Size,
  theme: Theme,
  _locale: Locale,
  options: DrawOptions = {},
): Scene {
  const scene: Scene = { ...size, name: summariseInput(component), marks: [], hits: [], legend: [] }
  if (!component.input) return scene
  let y = 0
  if (component.name !== options.title && size.height >= FIELD + 18) {
    const text = fitText(component.name, size.width, LABEL)
    scene.marks.push({ kind: 'text', x: 0, y: 12, text, ...LABEL, fill: theme.ink2 })
    y = 18
  }
  scene.marks.push({
    kind: 'rect',
    x: 0.5,
    y: y + 0.5,
    width: size.width - 1,
    height: FIELD - 1,
    radius: 8,
    fill: theme.surface,
    stroke: theme.lineStrong,
    strokeWidth: 1,
  })
  const text = fitText(chosenText(component.input), size.width - 2 * INSIDE, CHOICE)
  scene.marks.push({ kind: 'text', x: INSIDE, y: y + 21, text, ...CHOICE, fill: theme.ink })
  return scene
}
