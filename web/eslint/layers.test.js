import { expect, test } from 'vitest'
import { refusal } from './layers.js'

test('features do not import each other, in either spelling', () => {
  expect(refusal('features/clients/list.svelte', '$features/klips/api')).toMatch(/each other/)
  expect(refusal('features/clients/list.svelte', '../klips/api')).toMatch(/each other/)
  expect(refusal('features/clients/list.svelte', './api')).toBeNull()
  expect(refusal('features/clients/parts/row.svelte', '../api')).toBeNull()
})

test('lower folders do not import higher ones', () => {
  expect(refusal('ui/table.svelte', '$features/clients/api')).toMatch(/must not import/)
  expect(refusal('ui/table.svelte', '../api/client')).toMatch(/must not import/)
  expect(refusal('features/clients/list.svelte', '$shell/nav')).toMatch(/must not import/)
  expect(refusal('routes/+page.svelte', '$features/clients/list.svelte')).toBeNull()
})

test('draw knows neither router nor network', () => {
  expect(refusal('draw/chart.ts', '$app/navigation')).toMatch(/router/)
  expect(refusal('draw/chart.ts', 'openapi-fetch')).toMatch(/network/)
  expect(refusal('draw/chart.ts', '$api/client')).toMatch(/must not import/)
  expect(refusal('draw/chart.ts', 'd3-scale')).toBeNull()
})
