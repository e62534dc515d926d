/** A Klip as a card: what KlipView.svelte shows, as marks. */
import {
  drawLegend,
  fitText,
  layOutLegend,
  measureText,
  type ComponentResult,
  type Font,
  type KlipResult,
  type LegendEntry,
  type Locale,
  type Mark,
  type Scene,
  type Size,
  type Theme,
} from '$draw/index'
import { drawComponent } from '$draw/components/list'
import { isEmptyResult, WORDS } from '$klip/state'
import { componentHeight } from '../heights'
import type { Piece, Placed } from './board'
import { drawNotice } from './notice'

/** Border and padding. */
const PAD = { x: 17, y: 15 }
const TITLE: Font = { size: 13, weight: 600 }
const NOTE: Font = { size: 12, weight: 400 }
/** A line of the header. */
const LINE = 20
/** Between title, legend and the age of the data. */
const APART = 14
/** Between two components. */
const BETWEEN = 12
/** Most of a card's height that its legend may take. */
const LEGEND_SHARE = 0.2
/** Space above a component, by its type. */
const ABOVE: Record<ComponentResult['type'], number> = {
  chart: 8,
  table: 4,
  simple_value: 4,
  input: 4,
}
const RADIUS = 12

/** A part of a card with its place in it. */
interface Slot extends Size {
  component: ComponentResult
  y: number
}

/** The pieces of a card with its corner at (0, 0). */
export function drawCard(placed: Placed, size: Size, theme: Theme): Piece[] {
  const { result } = placed
  const heading = result?.title_visible ? result.title : ''
  const inner = { width: size.width - 2 * PAD.x, height: size.height - 2 * PAD.y }
  const notice = noticeOf(placed)
  if (!result || notice) {
    const head = drawHead({ heading, entries: [], freshness: placed.freshness }, inner.width, theme)
    const room = { width: inner.width, height: inner.height - head.height }
    const pieces = [frame(size, theme), at(0, 0, head.marks)]
    pieces.push(at(0, head.height, drawNotice(notice, room, theme)))
    return pieces
  }
  const lone = drawLone(result, heading, inner, theme)
  const entries = lone ? fitting(lone, size.height) : []
  const head = drawHead({ heading, entries, freshness: placed.freshness }, inner.width, theme)
  const pieces = [frame(size, theme), at(0, 0, head.marks)]
  for (const slot of slotsOf(result, inner, head.height, heading)) {
    const marks =
      lone?.height === slot.height
        ? lone.marks
        : drawSlot(slot, heading, !!lone, theme, result.locale)
    pieces.push(at(0, slot.y, marks))
  }
  return pieces
}

function at(x: number, y: number, marks: Mark[]): Piece {
  return { x: PAD.x + x, y: PAD.y + y, marks }
}

function frame({ width, height }: Size, theme: Theme): Piece {
  const rect: Mark = {
    kind: 'rect',
    x: 0.5,
    y: 0.5,
    width: width - 1,
    height: height - 1,
    radius: RADIUS - 0.5,
    fill: theme.surface,
    stroke: theme.line,
    strokeWidth: 1,
  }
  return { x: 0, y: 0, marks: [rect] }
}

function noticeOf({ result, notice }: Placed): string {
  if (!result) return notice
  return isEmptyResult(result) ? WORDS.noData : ''
}

/**
 * A lone chart under a title lends its legend to the header. This is its picture below a header of one
 * line, null for other Klips.
 */
function drawLone(result: KlipResult, heading: string, inner: Size, theme: Theme): Scene | null {
  const [lone] = result.components
  if (!heading || result.components.length !== 1 || !lone?.chart || lone.error) return null
  const size = { width: inner.width, height: inner.height - LINE - ABOVE.chart }
  return drawComponent(lone, size, theme, result.locale, { legend: 'outside' })
}

/** The legend for the header; none when it would take too much of the card. */
function fitting({ legend, width }: Scene, height: number): LegendEntry[] {
  const needed = layOutLegend(legend, width, Infinity, false).height
  return needed <= height * LEGEND_SHARE ? legend : []
}

interface Head {
  heading: string
  entries: LegendEntry[]
  freshness: string
}

/** Title at the left; age of the data and legend at the right, the legend below where it is too wide. */
function drawHead(
  { heading, entries, freshness }: Head,
  width: number,
  theme: Theme,
): { height: number; marks: Mark[] } {
  if (!heading && !freshness) return { height: 0, marks: [] }
  const marks: Mark[] = []
  let right = width
  if (freshness) {
    const text = fitText(freshness, width, NOTE)
    marks.push({ kind: 'text', x: right, y: 14.5, text, ...NOTE, fill: theme.ink3, anchor: 'end' })
    right -= measureText(text, NOTE) + APART
  }
  let height = LINE
  const beside = layOutLegend(entries, Math.max(1, right), LINE, false)
  const whole = beside.places.length === entries.length
  if (entries.length > 0 && whole && measureText(heading, TITLE) + APART + beside.width <= right) {
    marks.push({
      kind: 'group',
      part: 'legend',
      marks: drawLegend(beside, right - beside.width, 0, theme),
    })
    right -= beside.width + APART
  } else if (entries.length > 0) {
    const below = layOutLegend(entries, width, Infinity, false)
    marks.push({ kind: 'group', part: 'legend', marks: drawLegend(below, 0, LINE, theme) })
    height += below.height
  }
  const text = fitText(heading, Math.max(1, right), TITLE)
  if (text) marks.push({ kind: 'text', x: 0, y: 14.5, text, ...TITLE, fill: theme.ink2 })
  return { height, marks }
}

/** Values take the height of their texts; charts and tables share the rest. */
function slotsOf(result: KlipResult, inner: Size, top: number, heading: string): Slot[] {
  const { components } = result
  const fixed = components.map((c) =>
    (c.value || c.input) && !c.error ? (componentHeight(c, inner.width, heading, false) ?? 0) : 0,
  )
  const growing = components.filter((_, i) => !fixed[i])
  const gaps = BETWEEN * (components.length - 1)
  const spaces = growing.reduce((sum, c) => sum + ABOVE[c.type], 0)
  const taken = fixed.reduce((sum, h) => sum + h, 0) + gaps + spaces
  const share = Math.max(1, (inner.height - top - taken) / Math.max(1, growing.length))
  const slots: Slot[] = []
  let y = top
  components.forEach((component, i) => {
    const above = ABOVE[component.type]
    const height = fixed[i] ? fixed[i] - above : share
    y += above
    if (y + Math.min(height, 16) <= inner.height) {
      const room = Math.min(height, inner.height - y)
      slots.push({ component, y, width: inner.width, height: room })
    }
    y += height + BETWEEN
  })
  return slots
}

function drawSlot(
  { component, width, height }: Slot,
  heading: string,
  outside: boolean,
  theme: Theme,
  locale: Locale,
): Mark[] {
  const size = { width, height }
  if (component.error) {
    const { message, hint } = component.error
    return drawNotice([message, hint].filter(Boolean).join(' '), size, theme)
  }
  const legend = outside ? 'outside' : 'inside'
  return drawComponent(component, size, theme, locale, { legend, title: heading }).marks
}
