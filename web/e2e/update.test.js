// A change of a template reaches the dashboards of clients: editor, review, update, and what viewers see.
import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'

import { openBrowser, openPage, signIn } from './browser.js'
import { startServer } from './server.js'

const INES = 'ines@solstice.example'

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

/** Texts of the headings that a viewer sees on the first dashboard called Trading. */
async function viewerTitles(email) {
  const { page, context, faults } = await openPage(browser)
  await signIn(page, server.url, email, server.password(email))
  await page.getByRole('link', { name: 'Trading', exact: true }).first().click()
  await page.getByRole('heading', { name: 'Revenue', exact: true }).waitFor()
  const titles = await page.getByRole('heading', { level: 2 }).allTextContents()
  assert.equal(
    await page.getByRole('link', { name: 'Klips', exact: true }).count(),
    0,
    'viewers have no navigation',
  )
  assert.deepEqual(faults, [])
  await context.close()
  return titles.map((one) => one.trim())
}

/** Rolls the update back: the clients see what they had, one of them its own title. */
async function rollsBack() {
  const { page, context, faults } = await openPage(browser)
  const maya = 'maya@northlight.example'
  await signIn(page, server.url, maya, server.password(maya))
  await page.getByRole('link', { name: 'Klips', exact: true }).click()
  await page.getByRole('link', { name: 'Revenue beside target' }).click()
  await page.getByRole('link', { name: 'View Client Instances' }).click()
  await page.getByRole('link', { name: /^Roll back the update to version/ }).click()
  await page.getByText('2 clients get back what they had before.').waitFor()
  await page.getByText('In 1 of them its own edits come back.').waitFor()
  await page.getByRole('button', { name: 'Roll back', exact: true }).click()
  await page
    .getByRole('heading', { level: 1, name: '2 clients have what they had before' })
    .waitFor()
  await page.getByRole('link', { name: 'View Client Instances' }).click()
  await page.getByText(/2 clients, rolled back/).waitFor()
  assert.deepEqual(faults, [])
  await context.close()
  assert.ok((await viewerTitles(INES)).includes('Revenue and target'))
  assert.ok((await viewerTitles('kari@fjord.example')).includes('Sales and target'))
}

/** R42: from the page of the Klip, without the editor. */
async function updatesFromThePage() {
  const { page, context, faults } = await openPage(browser)
  const maya = 'maya@northlight.example'
  await signIn(page, server.url, maya, server.password(maya))
  await page.getByRole('link', { name: 'Klips', exact: true }).click()
  await page.getByRole('link', { name: 'Revenue beside target' }).click()
  await page.getByRole('heading', { name: 'Client instances' }).waitFor()
  await page.getByRole('link', { name: 'Update Client Instances' }).click()
  await page.getByText('2 clients', { exact: true }).waitFor()
  await page.getByRole('button', { name: 'Update Now' }).click()
  await page.getByRole('heading', { level: 1, name: /2 clients have version/ }).waitFor()
  assert.deepEqual(faults, [])
  await context.close()
  for (const email of [INES, 'kari@fjord.example'])
    assert.ok((await viewerTitles(email)).includes('Revenue beside target'), email)
}

test('R40 R41 R42 Save & Update Client Instances reaches every client', async () => {
  assert.ok(
    (await viewerTitles('kari@fjord.example')).includes('Sales and target'),
    'the client has a title of its own',
  )

  // A page that stays open all the time, as on a wall.
  const wall = await openPage(browser)
  await signIn(wall.page, server.url, INES, server.password(INES))
  await wall.page.getByRole('link', { name: 'Trading', exact: true }).first().click()
  await wall.page.getByRole('article', { name: 'Revenue and target' }).waitFor()

  const { page, context, faults } = await openPage(browser)
  await signIn(
    page,
    server.url,
    'maya@northlight.example',
    server.password('maya@northlight.example'),
  )
  await page.getByRole('link', { name: 'Klips', exact: true }).click()
  await page.getByRole('link', { name: 'Revenue and target' }).click()
  await page.getByRole('link', { name: 'Edit', exact: true }).click()
  const title = page.getByRole('textbox', { name: 'Name of the Klip' })
  await title.fill('Revenue beside target')
  await title.press('Enter')
  await page.getByRole('button', { name: 'More ways to save' }).click()
  await page.getByRole('menuitem', { name: 'Save & Update Client Instances' }).click()

  await page.waitForURL('**/instances**')
  if (!page.url().includes('update=1'))
    await page.getByRole('button', { name: 'Update Client Instances' }).click()
  await page.getByText('2 clients', { exact: true }).waitFor()
  await page.getByText('1 of them edited its copy').waitFor()
  await page.getByRole('button', { name: 'Update Now' }).click()
  await page.getByRole('heading', { level: 1, name: /2 clients have version/ }).waitFor()
  assert.deepEqual(faults, [])
  await context.close()

  await wall.page.getByRole('article', { name: 'Revenue beside target' }).waitFor()
  assert.deepEqual(wall.faults, [])
  await wall.context.close()

  for (const email of [INES, 'kari@fjord.example']) {
    const titles = await viewerTitles(email)
    assert.ok(titles.includes('Revenue beside target'), `${email} sees ${titles}`)
    assert.ok(!titles.includes('Sales and target'))
  }
  await rollsBack()
  await updatesFromThePage()
  const check = server.command('check')
  assert.equal(check.status, 0, check.stdout)
})
