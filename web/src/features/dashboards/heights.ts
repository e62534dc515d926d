/** How tall the content of a Klip wants to be. */
import {
  HEAD_ROW,
  layOutColumns,
  layOutValue,
  measureText,
  ROW,
  type ComponentResult,
  type KlipResult,
} from '$draw/index'
import { isNamed } from '$klip/choices'
import { stepsFor } from './flow'
import { leastSize } from './layout'

/** Border and padding of a Klip, both sides together. */
const FRAME = { width: 34, height: 30 }
const TITLE = 20
/** Between two components. */
const BETWEEN = 12
/** A taller table scrolls inside its Klip. */
const MOST_TABLE = 24
/** On phones a chart is four wide and three high. */
const PHONE_CHART = 3 / 4
/** Line below a cut table, "Showing 1,000 of 5,000 rows". */
const NOTE = 24

/** The types of a Klip's components. */
export function kinds(result: KlipResult): string[] {
  return result.components.map((component) => component.type)
}

/**
 * Steps that a Klip's content wants at an outer width in pixels; null when any height does, as for
 * charts. Charts get a height only on phones.
 */
export function wantedSteps(result: KlipResult, width: number, phone: boolean): number | null {
  const inner = width - FRAME.width
  const title = result.title_visible ? result.title : ''
  let height = FRAME.height + (title ? TITLE : 0)
  let known = result.components.length > 0
  for (const component of result.components) {
    const own = componentHeight(component, inner, title, phone)
    if (own === null) known = false
    else height += own
  }
  if (!known) return null
  height += BETWEEN * (result.components.length - 1)
  return Math.max(leastSize(phone ? [] : kinds(result)).h, Math.min(stepsFor(height), MOST_TABLE))
}

/** Height that a component wants at an inner width; null when any does. */
export function componentHeight(
  component: ComponentResult,
  width: number,
  title: string,
  phone: boolean,
): number | null {
  if (component.table) {
    const { show_header, rows, total_rows, columns } = component.table
    const totals = columns.some((column) => column.total)
    // Room for a bar to scroll sideways with.
    const wide = layOutColumns(component.table, width).width > width + 1
    return (
      4 +
      (show_header ? HEAD_ROW : 0) +
      (rows + (totals ? 1 : 0)) * ROW +
      (total_rows > rows ? NOTE : 0) +
      (wide ? 12 : 0)
    )
  }
  if (component.chart)
    return phone ? 8 + Math.round((width + FRAME.width) * PHONE_CHART) - 58 : null
  if (component.input) return inputHeight(component, title)
  if (!component.value) return null
  const parts = layOutValue(component.value, width, title)
  const label = parts.label ? 16 : 0
  const lines = secondLines(parts.change?.text ?? '', parts.note, width)
  return label + 4 + Math.ceil(parts.numberSize * 1.2) + (lines > 0 ? 4 + lines * 18 : 0)
}

/** A field, or as many lines as there are options, up to eight; the label stands above it. */
function inputHeight({ input, name }: ComponentResult, title: string): number {
  const lines = input && (input.control === 'multi_select' || input.control === 'radio')
  const field = lines ? Math.min(8, Math.max(1, input.options.length)) * 28 : 36
  return (isNamed(name, title) ? 0 : 20) + field
}

/** Lines of the change and its note, which wrap where they do not fit side by side. */
function secondLines(
  change: string,
  note: { strong: string; text: string },
  width: number,
): number {
  const font = { size: 12.5, weight: 400 } as const
  const bold = { size: 12.5, weight: 600, tabular: true } as const
  const pieces = [
    ...(change ? [measureText(change, bold) + 14] : []),
    ...(note.strong ? [measureText(note.strong, bold)] : []),
    ...(note.text ? [measureText(note.text, font)] : []),
  ]
  let lines = 0
  let left = 0
  for (const piece of pieces) {
    if (lines === 0 || piece + 6 > left) {
      lines += Math.max(1, Math.ceil(piece / width))
      left = width - (piece % width)
    } else left -= piece + 6
  }
  return lines
}
