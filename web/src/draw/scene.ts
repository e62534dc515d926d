/** A picture as a small list of marks that a browser, a PDF or a PNG painter can draw. */

/** Width and height in CSS pixels. */
export interface Size {
  width: number
  height: number
}

/** A rectangle in scene pixels. */
export interface Box extends Size {
  x: number
  y: number
}

/** Font weights that have metrics and outlines. */
export type Weight = 400 | 500 | 600

/** How a shape is filled and stroked; colours are `#rrggbb`, absent means none. */
export interface Paint {
  fill?: string
  stroke?: string
  strokeWidth?: number
  /** Lengths of dashes and gaps in turn. */
  dash?: readonly number[]
  /** Ends and corners of strokes; butt and mitre when absent. */
  cap?: 'round'
  opacity?: number
}

export interface RectMark extends Paint, Box {
  kind: 'rect'
  radius?: number
}

export interface PathMark extends Paint {
  kind: 'path'
  /** Absolute M, L, C, Q and Z commands only. */
  d: string
}

export interface LineMark extends Paint {
  kind: 'line'
  x1: number
  y1: number
  x2: number
  y2: number
}

export interface CircleMark extends Paint {
  kind: 'circle'
  cx: number
  cy: number
  r: number
}

export interface TextMark {
  kind: 'text'
  /** Anchor point; y is the baseline. */
  x: number
  y: number
  text: string
  size: number
  weight: Weight
  fill: string
  anchor?: 'middle' | 'end'
  /** Degrees clockwise round the anchor point. */
  rotate?: number
  /** Digits of equal width. */
  tabular?: boolean
  /** Letter spacing in em. */
  tracking?: number
}

export interface ImageMark extends Box {
  kind: 'image'
  href: string
  name: string
}

/** Marks cut off at a rectangle. */
export interface ClipMark extends Box {
  kind: 'clip'
  marks: Mark[]
}

/** Marks that belong together; `part` tells painters and tests which part of the picture it is. */
export interface GroupMark {
  kind: 'group'
  part: string
  opacity?: number
  marks: Mark[]
}

export type Mark =
  RectMark | PathMark | LineMark | CircleMark | TextMark | ImageMark | ClipMark | GroupMark

/** A place that answers to pointer and keyboard: one item of one series. */
export interface Hit {
  series: number
  index: number
  /** The item's mark; a small box round a point of a line. */
  box: Box
  /** Where a tooltip points at. */
  x: number
  y: number
  /** Name of the series. */
  name: string
  /** Text of the item on the label axis. */
  title: string
  /** Full text of the value. */
  value: string
  color: string
}

/** An entry of the legend. */
export interface LegendEntry {
  name: string
  color: string
  shape: 'square' | 'line'
  dash?: readonly number[]
}

/** A picture with its accessible name and its places of interaction. */
export interface Scene extends Size {
  name: string
  marks: Mark[]
  hits: Hit[]
  /** Entries the picture itself does not explain; the caller shows them, else they are drawn. */
  legend: LegendEntry[]
  /** The area between the axes, where there is one. */
  plot?: Box
  /** True when items run from top to bottom, so that keys and highlights turn. */
  turned?: boolean
  /** Middle of each item along the label axis and the room it has. */
  slots?: { at: number; size: number }[]
}

/** Number of drawn marks, groups not counted. Decides between SVG and canvas. */
export function countMarks(marks: readonly Mark[]): number {
  let count = 0
  for (const mark of marks) {
    count += mark.kind === 'group' || mark.kind === 'clip' ? countMarks(mark.marks) : 1
  }
  return count
}

/** Calls `visit` for every drawn mark with the parts it stands in. */
export function walkMarks(
  marks: readonly Mark[],
  visit: (mark: Exclude<Mark, GroupMark | ClipMark>, parts: readonly string[]) => void,
  parts: readonly string[] = [],
): void {
  for (const mark of marks) {
    if (mark.kind === 'group') walkMarks(mark.marks, visit, [...parts, mark.part])
    else if (mark.kind === 'clip') walkMarks(mark.marks, visit, [...parts, 'clip'])
    else visit(mark, parts)
  }
}

/** Coordinates rounded to what can be seen, so that paths stay short. */
export function round(value: number): number {
  return Math.round(value * 100) / 100
}
