import { readdirSync, readFileSync } from 'node:fs'
import path from 'node:path'
import { describe, expect, test } from 'vitest'
import { walkMarks, type KlipResult, type TextMark } from '$draw/index'
import { boundsOf, chartOf, EN, series } from '$draw/testing'
import type { BoardInput, Page, Placed } from './board'
import { breakLines } from './notice'
import { drawBoard } from './pages'

const folder = path.join(import.meta.dirname, '../../../draw/testdata/examples')
const results = readdirSync(folder).map((file): KlipResult => {
  const { result } = JSON.parse(readFileSync(path.join(folder, file), 'utf8'))
  return { ...result, locale: EN }
})

const at = (x: number, y: number, w: number, h: number) => ({
  id: `${x}-${y}`,
  x,
  y,
  w,
  h,
  auto: true,
})
const none = { result: null, notice: '', freshness: '' }
const klip = (result: KlipResult, box = at(0, 0, 6, 12)): Placed => ({ ...none, ...box, result })
const result = (...components: KlipResult['components']): KlipResult => ({
  ...{ title: 'Sales', title_visible: true },
  ...{ components, warnings: [], locale: EN },
})

function input(placed: Placed[], more: Partial<BoardInput> = {}): BoardInput {
  const foot = { left: 'Prepared by Northlight', right: 'Times are those of UTC.' }
  const words = {
    title: 'Trading',
    subtitle: 'Data as of 8 Sep 2026, 10:00',
    empty: 'Nothing yet.',
  }
  return { ...words, foot, theme: 'light', paper: 'a4', placed, ...more }
}

/** All texts of a page with their places on it. */
function textsOf(page: Page): (TextMark & { left: number; top: number })[] {
  const texts: (TextMark & { left: number; top: number })[] = []
  for (const piece of page.pieces) {
    walkMarks(piece.marks, (mark) => {
      if (mark.kind === 'text')
        texts.push({ ...mark, left: piece.x + mark.x, top: piece.y + mark.y })
    })
  }
  return texts
}
const words = (page: Page) => textsOf(page).map((mark) => mark.text)

/** Marks that stand out of the page, or of the card that they begin in. */
function outside(page: Page): string[] {
  const faults: string[] = []
  for (const piece of page.pieces) {
    const card = page.cards.find(
      (one) =>
        piece.x >= one.x &&
        piece.x < one.x + one.width &&
        piece.y >= one.y &&
        piece.y < one.y + one.height,
    )
    const room = card ?? { x: 0, y: 0, width: page.width, height: page.height }
    walkMarks(piece.marks, (mark, parts) => {
      const { x, y, width, height } = boundsOf(mark)
      const slack = 1.5
      const inside =
        piece.x + x >= room.x - slack &&
        piece.y + y >= room.y - slack &&
        piece.x + x + width <= room.x + room.width + slack &&
        piece.y + y + height <= room.y + room.height + slack
      if (!inside && !parts.includes('clip')) faults.push(JSON.stringify(mark))
    })
  }
  return faults
}

describe.each(['a4', 'picture'] as const)('%s', (paper) => {
  test.each([
    [12, 12],
    [6, 12],
    [4, 8],
    [3, 6],
    [2, 4],
  ])('every example is inside its card of %i columns and %i steps', (w, h) => {
    const placed = results.map((one, i) => ({ ...klip(one, at(0, i * h, w, h)), auto: false }))
    const { pages } = drawBoard(input(placed, { paper }))
    expect(pages.flatMap(outside)).toEqual([])
    expect(pages.flatMap((page) => page.cards)).toHaveLength(results.length)
  })
})

test('a picture is one page as tall as it must be', () => {
  const tall = drawBoard(input([klip(results[0]!, at(0, 0, 12, 90))], { paper: 'picture' }))
  expect(tall.pages).toHaveLength(1)
  expect(tall.pages[0]).toMatchObject({ width: 1440, background: '#F6F7F9' })
  expect(tall.pages[0]!.height).toBeGreaterThan(90 * 24)
})

test('pages of paper are white, or dark as the screen is, and are counted when there are several', () => {
  const placed = results.map((one, i) => klip(one, at(0, i * 20, 12, 20)))
  const light = drawBoard(input(placed)).pages
  const dark = drawBoard(input(placed, { theme: 'dark' })).pages
  expect([light[0]!.background, dark[0]!.background]).toEqual(['#FFFFFF', '#0F1217'])
  expect(light.length).toBeGreaterThan(3)
  light.forEach((page, i) => {
    expect(words(page).at(-1)).toBe(`Times are those of UTC.  ·  Page ${i + 1} of ${light.length}`)
    expect(words(page).slice(0, 2)).toEqual(['Trading', 'Data as of 8 Sep 2026, 10:00'])
  })
  expect(words(drawBoard(input(placed.slice(0, 1))).pages[0]!).at(-1)).toBe(
    'Times are those of UTC.',
  )
})

