// @vitest-environment jsdom
import { readFileSync } from 'node:fs'
import path from 'node:path'
import { cleanup, render, screen, within } from '@testing-library/svelte'
import { tick } from 'svelte'
import { afterEach, describe, expect, it } from 'vitest'
import type { ComponentResult, KlipResult } from '$draw/index'
import { EN } from '$draw/testing'
import KlipView from './KlipView.svelte'
import type { KlipState } from './state'
import { tooltip } from './tooltip.svelte'

const SIZE = { width: 480, height: 300 }

function readExample(name: string): KlipResult {
  const file = path.join(import.meta.dirname, '../draw/testdata/examples', `${name}.json`)
  return { ...JSON.parse(readFileSync(file, 'utf8')).result, locale: EN }
}

const combined = readExample('temperature-combination')
const table = readExample('receipts-table')
const value = readExample('jobs-value')

function show(result: KlipResult | null, state?: KlipState, more = {}) {
  return render(KlipView, { result, state, size: SIZE, title: 'Sales', ...more })
}

function press(key: string) {
  document.activeElement!.dispatchEvent(new KeyboardEvent('keydown', { key, bubbles: true }))
  return tick().then(tick)
}

function marks(): SVGElement[] {
  return [...document.querySelectorAll<SVGElement>('[data-stop][tabindex="0"]')]
}

async function focusOn(mark: SVGElement) {
  mark.focus()
  await tick()
}

afterEach(() => {
  cleanup()
  tooltip.hide()
})

describe('chart', () => {
  it('is a figure named by its summary', () => {
    show(combined)
    const figure = screen.getByRole('figure')
    expect(figure.getAttribute('aria-label')).toMatch(/^Day and Night by Month, Jan 2015 to Dec/)
  })

  it('draws with presentation attributes only', () => {
    const { container } = show(combined)
    expect(container.querySelectorAll('svg path').length).toBeGreaterThan(10)
    expect(container.querySelectorAll('svg[style], svg [style]')).toHaveLength(0)
  })

  it('has one stop for Tab in each series', () => {
    show(combined)
    expect(marks().map((mark) => mark.dataset.stop)).toEqual(['0-0', '1-0'])
  })

  it('walks the points of a series with arrow keys and comes back to the same one', async () => {
    show(combined)
    await focusOn(marks()[1]!)
    await press('ArrowRight')
    await press('ArrowRight')
    expect((document.activeElement as SVGElement).dataset.stop).toBe('1-2')
    await press('End')
    await press('ArrowRight')
    expect((document.activeElement as SVGElement).dataset.stop).toBe('1-11')
    await press('Home')
    await press('ArrowLeft')
    expect((document.activeElement as SVGElement).dataset.stop).toBe('1-0')
    await press('ArrowRight')
    expect(marks().map((mark) => mark.dataset.stop)).toEqual(['0-0', '1-1'])
  })

  it('says in the tooltip what the focused mark is called', async () => {
    show(combined)
    await focusOn(marks()[0]!)
    const name = document.activeElement!.getAttribute('aria-label')!
    const { title, rows } = tooltip.tip!
    const words = [title, ...rows.map((row) => `${row.name} ${row.value}`)]
    expect(name.split(', ').sort()).toEqual(words.sort())
    expect(document.querySelectorAll('.tip')).toHaveLength(1)
  })

  it('takes the tooltip away on Escape and when focus leaves', async () => {
    show(combined)
    await focusOn(marks()[0]!)
    await press('Escape')
    expect(tooltip.tip).toBeNull()
    await press('ArrowRight')
    expect(tooltip.tip).not.toBeNull()
    ;(document.activeElement as SVGElement).blur()
    expect(tooltip.tip).toBeNull()
  })

  it('shows its numbers as a table for the key T, and the picture again', async () => {
    show(combined)
    await focusOn(marks()[0]!)
    await press('t')
    const heads = screen.getAllByRole('columnheader').map((head) => head.textContent)
    expect(heads).toEqual(['Month', 'Day', 'Night'])
    const back = screen.getByRole('button', { name: 'View as picture' })
    expect(document.activeElement).toBe(back)
    back.click()
    await tick()
    expect(screen.getByRole('figure')).toBeTruthy()
  })

  it('lends its legend to the header', () => {
    const { container } = show(combined)
    expect(container.querySelector('header ul')?.textContent).toMatch(/Day\s+Night/)
    expect(container.querySelector('g.legend')).toBeNull()
  })

  it('is painted on a canvas when it has too many marks', () => {
    const many = Array.from({ length: 1600 }, (_, i) => i + 1)
    const text = many.map(String)
    const chart = combined.components[0]!.chart!
    const bars = [{ ...chart.series[0]!, items: { raw: many, text } }]
    const x = { ...chart.x, kind: 'text' as const, items: { raw: text, text } }
    const component = { ...combined.components[0]!, chart: { ...chart, x, series: bars } }
    const { container } = show({ ...combined, components: [component] })
    expect(container.querySelectorAll('canvas')).toHaveLength(1)
    expect(container.querySelectorAll('svg *').length).toBeLessThan(20)
    expect(marks()).toHaveLength(1)
  })
})

