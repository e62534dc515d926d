// Connected accounts: a key goes in and never comes out, by keyboard; new hosts need it again; it is removed.
import assert from 'node:assert/strict'
import { createServer } from 'node:http'
import { after, before, test } from 'node:test'

import {
  findBarriers,
  lookAt,
  LOOKS,
  openBrowser,
  openPage,
  overflow,
  settle,
  shoot,
  signIn,
} from './browser.js'
import { startPostgres, startSSH } from './servers.js'
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

const ORDERS = `CREATE TABLE orders (day date, region text, amount numeric(12,2));
  INSERT INTO orders VALUES ('2026-01-31', 'North', 42.90), ('2026-02-01', 'South', 7), ('2026-02-02', 'North', 12.5);
  CREATE ROLE octavo_password; CREATE ROLE reader LOGIN PASSWORD '${SECRET}' IN ROLE octavo_password;
  GRANT SELECT ON orders TO reader`

/** A service for tests that answers to one key only. */
async function startShop(t) {
  const shop = createServer((request, answer) => {
    const known = request.headers['x-key'] === SECRET
    answer.writeHead(known ? 200 : 401, { 'Content-Type': 'application/json' })
    answer.end(known ? JSON.stringify([{ region: 'North', echo: SECRET }]) : '{}')
  })
  await new Promise((done) => shop.listen(0, '127.0.0.1', done))
  t.after(() => shop.close())
  return `127.0.0.1:${shop.address().port}`
}

test('R028 a web address and a database are read with connected accounts', async (t) => {
  const host = await startShop(t)
  const port = await startPostgres(t, ORDERS)
  const ssh = await startSSH(t)
  process.env.OCTAVO_FETCH_ALLOW = `${host},127.0.0.1:${port},127.0.0.1:${ssh.port}`
  const server = await startServer({ demo: true })
  delete process.env.OCTAVO_FETCH_ALLOW
  t.after(() => server.stop())
  const { page, context, faults } = await openPage(browser, LOOKS[0])
  t.after(() => context.close())
  await signIn(page, server.url, MAYA, server.password(MAYA))
  await page.goto(`${server.url}/northlight/data/new?from=web`)
  // A curl command fills the form; the key in it becomes a connected account and no part of the request.
  const paste = page.getByRole('button', { name: 'Paste cURL', exact: true })
  const dialog = page.getByRole('dialog', { name: 'Paste cURL' })
  await paste.click()
  await dialog.getByLabel('Command').fill('wget x')
  await dialog.getByRole('button', { name: 'Fill in' }).click()
  await dialog.getByText('This is no curl command with one address.').waitFor()
  await dialog
    .getByLabel('Command')
    .fill(`curl 'http://${host}/orders' -H "X-Key: ${SECRET}" --compressed -k`)
  await dialog.getByRole('button', { name: 'Fill in' }).click()
  await dialog.getByLabel('Name of the connected account').fill('Shop')
  await lookAt(page, 'web-curl-sign-in')
  await dialog.getByRole('button', { name: 'Connect an account' }).click()
  await dialog.waitFor({ state: 'detached' })
  assert.equal(
    await page.getByLabel('Address', { exact: true }).inputValue(),
    `http://${host}/orders`,
  )
  await page.getByLabel('Pages').selectOption({ label: 'Once for each value of a list' })
  await page.getByLabel('Pages of each of these answers').selectOption({ label: 'Cursor' })
  await lookAt(page, 'web-pages')
  await page.getByLabel('Pages', { exact: true }).selectOption({ label: 'One answer' })
  await page.getByLabel('Read with').selectOption({ label: 'No connected account' })
  await page.getByRole('button', { name: 'Get data', exact: true }).click()
  await page.getByText(/another sign-in/).waitFor()
  await page.getByLabel('Read with').selectOption({ label: 'Shop' })
  await page.getByRole('button', { name: 'Get data', exact: true }).click()
  await page.getByText('North').first().waitFor()
  assert.equal(await page.getByText(SECRET).count(), 0)
  await settle(page)
  await shoot(page, 'web-address', LOOKS[0])
  assert.deepEqual([await overflow(page), await findBarriers(page)], [0, []])
  await page.getByLabel('Name', { exact: true }).fill('Shop orders live')
  await page.getByRole('button', { name: 'Add data source', exact: true }).click()
  await heading(page, 'Shop orders live').waitFor()
  await page.goto(`${page.url().split('?')[0]}?tab=refresh`)
  await page.getByRole('link', { name: 'Reads with Shop' }).waitFor()
  await settle(page)
  await shoot(page, 'web-refresh', LOOKS[0])
  assert.deepEqual([await overflow(page), await findBarriers(page)], [0, []])
  await page.getByRole('link', { name: 'Reads with Shop' }).click()
  for (const place of ['Where it is used', 'Refreshes']) {
    const there = page.getByRole('region', { name: place, exact: true })
    await there.getByRole('link', { name: 'Shop orders live' }).waitFor()
  }
  await askDatabase(page, server, port)
  await throughSSH(page, server, ssh)
  assert.deepEqual(faults, [])
})

