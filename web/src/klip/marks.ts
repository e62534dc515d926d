/** What indicators make of the cells of a table. */
import type { CellMark, TableColumn, Theme } from '$draw/index'

const ICONS: Record<string, string> = {
  up: '▲',
  down: '▼',
  flat: '▬',
  circle: '●',
  flag: '⚑',
  tick: '✓',
  warning: '⚠',
}

/** The marks of each column by row. */
export function marksOf(columns: readonly TableColumn[]): Map<number, CellMark>[] {
  return columns.map((column) => new Map((column.marks ?? []).map((mark) => [mark.row, mark])))
}

/** A colour of a mark; places in the palette follow the theme. */
export function colourOf(colour: string | undefined, theme: Theme): string | undefined {
  const slot = /^theme:(\d)$/.exec(colour ?? '')
  return slot ? theme.palette[Number(slot[1]) - 1] : colour
}

/** What a cell says: the icon, and the text that takes the place of its own. */
export function markedText(text: string, mark: CellMark | undefined): string {
  const words = mark?.text?.replaceAll('{value}', () => text) ?? text
  const icon = ICONS[mark?.icon ?? '']
  return icon ? `${icon} ${words}`.trimEnd() : words
}
