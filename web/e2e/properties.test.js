// Properties: the agency pastes values into the grid, takes them back, saves; a client has them.
import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'

import { openBrowser, openPage, signIn, LOOKS } from './browser.js'
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
  await page.keyboard.press('Control+c')
  assert.equal(
    (await page.evaluate(() => navigator.clipboard.readText())).trimEnd(),
    'MH-2044\tGBP\tMarigold targets',
  )

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