describe('table', () => {
  it('has headers, cells and a totals row', () => {
    show(table)
    expect(screen.getAllByRole('columnheader')).toHaveLength(4)
    const rows = screen.getAllByRole('row')
    expect(within(rows[1]!).getAllByRole('cell')[2]!.textContent).toBe('$31,800.00')
    expect(rows[rows.length - 1]!.textContent).toMatch(/Total.*\$54,537\.12/)
  })

  it('draws mini charts and says what they are', () => {
    const [first, ...rest] = table.components[0]!.table!.columns
    const column = {
      ...first!,
      kind: 'sparkline' as const,
      sparks: first!.items.text.map((_, i) => [1, 2 + i, 3]),
    }
    const component = table.components[0]!
    const columns = [...rest, column]
    show({ ...table, components: [{ ...component, table: { ...component.table!, columns } }] })
    const pictures = screen.getAllByRole('img')
    expect(pictures).toHaveLength(component.table!.rows)
    expect(pictures[0]!.getAttribute('aria-label')).toBe('3 values, 1 to 3')
    expect(pictures[0]!.querySelectorAll('path')).toHaveLength(1)
    expect(pictures[0]!.querySelectorAll('[style]')).toHaveLength(0)
  })

  it('paints what indicators mark', () => {
    const [first, ...rest] = table.components[0]!.table!.columns
    const marked = {
      ...first!,
      marks: [
        { row: 0, color: 'theme:3', background: '#ffeecc', bold: true, icon: 'up' },
        { row: 1, text: 'about {value}' },
      ],
    }
    const own = first!.items.text
    const shown = { ...table.components[0]!.table!, columns: [marked, ...rest] }
    show({ ...table, components: [{ ...table.components[0]!, table: shown }] })
    const cells = screen.getAllByRole('row').map((row) => row.querySelector('td'))
    expect(cells[1]!.textContent).toBe(`▲ ${own[0]}`)
    expect(cells[1]!.style.background).toBe('rgb(255, 238, 204)')
    expect(cells[1]!.style.color).not.toBe('')
    expect(cells[1]!.classList.contains('bold')).toBe(true)
    expect(cells[2]!.textContent).toBe(`about ${own[1]}`)
    expect(cells[2]!.style.color).toBe('')
    expect(cells[3]!.textContent).toBe(own[2])
  })

  it('says how many rows it does not show', () => {
    show(table)
    expect(screen.getByText('Showing 6 of 12 rows')).toBeTruthy()
  })

  it('keeps only rows in sight as elements when there are many', () => {
    const text = Array.from({ length: 1000 }, (_, i) => `Row ${i}`)
    const columns = [{ ...table.components[0]!.table!.columns[0]!, items: { raw: text, text } }]
    const long = { ...table.components[0]!.table!, columns, rows: 1000, total_rows: 1000 }
    show({ ...table, components: [{ ...table.components[0]!, table: long }] })
    expect(screen.getAllByRole('row').length).toBeLessThan(80)
    expect(screen.getByRole('table').getAttribute('aria-rowcount')).toBe('1001')
  })
})

