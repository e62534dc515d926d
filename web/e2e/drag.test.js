// A dashboard is arranged with the mouse: a Klip is dragged, another made wider, and both stay where they were put.
import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'

import { openBrowser, openPage, settle, signIn } from './browser.js'
import { startServer } from './server.js'

const MAYA = 'maya@northlight.example'

let server
let browser

before(async () => {
  server = await startServer({ demo: true })
  browser = await openBrowser()
})

after(async () => {
  await browser?.close()
  await server?.stop()
})

const middle = (box) => [box.x + box.width / 2, box.y + box.height / 2]

/** Presses the mouse at a place, moves it in steps as a hand does, and lets go. */
async function drag(page, [x, y], [dx, dy]) {
  await page.mouse.move(x, y)
  await page.mouse.down()
  await page.mouse.move(x + dx, y + dy, { steps: 12 })
  await page.mouse.up()
}

test('a Klip is dragged and another made wider with the mouse', async () => {
  const { page, context, faults } = await openPage(browser)
  await signIn(page, server.url, MAYA, server.password(MAYA))
  await page.getByRole('link', { name: 'Dashboards', exact: true }).first().click()
  await page
    .getByRole('link', { name: /Market/ })
    .first()
    .click()
  await page.getByRole('article', { name: 'Rainy days' }).waitFor()
  await page.getByRole('link', { name: 'Edit', exact: true }).click()
  await page.waitForURL(/\/edit$/)
  await settle(page)

  const cell = (name) => page.getByRole('group', { name, exact: true })
  const places = async () => {
    const id = /dashboards\/([0-9a-f]{32})/.exec(page.url())[1]
    const answer = await page.request.get(`${server.url}/api/v1/northlight/dashboards/${id}`)
    const { dashboard } = await answer.json()
    return new Map(
      dashboard.placements.map(({ id: placement, x, y, w, h }) => [placement, { x, y, w, h }]),
    )
  }
  const before = await places()
  const rainy = await cell('Rainy days').getAttribute('data-klip')
  const retail = await cell('Retail jobs').getAttribute('data-klip')

  // Onto the place of the first Klip, to the left of everything.
  const from = await cell('Rainy days').boundingBox()
  const to = await cell('Retail jobs').boundingBox()
  const [x] = middle(from)
  await drag(page, [x, from.y + 9], [middle(to)[0] - x, 0])
  await settle(page)

  const side = cell('Retail jobs')
  await side.hover()
  const box = await side.boundingBox()
  await drag(page, [box.x + box.width - 4, box.y + box.height - 4], [-box.width / 4, 0])

  await page.getByRole('button', { name: 'Done', exact: true }).click()
  await page.waitForURL(/\/dashboards\/[0-9a-f]{32}$/)
  await settle(page)
  const now = await places()
  assert.equal(now.get(rainy).x, 0, `dragged to ${JSON.stringify(now.get(rainy))}`)
  assert.ok(now.get(retail).w < before.get(retail).w, `still ${JSON.stringify(now.get(retail))}`)
  const all = [...now.values()]
  for (const [i, a] of all.entries())
    for (const b of all.slice(i + 1))
      assert.ok(
        a.x + a.w <= b.x || b.x + b.w <= a.x || a.y + a.h <= b.y || b.y + b.h <= a.y,
        `two Klips lie over each other: ${JSON.stringify([a, b])}`,
      )
  assert.deepEqual(faults, [])
  await context.close()
})
