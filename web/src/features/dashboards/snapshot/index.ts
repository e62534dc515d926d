/** Entry of the drawing code on the server: texts in, texts out, no page around it. */
import {
  DARK,
  LIGHT,
  measureText,
  type ComponentResult,
  type DrawOptions,
  type Font,
  type Locale,
  type Size,
  type Theme,
} from '$draw/index'
import { drawComponent } from '$draw/components/list'
import type { BoardInput } from './board'
import { drawBoard } from './pages'

interface SceneInput {
  component: ComponentResult
  size: Size
  theme: Theme['name']
  locale: Locale
  options?: DrawOptions
}

/** The scene of one component, as JSON. */
export function scene(text: string): string {
  const { component, size, theme, locale, options } = JSON.parse(text) as SceneInput
  const colours = theme === 'dark' ? DARK : LIGHT
  return JSON.stringify(drawComponent(component, size, colours, locale, options))
}

/** The pages of a dashboard, as JSON. */
export function board(text: string): string {
  return JSON.stringify(drawBoard(JSON.parse(text) as BoardInput))
}

/** Widths of texts, as JSON, so that painters can be compared with the layout. */
export function measure(text: string): string {
  const list = JSON.parse(text) as { text: string; font: Font }[]
  return JSON.stringify(list.map((one) => measureText(one.text, one.font)))
}
