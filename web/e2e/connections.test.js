// Connected accounts: a key goes in and never comes out, by keyboard; new hosts need it again; it is removed.
import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'

import {
  findBarriers,
  LOOKS,
  openBrowser,
  openPage,
  overflow,
  settle,
  shoot,
  signIn,
} from './browser.js'
import { startServer } from './server.js'

const MAYA = 'maya@northlight.example'
const INES = 'ines@solstice.example'
const SECRET = 'sk-live-7d1f0c'

let browser

before(async () => {
  browser = await openBrowser()
})

after(async () => {
  await browser?.close()
})

const heading = (page, name) => page.getByRole('heading', { level: 1, name, exact: true })

test('R008 a key is connected, changed and removed, and is told nowhere', async (t) => {
  const server = await startServer({ demo: true })
  t.after(() => server.stop())
  const { page, context, faults } = await openPage(browser, LOOKS[0])
  t.after(() => context.close())
  const answers = []
  page.on('response', async (response) => {
    if (/json/.test(response.headers()['content-type'] ?? ''))
      answers.push(await response.text().catch(() => ''))
  })
  await signIn(page, server.url, MAYA, server.password(MAYA))

  // From the keyboard: the list, which is empty, and a new one.
  await settle(page)
  await page.keyboard.press('g')
  await page.keyboard.press('n')
  await heading(page, 'Connected accounts').waitFor()
  await page.getByText('Nothing is connected yet.').waitFor()
  await page.keyboard.press('c')
  await heading(page, 'Connect an account').waitFor()
  await page.getByLabel('Name', { exact: true }).fill('Shop, read only')
  await page.getByLabel('Hosts').fill('https://api.shop.test/v1')
  await page.getByLabel('Name of the header').fill('X-Key')
  await page.getByLabel('Key', { exact: true }).fill(SECRET)
  await page.keyboard.press('Control+Enter')
  await page.getByText('Write each host like api.example.com').waitFor()
  await page.getByLabel('Hosts').fill('api.shop.test')
  await page.keyboard.press('Control+Enter')

  // It stands in the list, and opens with everything but its secret.
  const row = page.getByRole('row', { name: /Shop, read only/ })
  await row.waitFor()
  await row.getByText('api.shop.test').waitFor()
  await row.getByRole('link').click()
  await heading(page, 'Shop, read only').waitFor()
  const secret = page.getByLabel('New key')
  assert.equal(await secret.inputValue(), '')
  await page.getByText('No data source uses it.').waitFor()

  // Another host needs the key again.
  await page.getByLabel('Hosts').fill('api.shop.test\nevil.test')
  await page.getByRole('button', { name: 'Save', exact: true }).click()
  await page.getByText(/^Give the secret again/).waitFor()
  await secret.fill(`${SECRET}2`)
  await page.getByRole('switch', { name: 'Others of this account may use it' }).click()
  await page.getByRole('button', { name: 'Save', exact: true }).click()
  await page.getByText(/read with the new secret/).waitFor()
  await settle(page)

  // In each size and theme it fits, and axe finds no barrier.
  for (const look of LOOKS) {
    await page.setViewportSize({ width: look.width, height: look.height })
    await page.emulateMedia({ colorScheme: look.colorScheme })
    await settle(page)
    await shoot(page, 'connection', look)
    assert.deepEqual([await overflow(page), await findBarriers(page)], [0, []], look.name)
    await page.goto(`${server.url}/northlight/connections`)
    await row.waitFor()
    await settle(page)
    await shoot(page, 'connections', look)
    assert.deepEqual([await overflow(page), await findBarriers(page)], [0, []], look.name)
    await row.getByRole('link').click()
    await heading(page, 'Shop, read only').waitFor()
  }

  // The activity tells of it without the secret; a client knows nothing of it.
  await page.setViewportSize(LOOKS[0])
  await page.goto(`${server.url}/northlight/activity?group=credential`)
  await page.getByRole('row', { name: /changed the connected account Shop, read only/ }).waitFor()
  const other = await openPage(browser, LOOKS[0])
  t.after(() => other.context.close())
  await signIn(other.page, server.url, INES, server.password(INES))
  const refused = await other.page.request.get(`${server.url}/api/v1/northlight/credentials`)
  assert.equal(refused.status(), 404)

  // Removed, it is gone.
  await page.goto(`${server.url}/northlight/connections`)
  await row.getByRole('link').click()
  await page.getByRole('button', { name: 'Remove', exact: true }).click()
  const dialog = page.getByRole('dialog', { name: 'Remove Shop, read only?' })
  await dialog.getByRole('button', { name: 'Remove', exact: true }).click()
  await page.getByText('Nothing is connected yet.').waitFor()
  assert.ok(answers.some((text) => text.includes('Shop, read only')))
  assert.deepEqual(
    answers.filter((text) => text.includes(SECRET)),
    [],
  )
  assert.deepEqual(faults, [])
})
