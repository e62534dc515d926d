// Properties: the agency pastes values into the grid, takes them back, saves; a client has them.
import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'

import {
  callAPI,
  findBarriers,
  LOOKS,
  openBrowser,
  openPage,
  settle,
  shoot,
  signIn,
  tab,
} from './browser.js'
import { startServer } from './server.js'

const MAYA = 'maya@northlight.example'

let browser

before(async () => {
  browser = await openBrowser()
})

after(async () => {
  await browser?.close()
})

test('R045 R050 values are pasted, taken back, saved, and are the client’s', async (t) => {
  const server = await startServer({ demo: true })
  t.after(() => server.stop())
  const { page, context, faults } = await openPage(browser, LOOKS[0], {
    permissions: ['clipboard-read', 'clipboard-write'],
  })
  t.after(() => context.close())
  await signIn(page, server.url, MAYA, server.password(MAYA))
  await page.goto(`${server.url}/northlight/properties`)
  const grid = page.getByRole('grid', { name: 'Properties of clients' })
  const row = grid.getByRole('row').filter({ hasText: 'Marigold Home' })
  const cell = (n) => row.getByRole('gridcell').nth(n)
  await cell(0).click()
  assert.match(await cell(0).innerText(), /empty/)

  // A block of one row and three columns, as a spreadsheet copies it.
  await page.evaluate(() => navigator.clipboard.writeText('MH-2044\tGBP\tMarigold targets'))
  await page.keyboard.press('Control+v')
  const save = page.getByRole('button', { name: 'Save 3 changes' })
  await save.waitFor()
  assert.deepEqual(
    [await cell(0).innerText(), await cell(1).innerText(), await cell(2).innerText()],
    ['MH-2044', 'GBP', 'Marigold targets'],
  )

  // One undo takes the block back, one redo brings it again.
  await page.keyboard.press('Control+z')
  await save.waitFor({ state: 'detached' })
  assert.match(await cell(0).innerText(), /empty/)
  await page.keyboard.press('Control+y')
  await save.click()
  await page.getByText('Saved 3 values.').waitFor()

  // Copying gives the block back.
  await cell(0).click()
  await cell(2).click({ modifiers: ['Shift'] })
  await page.evaluate(() => navigator.clipboard.writeText('of before'))
  await page.keyboard.press('Control+c')
  const copied = await page.waitForFunction(async () => {
    const text = await navigator.clipboard.readText()
    return text !== 'of before' && text
  })
  assert.equal((await copied.jsonValue()).trimEnd(), 'MH-2044\tGBP\tMarigold targets')

  // In the client they stand as its own, and the activity says who set them.
  const origin = { headers: { Origin: server.url } }
  await page.request.post(`${server.url}/api/v1/northlight/clients/marigold/sign-in`, origin)
  await page.goto(`${server.url}/marigold/properties`)
  await page.getByText('MH-2044').waitFor()
  await page.goto(`${server.url}/northlight/activity`)
  await page
    .getByRole('row', { name: /Maya.*added the property companyId.*Marigold Home/ })
    .waitFor()
  assert.deepEqual(faults, [])
})

test('R045 the page of a client has its properties and its activity', async (t) => {
  const server = await startServer({ demo: true })
  t.after(() => server.stop())
  const { page, context, faults } = await openPage(browser, LOOKS[0])
  t.after(() => context.close())
  await signIn(page, server.url, MAYA, server.password(MAYA))
  await page.goto(`${server.url}/northlight/clients/marigold`)
  await tab(page, 'Properties').click()
  await page.waitForURL(/tab=properties/)

  // What the client lacks stands first; a value is typed and saved by keyboard alone.
  const first = page.locator('form').getByRole('textbox').first()
  await page.getByLabel('companyId', { exact: true }).waitFor()
  assert.equal(await first.getAttribute('id'), await idOf(page, 'companyId'))
  await page.getByText('Every client needs this.').waitFor()
  await first.fill('MH-2044')
  await page.getByRole('button', { name: 'Save 1 change' }).waitFor()

  // Another tab of the page asks before it throws the value away.
  await tab(page, 'Overview').click()
  await page.getByRole('dialog').getByRole('button', { name: 'Keep editing' }).click()
  assert.equal(await first.inputValue(), 'MH-2044')
  await first.press('Enter')
  await page.getByText('Saved 1 value.').waitFor()
  await page.getByText('Every client needs this.').waitFor({ state: 'detached' })
  assert.deepEqual(await findBarriers(page), [])

  // The activity says so, and nothing of other clients.
  await tab(page, 'Activity').click()
  await page.getByRole('row', { name: /Maya.*added the property companyId/ }).waitFor()
  await page.getByRole('link', { name: 'With it, at Northlight' }).click()
  await page.getByRole('row', { name: /added the property companyId/ }).waitFor({
    state: 'detached',
  })
  await page
    .getByRole('row', { name: /Marigold Home/ })
    .first()
    .waitFor()
  assert.deepEqual(await findBarriers(page), [])

  // A value that decides whose data is read is locked; once it is not, the page says so and locks it.
  const { id } = await callAPI(page, 'POST', 'northlight/data-sources', {
    name: 'Returns',
    web: {
      request: { url: 'https://rates.invalid/?of={props.companyId}' },
      format: 'csv',
      interval_s: 3600,
    },
  })
  await callAPI(page, 'POST', 'northlight/clients/marigold/sign-in')
  const pick = { from: 'northlight', assets: [id] }
  const { plan_id } = await callAPI(page, 'POST', 'marigold/import/preview', pick)
  await callAPI(page, 'POST', 'marigold/import', { ...pick, plan_id })
  await page.goto(`${server.url}/northlight/clients/marigold`)
  await page.getByText('Marigold Home').first().waitFor()
  await settle(page)
  const lock = page.getByRole('button', { name: 'Lock it' })
  assert.equal(await lock.count(), 0)
  await callAPI(page, 'PATCH', 'marigold/properties/companyId', { locked: false }, undefined, {
    'If-Match': '"1"',
  })
  await page.reload()
  await page.getByText('companyId decides whose data is read here').waitFor()
  await shoot(page, 'client-unlocked', LOOKS[0])
  await lock.click()
  await page.getByText('Locked. Only your agency changes it.').waitFor()
  await lock.waitFor({ state: 'detached' })
  assert.deepEqual(await findBarriers(page), [])
  assert.deepEqual(faults, [])
})

const idOf = (page, label) => page.getByLabel(label, { exact: true }).getAttribute('id')
