// Pushed data: a source is made, a program pushes, the open page follows, and earlier data is taken back.
import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'

import { callAPI, lookAt, LOOKS, openBrowser, openPage, settle, shoot, signIn } from './browser.js'
import { startServer } from './server.js'

const MAYA = 'maya@northlight.example'

let browser

before(async () => {
  browser = await openBrowser()
})

after(async () => {
  await browser?.close()
})

test('a program pushes rows, and the page follows', async (t) => {
  const server = await startServer({ demo: true })
  t.after(() => server.stop())
  const { page, context, faults } = await openPage(browser, LOOKS[0])
  t.after(() => context.close())
  await signIn(page, server.url, MAYA, server.password(MAYA))
  const account = new URL(page.url()).pathname.split('/')[1]

  await page.goto(`${server.url}/${account}/data/new`)
  await page.getByRole('region', { name: 'Push' }).getByRole('link', { name: 'Set up' }).click()
  await page.getByLabel('Name', { exact: true }).first().fill('Shop visits')
  await page.getByLabel('List them').check()
  const names = page.getByPlaceholder('Name')
  await names.first().fill('day')
  await page.getByLabel('Type').first().selectOption('date')
  await page.getByRole('button', { name: 'Add a column' }).click()
  await names.nth(1).fill('visits')
  await page.getByLabel('Type').nth(1).selectOption('number')
  await page.getByLabel('Unique by').fill('day')
  await page.getByLabel('Keep').selectOption('rows')
  await page.getByLabel('Age by column').fill('day')
  await settle(page)
  await shoot(page, 'push-new', LOOKS[0])
  await page.getByRole('button', { name: 'Add data source' }).click()

  // The address and an example without a key.
  await page.getByRole('heading', { name: 'Latest pushes' }).waitFor()
  const address = await page.locator('code').first().textContent()
  assert.match(address, /\/api\/v1\/.*\/data-sources\/[0-9a-f]{32}\/data$/)
  assert.match(await page.locator('pre').textContent(), /Bearer \$OCTAVO_KEY/)
  await page.getByText('No pushes yet').waitFor()

  // What a program does; the page shows it without being touched.
  const { secret: key } = await callAPI(page, 'POST', `${account}/profile/keys`, { label: 'shop' })
  const push = (method, body) =>
    fetch(address, { method, body, headers: { Authorization: `Bearer ${key}` } })
  assert.equal((await push('POST', '[{"day":"2026-01-01","visits":10}]')).status, 200)
  await page.getByRole('cell', { name: 'Pushed' }).first().waitFor()
  assert.equal((await push('PATCH', 'day,visits\n2026-01-01,11\n2026-01-02,20\n')).status, 200)
  assert.equal((await push('POST', '[{"day":"soon","visits":1}]')).status, 422)
  await page.getByText('One row does not fit the columns').first().waitFor()

  await lookAt(page, 'push-tab', LOOKS)

  await page.getByRole('link', { name: 'Data', exact: true }).last().click()
  await page.getByText('2026-01-02').first().waitFor()
  await page.getByRole('link', { name: 'Settings' }).last().click()
  await page
    .getByRole('button', { name: /^Roll back to/ })
    .first()
    .click()
  await page.getByText(/Data of .* is back\./).waitFor()
  await page.getByLabel('Expect data').selectOption('Every day')
  await page.getByText('Saved ').first().waitFor()
  await settle(page)
  await shoot(page, 'push-earlier', LOOKS[1])
  await page.getByRole('link', { name: 'Data', exact: true }).last().click()
  await page.getByText('2026-01-01').first().waitFor()
  await page.getByText('2026-01-02').first().waitFor({ state: 'detached' }) // what was read before may be seen first
  assert.deepEqual(faults, [])
})

test('refreshes make a history', async (t) => {
  const server = await startServer({ demo: true })
  t.after(() => server.stop())
  const { page, context, faults } = await openPage(browser, LOOKS[0])
  t.after(() => context.close())
  await signIn(page, server.url, MAYA, server.password(MAYA))
  const account = new URL(page.url()).pathname.split('/')[1]
  const { id } = await callAPI(page, 'POST', `${account}/data-sources`, {
    name: 'Rates',
    web: { request: { url: 'https://rates.invalid/' }, format: 'csv', interval_s: 3600 },
  })
  await page.goto(`${server.url}/${account}/data/${id}?tab=refresh`)
  const policies = page.getByLabel('When columns change').locator('option')
  await policies.filter({ hasText: 'Wait until' }).waitFor({ state: 'attached' })
  await page.getByLabel('Rows of a refresh').selectOption('upsert')
  await page.getByLabel('Unique by').fill('day')
  await page.getByLabel('Keep').selectOption('days')
  await page.getByLabel('Date in column').fill('day')
  await page.getByRole('button', { name: 'Save' }).click()
  await page.getByText('Saved Rates.').waitFor()
  await page.reload()
  await settle(page)
  assert.equal(await page.getByLabel('Unique by').inputValue(), 'day')
  assert.equal(await page.getByLabel('Date in column').inputValue(), 'day')
  assert.equal(await policies.count(), 2, 'nobody can be asked about a history')
  await lookAt(page, 'push-history')
  assert.deepEqual(faults, [])
})
