import { describe, expect, it } from 'vitest'
import type { ComponentResult, ValueResult } from './result'
import { summarise } from './summary'
import { EN, chartOf, series } from './testing'

function value(changes: Partial<ValueResult>): ComponentResult {
  const primary = { name: 'Net sales', raw: 428190, text: '€428,190' }
  return { id: 'v', name: 'Value', type: 'simple_value', value: { primary, ...changes } }
}

describe('charts', () => {
  it('name the highest and the lowest value', () => {
    const chart = chartOf(['North', 'East', ''], [series('Revenue', [5, 9, 2])])
    expect(summarise(chart, EN)).toBe(
      'Revenue by Label, 3 values, highest East 9, lowest (blank) 2',
    )
  })

  it('say the span and the last value of dates', () => {
    const chart = chartOf(['Nov 2024', 'Dec 2024', 'Jan 2025'], [series('Revenue', [5, 9, 7])])
    chart.chart!.x.kind = 'date'
    expect(summarise(chart, EN)).toBe(
      'Revenue by Label, Nov 2024 to Jan 2025, highest Dec 2024 9, lowest Nov 2024 5, last Jan 2025 7',
    )
  })

  it('name the series an extreme belongs to', () => {
    const chart = chartOf(['A', 'B'], [series('Web', [1, 8]), series('Shops', [3, 4])])
    expect(summarise(chart, EN)).toBe(
      'Web and Shops by Label, 2 values, highest Web B 8, lowest Web A 1',
    )
  })

  it('say so when there is nothing', () => {
    expect(summarise(chartOf([], []), EN)).toBe('Chart by Label, no data')
  })
})

describe('values', () => {
  const secondary = { name: 'vs prior 30 days', raw: 395000, text: '€395,000' }

  it('say the change in words', () => {
    const change = { text: '+8.4%', direction: 'up', good: true } as const
    expect(summarise(value({ secondary, change }), EN)).toBe(
      'Net sales €428,190, up 8.4% vs prior 30 days, better',
    )
  })

  it('say no change', () => {
    const change = { text: '0%', direction: 'same', good: null } as const
    expect(summarise(value({ secondary, change }), EN)).toBe(
      'Net sales €428,190, no change vs prior 30 days',
    )
  })

  it('name the second number', () => {
    expect(summarise(value({ secondary }), EN)).toBe(
      'Net sales €428,190, vs prior 30 days €395,000',
    )
  })
})

it('counts rows of tables and says when some are missing', () => {
  const component: ComponentResult = {
    id: 't',
    name: 'Best sellers',
    type: 'table',
    table: {
      show_header: true,
      striped: false,
      rows: 1000,
      total_rows: 12345,
      columns: [
        { id: 'a', name: 'Product', kind: 'text', align: 'left', items: { raw: [], text: [] } },
      ],
    },
  }
  expect(summarise(component, EN)).toBe('Best sellers, 1,000 of 12,345 rows, columns Product')
})
