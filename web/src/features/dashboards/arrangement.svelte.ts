import { record, redo, startHistory, undo, type History } from './history'
import {
  addBox,
  moveBox,
  MOST_STEPS,
  removeBox,
  resizeBox,
  rowOf,
  tidy,
  type Direction,
  type Size,
} from './layout'
import { t } from '$lib/text'
import { isSameDraft, newPlacementId, samePlaces, type Draft, type Placed } from './placed'

export type Change = 'move' | 'resize' | 'remove' | 'add' | 'tidy' | 'rename'

/** What an arrangement has to know about Klips. */
export interface Known {
  /** Name of a Klip for people; "" while it is not known. */
  name(placed: Placed): string
  least(placed: Placed): Size
  /** Steps that the content wants at a width in columns; null when any height does. */
  wanted(placed: Placed, w: number): number | null
}

/** Most Klips of a dashboard. */
export const MOST_KLIPS = 60
/** From here a second dashboard is suggested. */
export const MANY_KLIPS = 40

const WAYS: Record<Direction, [number, number]> = {
  left: [-1, 0],
  right: [1, 0],
  up: [0, -1],
  down: [0, 1],
}

/**
 * A dashboard under arrangement: the draft with its history, and the preview while a Klip is lifted by
 * pointer or keys. Nothing is sent until the page saves the draft.
 */
export class Arrangement {
  readonly since = Date.now()
  /** Id of the Klip in the hand; "" for none. */
  lifted = $state('')
  /** Way of the pointer since it took the Klip, in pixels; null when keys hold it. */
  offset = $state.raw<{ x: number; y: number } | null>(null)
  /** True while the size changes, by an edge. */
  sizing = $state(false)
  /** What screen readers hear. */
  said = $state('')

  #known: Known
  #history: History<Draft>
  #preview: readonly Placed[] | null
  #start: Draft
  /** Names from the tray, until results tell them. */
  #titles: Record<string, string> = {}
  #closed = $state(false)

  constructor(draft: Draft, known: Known) {
    this.#known = known
    this.#start = draft
    this.#history = $state.raw(startHistory(draft))
    this.#preview = $state.raw<readonly Placed[] | null>(null)
  }

  get draft(): Draft {
    return this.#history.now
  }

  /** Placements to show: with what is in the hand at its next place. */
  get placements(): readonly Placed[] {
    return this.#preview ?? this.draft.placements
  }

  /** Placements as they were before something was lifted. */
  get settled(): readonly Placed[] {
    return this.draft.placements
  }

  /** There are changes that would be lost. */
  get dirty(): boolean {
    return !this.#closed && this.draft !== this.#start && !isSameDraft(this.draft, this.#start)
  }

  get full(): boolean {
    return this.settled.length >= MOST_KLIPS
  }

