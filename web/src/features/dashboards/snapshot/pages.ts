/** The pages of a snapshot: title, cards and foot. */
import { DARK, fitText, LIGHT, measureText, type Font, type Mark, type Theme } from '$draw/index'
import { arrange, widthOf } from '../flow'
import { wantedSteps } from '../heights'
import type { Board, BoardInput, Page, Piece, Placed } from './board'
import { drawCard } from './card'
import { breakPages, placeCards, type Spot } from './paper'

const MARGIN = 32
/** Title and what is below it; later pages name the dashboard in a smaller line. */
const HEAD = 44
const NEXT_HEAD = 32
const FOOT = 36

const TITLE: Font = { size: 22, weight: 600, tracking: -0.015 }
const NEXT_TITLE: Font = { size: 13, weight: 600 }
const SUBTITLE: Font = { size: 13, weight: 400 }
const SMALL: Font = { size: 12, weight: 400 }

/** Width of the picture, and an A4 page across, on which 11 pixels are 7 points. */
const PICTURE = 1440
const A4 = { width: 1304, height: 922 }

/** Backgrounds: on paper, light is white. */
const CANVAS = { light: '#F6F7F9', dark: '#0F1217' }
const PAPER = { light: '#FFFFFF', dark: '#0F1217' }

/** Lays a dashboard out on pages and draws it. */
export function drawBoard(input: BoardInput): Board {
  const a4 = input.paper === 'a4'
  const width = a4 ? A4.width : PICTURE
  const grid = width - 2 * MARGIN
  const spots = placeCards(arrangeCards(input.placed, grid), grid)
  const room = (page: number) =>
    a4 ? A4.height - 2 * MARGIN - FOOT - (page === 0 ? HEAD : NEXT_HEAD) : Infinity
  const broken = breakPages(spots, room)
  const count = 1 + Math.max(0, ...broken.map((spot) => spot.page))
  const tall = Math.max(80, ...broken.map((spot) => spot.y + spot.height))
  const height = a4 ? A4.height : 2 * MARGIN + HEAD + tall + FOOT
  const pages = Array.from({ length: count }, (_, i) => {
    const own = broken.filter((spot) => spot.page === i)
    return drawPage(input, own, { width, height }, i, count)
  })
  return { pages }
}

/** Twelve columns with the heights that contents want, as on a wide screen. */
function arrangeCards(placed: readonly Placed[], grid: number): Placed[] {
  return arrange(placed, 12, {
    wanted: ({ id }, columns, w) => {
      const result = placed.find((one) => one.id === id)?.result
      return result ? wantedSteps(result, widthOf(w, columns, grid), false) : null
    },
    pairs: () => false,
  })
}

function drawPage(
  input: BoardInput,
  spots: readonly Spot<Placed>[],
  { width, height }: { width: number; height: number },
  index: number,
  count: number,
): Page {
  const theme = input.theme === 'dark' ? DARK : LIGHT
  const background = (input.paper === 'a4' ? PAPER : CANVAS)[theme.name]
  const top = MARGIN + (index === 0 ? HEAD : NEXT_HEAD)
  const inner = width - 2 * MARGIN
  const head = drawHead(input, inner, index === 0, theme)
  const page: Page = { width, height, background, pieces: [head], cards: [] }
  if (input.placed.length === 0) page.pieces.push(emptyPiece(input.empty, width, top, theme))
  for (const spot of spots) {
    const { x, y } = { x: MARGIN + spot.x, y: top + spot.y }
    const size = { width: spot.width, height: spot.height }
    const name = spot.item.result?.title ?? ''
    page.cards.push({ id: spot.item.id, name, x, y, ...size })
    for (const piece of drawCard(spot.item, size, theme)) {
      page.pieces.push({ x: x + piece.x, y: y + piece.y, marks: piece.marks })
    }
  }
  page.pieces.push(
    drawFoot(input, inner, height, count > 1 ? `Page ${index + 1} of ${count}` : '', theme),
  )
  return page
}

/** The title with the time of the data beside it. */
function drawHead(
  { title, subtitle }: BoardInput,
  width: number,
  first: boolean,
  theme: Theme,
): Piece {
  const font = first ? TITLE : NEXT_TITLE
  const y = first ? 20 : 13
  const aside = fitText(subtitle, width * 0.4, SUBTITLE)
  const room = width - measureText(aside, SUBTITLE) - 12
  const text = fitText(title, room, font)
  const x = text ? measureText(text, font) + 12 : 0
  const marks: Mark[] = [
    { kind: 'text', x: 0, y, text, ...font, fill: theme.ink },
    { kind: 'text', x, y, text: aside, ...SUBTITLE, fill: theme.ink3 },
  ]
  return { x: MARGIN, y: MARGIN, marks }
}

function drawFoot(
  { foot }: BoardInput,
  width: number,
  height: number,
  pageText: string,
  theme: Theme,
): Piece {
  const right = fitText([foot.right, pageText].filter(Boolean).join('  ·  '), width / 2, SMALL)
  const left = fitText(foot.left, width / 2 - 16, SMALL)
  const y = 0
  const marks: Mark[] = [
    { kind: 'text', x: 0, y, text: left, ...SMALL, fill: theme.ink3 },
    { kind: 'text', x: width, y, text: right, ...SMALL, fill: theme.ink3, anchor: 'end' },
  ]
  return { x: MARGIN, y: height - MARGIN, marks }
}

function emptyPiece(text: string, width: number, top: number, theme: Theme): Piece {
  const mark: Mark = {
    kind: 'text',
    x: 0,
    y: 0,
    text,
    size: 14,
    weight: 400,
    fill: theme.ink3,
    anchor: 'middle',
  }
  return { x: width / 2, y: top + 44, marks: [mark] }
}
