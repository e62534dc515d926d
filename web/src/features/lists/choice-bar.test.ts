// @vitest-environment jsdom
import { cleanup, screen } from '@testing-library/svelte'
import { afterEach, expect, test } from 'vitest'
import type { Choice } from '$api/choice'
import { Refused, serve, show, type Answer } from '$api/testing'
import ChoiceBar from './choice-bar.svelte'

afterEach(cleanup)

/** Shows the filters of Klips with an owner and a dashboard chosen. */
function bar(principals: Answer, dashboards: Answer) {
  serve({
    'GET /api/v1/agency/principals': principals,
    'GET /api/v1/agency/dashboards': dashboards,
    'GET /api/v1/agency/': () => ({ items: [] }),
  })
  const choice: Choice = { owner: 'u1', on: 'd1' }
  show(ChoiceBar, { kind: 'klip' as const, choice, onset: () => undefined }, ['user.view'])
}

/** What a filter shows as chosen. */
function chosen(label: string) {
  const field = screen.getByLabelText<HTMLSelectElement>(label)
  return field.selectedOptions[0]?.textContent?.trim()
}

test('nobody is said to have left while the lists load', async () => {
  const ready = { people: () => {}, boards: () => {} }
  bar(
    async () => {
      await new Promise<void>((go) => (ready.people = go))
      return { users: [{ id: 'u2', name: 'Noah' }], groups: [] }
    },
    async () => {
      await new Promise<void>((go) => (ready.boards = go))
      return { items: [{ id: 'd1', title: 'Sales' }] }
    },
  )
  await expect.poll(() => chosen('Owner')).toBe('Loading')
  expect(chosen('Used on')).toBe('Loading')
  ready.people()
  ready.boards()
  await expect.poll(() => chosen('Owner')).toBe('Somebody who left')
  await expect.poll(() => chosen('Used on')).toBe('Sales')
})

test('nor when they did not come', async () => {
  bar(
    () => new Refused(500, 'unknown'),
    () => new Refused(500, 'unknown'),
  )
  await expect.poll(() => chosen('Owner')).toBe('Owner')
  await expect.poll(() => chosen('Used on')).toBe('Used on')
})