  get undoable(): Change | null {
    return (this.#history.past.at(-1)?.label as Change | undefined) ?? null
  }

  get redoable(): Change | null {
    return (this.#history.future[0]?.label as Change | undefined) ?? null
  }

  /** Name of a Klip for people. */
  nameOf(placed: Placed): string {
    return this.#known.name(placed) || this.#titles[placed.klip] || t('dashboards.klip.untitled')
  }

  find(id: string): Placed | undefined {
    return this.placements.find((placed) => placed.id === id)
  }

  /** Ends the arrangement: it was saved or given up. */
  close(): void {
    this.cancel()
    this.#closed = true
  }

  rename(title: string): void {
    this.#record({ ...this.draft, title }, 'rename', true)
  }

  undo(): void {
    const change = this.undoable
    if (!change) return
    this.cancel()
    this.#history = undo(this.#history)
    this.said = t('dashboards.edit.undone', { change: t(`dashboards.change.${change}`) })
  }

  redo(): void {
    const change = this.redoable
    if (!change) return
    this.cancel()
    this.#history = redo(this.#history)
    this.said = t('dashboards.edit.redone', { change: t(`dashboards.change.${change}`) })
  }

  tidy(): void {
    this.#settle(tidy(this.settled), 'tidy')
  }

  remove(id: string): void {
    const placed = this.find(id)
    if (!placed) return
    this.cancel()
    this.#settle(removeBox(this.settled, id), 'remove')
    this.said = t('dashboards.edit.removed', { title: this.nameOf(placed) })
  }

  /** Adds a Klip in the first gap. Gives the id of its placement, "" when full. */
  add(klip: string, size: Size, title = ''): string {
    if (this.full) return ''
    this.#titles[klip] = title
    const placed: Placed = { id: newPlacementId(), klip, x: 0, y: 0, ...size, auto: true }
    this.#settle(addBox(this.settled, placed), 'add')
    this.said = t('dashboards.edit.added', { place: this.place(placed.id) })
    return placed.id
  }

  /** Moves a Klip to a place at once. */
  moveTo(id: string, to: { x: number; y: number }): void {
    this.#settle(moveBox(this.settled, id, to), 'move')
    this.said = this.place(id)
  }

  /** Gives a Klip another size at once. */
  resizeTo(id: string, to: { w?: number; h?: number }): void {
    this.#settle(this.#resized(id, to), 'resize')
    this.said = this.place(id, true)
  }

  /** Lets the content decide the height again. */
  autoHeight(id: string): void {
    const placed = this.find(id)
    if (!placed) return
    const all = this.settled.map((p) => (p.id === id ? { ...p, auto: true } : p))
    const h = this.#known.wanted(placed, placed.w) ?? placed.h
    this.#settle(resizeBox(all, id, { h }, this.#known.least(placed)), 'resize')
    this.said = this.place(id, true)
  }

  /** Takes a Klip in the hand. */
  lift(id: string, by: 'pointer' | 'edge' | 'keys'): void {
    this.cancel()
    this.lifted = id
    this.sizing = by === 'edge'
    this.offset = by === 'pointer' ? { x: 0, y: 0 } : null
    if (by === 'keys') this.said = t('dashboards.edit.lifted', { place: this.place(id) })
  }

  /** Shows where the lifted Klip would come to rest. */
  hover(to: { x: number; y: number }): void {
    this.#show(moveBox(this.settled, this.lifted, to))
  }

  /** Shows the lifted Klip in another size. */
  stretch(to: { w?: number; h?: number; x?: number }): void {
    this.#show(this.#resized(this.lifted, to))
  }

  /** Shows a Klip of the tray at a place, as if it were lifted. */
  hoverNew(placed: Placed, title: string, to: { x: number; y: number }): void {
    this.#titles[placed.klip] = title
    this.lifted = placed.id
    this.#show(addBox(this.settled, placed, to))
  }

  /** Moves the lifted Klip by keys, as far as it takes to change something. */
  step(way: Direction): void {
    const now = this.find(this.lifted)
    const before = this.placements
    if (!now) return
    const [dx, dy] = WAYS[way]
    const most = dx ? 12 : 2 * now.h + Math.max(...before.map((p) => p.h))
    for (let n = 1; n <= most; n++) {
      const to = { x: now.x + dx * n, y: now.y + dy * n }
      if (to.x < 0 || to.x + now.w > 12 || to.y < 0) break
      const next = moveBox(before, now.id, to)
      if (samePlaces(next, before)) continue
      this.sizing = false
      this.#show(next)
      this.said = this.place(now.id)
      return
    }
    this.said = t('dashboards.edit.stays', { place: this.place(now.id) })
  }

  /** Changes the size of the lifted Klip by a column or a step. */
  grow(way: Direction): void {
    const now = this.find(this.lifted)
    if (!now) return
    const [dw, dh] = WAYS[way]
    this.sizing = true
    this.#show(this.#resized(now.id, { w: now.w + dw, h: now.h + dh }, this.placements))
    this.said = this.place(now.id, true)
  }

  /** Puts down what is in the hand. */
  drop(change: Change = this.sizing ? 'resize' : 'move'): void {
    const id = this.lifted
    const preview = this.#preview
    this.#letGo()
    if (preview) this.#settle(preview, change)
    if (id) this.said = t('dashboards.edit.dropped', { place: this.place(id, change === 'resize') })
  }

  /** Puts back what is in the hand. */
  cancel(): void {
    const id = this.lifted
    this.#letGo()
    if (id && this.find(id)) this.said = t('dashboards.edit.cancelled', { place: this.place(id) })
  }

  /** "Revenue, column 4 of 12, row 2, 6 wide". */
  place(id: string, high = false): string {
    const placed = this.find(id)
    if (!placed) return ''
    const place = t('dashboards.edit.place', {
      title: this.nameOf(placed),
      column: placed.x + 1,
      row: rowOf(this.placements, placed),
      w: placed.w,
    })
    return high ? t('dashboards.edit.placeHigh', { place, h: placed.h }) : place
  }

  /** A height set by hand turns off the automatic one; another width changes what the content wants. */
  #resized(
    id: string,
    to: { w?: number; h?: number; x?: number },
    from: readonly Placed[] = this.settled,
  ): Placed[] {
    const placed = from.find((p) => p.id === id)
    if (!placed) return [...from]
    const least = this.#known.least(placed)
    const w = Math.max(least.w, Math.min(12, Math.round(to.w ?? placed.w)))
    const byHand = to.h !== undefined && Math.round(to.h) !== placed.h
    const auto = placed.auto && !byHand
    const h = auto && w !== placed.w ? (this.#known.wanted(placed, w) ?? placed.h) : placed.h
    const all = auto === placed.auto ? from : from.map((p) => (p.id === id ? { ...p, auto } : p))
    return resizeBox(all, id, { ...to, w, h: byHand ? Math.min(to.h ?? h, MOST_STEPS) : h }, least)
  }

  #show(preview: readonly Placed[]): void {
    if (!samePlaces(preview, this.placements)) this.#preview = preview
  }

  #letGo(): void {
    this.lifted = ''
    this.offset = null
    this.sizing = false
    this.#preview = null
  }

  #settle(placements: readonly Placed[], change: Change): void {
    if (!samePlaces(placements, this.settled)) this.#record({ ...this.draft, placements }, change)
  }

  #record(draft: Draft, change: Change, merge = false): void {
    this.#history = record(this.#history, draft, change, merge)
  }
}