test('a dashboard without Klips says so', () => {
  const { pages } = drawBoard(input([]))
  expect(pages).toHaveLength(1)
  expect(words(pages[0]!)).toContain('Nothing yet.')
})

test('a long title ends in dots and leaves room for the time of the data', () => {
  const [page] = drawBoard(input([], { title: 'Quarterly results '.repeat(20) })).pages
  const [title, aside] = textsOf(page!)
  expect(title!.text).toMatch(/…$/)
  expect(boundsOf(title!).x + boundsOf(title!).width).toBeLessThan(aside!.x)
})

test('a Klip without a result is a card with the reason', () => {
  const text = 'This Klip was deleted.'
  const [page] = drawBoard(input([{ ...none, ...at(0, 0, 3, 5), notice: text }])).pages
  expect(page!.cards).toHaveLength(1)
  expect(words(page!)).toContain(text)
})

test('a component in error says why, with the hint', () => {
  const error = {
    part: 'p',
    code: 'x',
    message: 'There is no function SUMM.',
    hint: 'Did you mean SUM?',
  }
  const broken = { ...chartOf(['a'], [series('S', [1])]), id: 'b', error }
  const [page] = drawBoard(input([klip(result(broken, chartOf(['a'], [series('S', [1])])))])).pages
  expect(words(page!).join(' ')).toContain('There is no function SUMM. Did you mean SUM?')
  expect(words(page!)).toContain('a')
})

test('a Klip without any value says that there is no data', () => {
  const [page] = drawBoard(input([klip(result(chartOf(['a'], [series('S', [null])])))])).pages
  expect(words(page!)).toContain('No data in this period.')
})

test('a table that is too long says how many rows it does not show', () => {
  const items = { raw: [] as string[], text: [] as string[] }
  for (let i = 0; i < 300; i++) items.text.push(`row ${i}`)
  items.raw = items.text
  const column = { id: 'c', name: 'Name', kind: 'text' as const, align: 'left' as const, items }
  const table = {
    show_header: true,
    striped: false,
    rows: 300,
    total_rows: 5000,
    columns: [column],
  }
  const [page] = drawBoard(
    input([klip(result({ id: 't', name: 'T', type: 'table', table }))], { paper: 'picture' }),
  ).pages
  const shown = words(page!).filter((text) => text.startsWith('row ')).length
  expect(shown).toBeGreaterThan(10)
  const rest = String(5000 - shown)
  expect(words(page!)).toContain(`${rest[0]},${rest.slice(1)} more rows`)
})

describe('the header of a card', () => {
  const two = [series('Revenue', [1, 2]), series('Target', [2, 1], 'line')]
  const chart = (names: string[]) =>
    chartOf(
      ['a', 'b'],
      names.map((name) => series(name, [1, 2])),
      { legend: 'top' },
    )

  test('holds the legend of a lone chart beside the title', () => {
    const [page] = drawBoard(
      input([klip(result(chartOf(['a', 'b'], two, { legend: 'top' })))]),
    ).pages
    const tops = textsOf(page!).filter((mark) => /^(Sales|Revenue|Target)$/.test(mark.text))
    expect(tops.map((mark) => mark.text).sort()).toEqual(['Revenue', 'Sales', 'Target'])
    const lines = tops.map((mark) => mark.top)
    expect(Math.max(...lines) - Math.min(...lines)).toBeLessThan(1)
  })

  test('puts a wide legend below the title', () => {
    const names = Array.from({ length: 7 }, (_, i) => `A series with a name ${i}`)
    const [page] = drawBoard(input([klip(result(chart(names)), at(0, 0, 6, 20))])).pages
    const title = textsOf(page!).find((mark) => mark.text === 'Sales')!
    const entries = textsOf(page!).filter((mark) => mark.text.startsWith('A series'))
    expect(entries).toHaveLength(7)
    for (const entry of entries) expect(entry.top).toBeGreaterThan(title.top + 10)
  })

  test('names the age of old data at the right', () => {
    const old = { ...klip(result(chart(['S', 'T']))), freshness: 'Data from 3 Aug 2026' }
    const [page] = drawBoard(input([old])).pages
    const mark = textsOf(page!).find((one) => one.text === 'Data from 3 Aug 2026')
    expect(mark).toMatchObject({ anchor: 'end' })
    const legend = textsOf(page!).find((one) => one.text === 'T')!
    expect(legend.left).toBeLessThan(boundsOf({ ...mark!, x: mark!.left }).x)
  })
})

test('lines break between words and the last one ends in dots', () => {
  expect(breakLines('one two three four', 64, 9)).toEqual(['one two', 'three four'])
  expect(breakLines('one two three four five six', 64, 2)).toEqual([
    'one two',
    expect.stringMatching(/^three f.*…$/),
  ])
  expect(breakLines('', 60, 2)).toEqual([])
})
