/** What a snapshot is made of, and what it becomes. Field names are those of Go's internal/draw. */
import type { KlipResult, Mark, Theme } from '$draw/index'
import type { Item, Rect } from '../flow'

/** A Klip at its place. With an error, `notice` stands in place of a result. */
export interface Placed extends Item {
  result: KlipResult | null
  notice: string
  /** How old the data is, where it is older than the rest of the dashboard. */
  freshness: string
}

/** A dashboard with everything that a snapshot of it shows, as text that is ready to be read. */
export interface BoardInput {
  title: string
  /** "Data as of …", beside the title. */
  subtitle: string
  /** Lower corners of every page. */
  foot: { left: string; right: string }
  /** In place of Klips when there are none. */
  empty: string
  theme: Theme['name']
  /** One tall picture, or pages of A4 across. */
  paper: 'picture' | 'a4'
  placed: Placed[]
}

/** Marks with a place of their own on a page. */
export interface Piece {
  x: number
  y: number
  marks: Mark[]
}

/** A Klip on a page. */
export interface Card extends Rect {
  id: string
  name: string
}

/** One page; sizes in CSS pixels. */
export interface Page {
  width: number
  height: number
  /** Colour of what nothing is drawn on. */
  background: string
  pieces: Piece[]
  cards: Card[]
}

/** All pages of a snapshot, at least one. */
export interface Board {
  pages: Page[]
}