describe('value', () => {
  it('shows number, change and what it is compared with', () => {
    const { container } = show(value)
    expect(container.querySelector('.number')?.textContent).toBe('143,093,000')
    expect(container.querySelector('.good')?.textContent).toMatch(/1\.9%/)
    expect(screen.getByRole('img', { name: 'up' })).toBeTruthy()
    expect(screen.getByText('vs a year before')).toBeTruthy()
  })
})

describe('states', () => {
  it.each([
    ['chart', 'chart'],
    ['table', 'table'],
    ['simple_value', 'simple_value'],
  ] as const)('loads with the skeleton of a %s', (shape, name) => {
    const { container } = show(null, { kind: 'loading', shape })
    expect(container.querySelector(`.skeleton.${name}`)).toBeTruthy()
    expect(screen.getByRole('heading').textContent).toBe('Sales')
  })

  it('keeps the picture while it refreshes', () => {
    const { container } = show(combined, { kind: 'refreshing' })
    expect(screen.getByRole('progressbar')).toBeTruthy()
    expect(screen.getByRole('figure')).toBeTruthy()
    expect(container.querySelector('article')?.getAttribute('aria-busy')).toBe('true')
  })

  it('keeps the last picture in an error, with the reason', () => {
    const reason = 'The sign-in expired.'
    const { container } = show(combined, { kind: 'error', since: '06:00', reason })
    expect(screen.getByText('Could not refresh since 06:00. The sign-in expired.')).toBeTruthy()
    expect(container.querySelector('.body.old figure')).toBeTruthy()
  })

  it.each<[string, KlipState, string]>([
    ['an error', { kind: 'error', reason: 'No answer.' }, 'Could not refresh. No answer.'],
    ['nothing', { kind: 'empty' }, 'No data in this period.'],
    ['waiting', { kind: 'waiting', message: 'Waiting for companyId' }, 'Waiting for companyId'],
    ['no permission', { kind: 'no_permission' }, 'Not shared with you.'],
    ['a limit', { kind: 'over_limit', message: 'Passed 100 MB.' }, 'Passed 100 MB.'],
  ])('says %s in words', (_, state, text) => {
    show(null, state)
    expect(screen.getByText(text)).toBeTruthy()
  })

  it('says that a result holds nothing', () => {
    const empty = { ...table.components[0]!.table!, rows: 0, total_rows: 0 }
    show({ ...table, components: [{ ...table.components[0]!, table: empty }] })
    expect(screen.getByText('No data in this period.')).toBeTruthy()
  })

  it('shows the age of old data', () => {
    show(value, { kind: 'ready' }, { freshness: { text: 'Data from 06:00' } })
    expect(screen.getByText('Data from 06:00')).toBeTruthy()
  })

  it('shows why one component failed and the others as they are', () => {
    const failed: ComponentResult = {
      id: 'bad',
      name: 'Chart',
      type: 'chart',
      error: {
        part: 'x',
        code: 'formula_unknown',
        message: 'There is no function FOO.',
        hint: 'Did you mean FLOOR?',
      },
    }
    show({ ...combined, components: [failed] })
    expect(screen.getByText('There is no function FOO. Did you mean FLOOR?')).toBeTruthy()
  })

  it('has no heading when the author hid the title, but keeps the name', () => {
    show({ ...combined, title_visible: false })
    expect(screen.queryByRole('heading')).toBeNull()
    expect(screen.getByRole('article').getAttribute('aria-label')).toBe(combined.title)
  })
})
