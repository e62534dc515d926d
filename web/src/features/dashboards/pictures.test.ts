// @vitest-environment jsdom
import { expect, test } from 'vitest'
import { LIGHT, type KlipResult } from '$draw/index'
import { EN } from '$draw/testing'
import { csvText, fileName, klipScene, svgText } from './pictures'

const klip: KlipResult = {
  title: 'Sales <by> "month"',
  title_visible: true,
  warnings: [],
  locale: EN,
  components: [
    {
      id: 'c',
      name: 'Chart',
      type: 'chart',
      chart: {
        orientation: 'vertical',
        stacking: 'none',
        legend: 'auto',
        x: {
          id: 'x',
          name: 'Month',
          kind: 'text',
          items: { raw: ['=Jan', 'Feb, wet'], text: ['=Jan', 'Feb, wet'] },
        },
        y: {
          title: '',
          min: null,
          max: null,
          format: {
            as: 'number',
            decimals: 0,
            prefix: '',
            suffix: '',
            symbol: '',
            abbreviate: 'auto',
            multiply: true,
            thousands: true,
          },
        },
        series: [
          {
            id: 's',
            name: 'Sold',
            type: 'bar',
            color: null,
            items: { raw: [0.1 + 0.2, null], text: ['1,201', ''] },
          },
        ],
      },
    },
    {
      id: 'v',
      name: 'Value',
      type: 'simple_value',
      value: { primary: { name: 'All', raw: -3, text: '−3' } },
    },
  ],
}

test('CSV holds full numbers and no formulas', () => {
  expect(csvText(klip)).toBe('Month,Sold\r\n\'=Jan,0.3\r\n"Feb, wet",\r\n\r\nAll,-3\r\n')
})

test('SVG is well formed, of the size asked for, and says what it is', () => {
  const text = svgText(klipScene(klip, { width: 400, height: 300 }, 'picture', LIGHT))
  const doc = new DOMParser().parseFromString(text, 'image/svg+xml')
  expect(doc.querySelector('parsererror')).toBeNull()
  expect(doc.documentElement.getAttribute('viewBox')).toBe('0 0 400 300')
  expect(doc.querySelector('title')?.textContent).toBe(klip.title)
  expect(text).not.toMatch(/style=|NaN|undefined/)
  expect(doc.querySelectorAll('path, rect').length).toBeGreaterThan(1)
})

test('as a table, the chart becomes rows', () => {
  const table = svgText(klipScene(klip, { width: 400, height: 300 }, 'table', LIGHT))
  expect(table).toContain('Feb, wet')
  expect(table).toContain('1,201')
})

test('file names come from titles', () => {
  expect(fileName('Sales: by month', 'csv')).toBe('sales-by-month.csv')
  expect(fileName('→', 'svg')).toBe('klip.svg')
})