/** Connects a database and makes a data source of a query of it, as a person does. */
async function askDatabase(page, server, port) {
  const get = page.getByRole('button', { name: 'Get data', exact: true })
  await page.goto(`${server.url}/northlight/data/new`)
  await page.getByRole('region', { name: 'Database' }).getByRole('link').click()
  await heading(page, 'Database').waitFor()
  await page.getByRole('link', { name: 'Connect a database' }).click()
  await page.getByLabel('Name', { exact: true }).fill('Warehouse')
  await page.getByLabel('Server', { exact: true }).fill('127.0.0.1')
  await page.getByLabel(/^Port/).fill(String(port))
  await page.getByLabel('Name of the database', { exact: true }).fill('postgres')
  await page
    .getByLabel('Safety of the way there', { exact: true })
    .selectOption({ label: 'Not encrypted' })
  await page.getByLabel('User name', { exact: true }).fill('reader')
  await page.getByLabel('Password', { exact: true }).fill(SECRET)
  await lookAt(page, 'connection-database')
  await page.getByRole('button', { name: 'Connect', exact: true }).click()
  await page.getByText(`127.0.0.1:${port} / postgres`).first().waitFor()

  await page.goto(`${server.url}/northlight/data/new?from=database`)
  await page.getByLabel('Read with', { exact: true }).selectOption({ label: 'Warehouse' })
  await page
    .getByLabel('Query', { exact: true })
    .fill("DELETE FROM orders WHERE region = '{props.region}'")
  await get.click()
  await page.getByText(/it begins with SELECT/).waitFor()
  await page
    .getByLabel('Query', { exact: true })
    .fill('SELECT day, region, amount FROM orders WHERE region = {props.region:North} ORDER BY day')
  await get.click()
  await page.getByText('42.90').first().waitFor()
  assert.equal(await page.getByText('South').count(), 0)
  await lookAt(page, 'query')
  await page.getByLabel('Name', { exact: true }).fill('Orders of the North')
  await page.getByRole('button', { name: 'Add data source', exact: true }).click()
  await heading(page, 'Orders of the North').waitFor()
  await page.getByText('42.90').first().waitFor()
  await page.goto(`${page.url().split('?')[0]}?tab=request`)
  await page.getByLabel('Query', { exact: true }).waitFor()
  await lookAt(page, 'query-request')
}

/** Has the database reached through an SSH server, whose key is confirmed first, and looks at its tables. */
async function throughSSH(page, server, ssh) {
  await page.goto(`${server.url}/northlight/connections`)
  await page
    .getByRole('row', { name: /Warehouse/ })
    .getByRole('link')
    .click()
  await heading(page, 'Warehouse').waitFor()
  await page.getByRole('switch', { name: 'Through an SSH server' }).click()
  await page.getByLabel('SSH server', { exact: true }).fill('127.0.0.1')
  await page.getByLabel('SSH port').fill(String(ssh.port))
  await page.getByLabel('User name on it', { exact: true }).fill(ssh.user)
  await page.getByLabel('Its password, or a private key').fill(ssh.key)
  await page.getByLabel('New password', { exact: true }).fill(SECRET)
  const save = page.getByRole('button', { name: 'Save', exact: true })
  await save.click()
  await page.getByText(ssh.fingerprint).waitFor()
  await lookAt(page, 'connection-ssh')
  await page.getByRole('button', { name: 'It is the right key', exact: true }).click()
  await save.click()
  await page.getByText(/read with the new secret/).waitFor()

  await page.goto(`${server.url}/northlight/data/new?from=database`)
  await page.getByLabel('Read with', { exact: true }).selectOption({ label: 'Warehouse' })
  const query = page.getByLabel('Query', { exact: true })
  await query.fill('SELECT ')
  await page.getByText('Tables and columns', { exact: true }).click()
  await page.getByPlaceholder('Search tables and columns').fill('ord')
  await page.getByRole('button', { name: 'Put amount into the query', exact: true }).click()
  await query.pressSequentially(' FROM ')
  await page.getByRole('button', { name: 'Put the name into the query', exact: true }).click()
  assert.equal(await query.inputValue(), 'SELECT "amount" FROM "public"."orders"')
  await lookAt(page, 'query-tables')
  await page.getByRole('button', { name: 'Get data', exact: true }).click()
  await page.getByText('42.90').first().waitFor()
}
