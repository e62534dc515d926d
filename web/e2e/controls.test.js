// A control is built in the editor, stands on a dashboard, and what is chosen in it changes another Klip,
// stays in the address and goes with Reset. One that lists all clients lets the agency look at each client's rows,
// and after an import each client has its own rows and nobody else's.
import assert from 'node:assert/strict'
import { createServer } from 'node:http'
import { after, before, test } from 'node:test'

import {
  callAPI,
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
import { startServer } from './server.js'

const MAYA = 'maya@northlight.example'
const CSV = 'Region,Units\nNorth,4\nSouth,7\nNorth,2\nEast,9\nSouth,1\nWest,5\n'

/** What the shop of the tests has sold, by the number of a company. */
const SOLD = { 'SOL-1': ['Arabica', 'Robusta'], 'FJ-2': ['Tents', 'Skis', 'Boots'] }

let browser
let server
let shop

before(async () => {
  browser = await openBrowser()
  shop = await startShop()
  process.env.OCTAVO_FETCH_ALLOW = shop.host
  server = await startServer({ demo: true })
  delete process.env.OCTAVO_FETCH_ALLOW
})

after(async () => {
  await browser?.close()
  await server?.stop()
  shop?.close()
})

/** A service that gives a company its own rows; without the number of one it gives nothing. */
async function startShop() {
  const service = createServer((request, answer) => {
    const { pathname, searchParams } = new URL(request.url, 'http://shop')
    if (pathname === '/pages' && searchParams.get('page') === '3') return // there is no third answer
    if (pathname === '/pages') {
      answer.writeHead(200, { 'Content-Type': 'application/json' })
      answer.end(JSON.stringify({ items: Array(50).fill({ page: searchParams.get('page') }) }))
      return
    }
    const sold = SOLD[searchParams.get('company')]
    answer.writeHead(sold ? 200 : 404, { 'Content-Type': 'application/json' })
    answer.end(JSON.stringify(sold ? sold.map((product) => ({ product })) : {}))
  })
  await new Promise((done) => service.listen(0, '127.0.0.1', done))
  return { host: `127.0.0.1:${service.address().port}`, close: () => service.close() }
}

/** Calls of the API of an account as the person of a page. */
const caller =
  (page, account = 'northlight') =>
  (method, path, body, type) =>
    callAPI(page, method, account + path, body, type)

/** How many sheets of styles the document names and has not. The rules of one that did not come may not be read. */
const lostSheets = (page) =>
  page.evaluate(() => {
    const came = (link) => {
      try {
        return Boolean(link.sheet?.cssRules)
      } catch {
        return false
      }
    }
    return [...document.querySelectorAll('link[rel="stylesheet"]')].filter((one) => !came(one))
      .length
  })

test('R047 what is chosen in a control changes another Klip', async (t) => {
  const { page, context, faults } = await openPage(browser, LOOKS[0])
  t.after(() => context.close())
  await signIn(page, server.url, MAYA, server.password(MAYA))
  const call = caller(page)
  const upload = await call('POST', '/uploads?name=regions.csv', CSV, 'text/csv')
  const add = (name) => call('POST', '/data-sources', { name, upload_id: upload.id })
  const { id: source } = await add('Regions')
  await add('Places')
  const klip = (title, components) =>
    call('POST', '/klips', { title, workspace: { datasources: [source] }, components })

  // The control is made in the editor: its kind, its variable and what it is set to at first.
  const { id: control } = await klip('Region', [])
  await page.goto(`${server.url}/northlight/klips/${control}/edit`)
  await page.getByRole('treeitem', { name: 'Table', exact: true }).click()
  await page.keyboard.press('Delete')
  await page.getByRole('button', { name: 'Control', exact: true }).click()
  await page.getByRole('treeitem', { name: /^Control/ }).click()
  await page.getByRole('textbox', { name: 'Variable' }).fill('region')
  await page.getByRole('textbox', { name: 'At first' }).fill('North')
  await page.locator('.klip select').selectOption('East')
  await settle(page)
  await shoot(page, 'control-editor', LOOKS[0])
  assert.deepEqual(await findBarriers(page), [])
  // No formula is chosen, so nothing in the data takes the focus; it is scrolled all the same.
  await page.getByRole('region', { name: 'Regions' }).focus()
  assert.equal(await page.locator(':focus').getAttribute('aria-label'), 'Rows of Regions')
  await page.keyboard.press('Control+s')
  await page
    .getByText(/^Saved/)
    .first()
    .waitFor()

  // Another data source takes the place of its own: what was changed meanwhile is saved first.
  await page.getByRole('textbox', { name: 'At first' }).fill('South')
  const open = async () => {
    await page.getByRole('button', { name: 'More for Regions' }).click()
    await page.getByRole('menuitem', { name: 'Replace data source' }).click()
  }
  await open()
  const replacing = page.getByRole('dialog', { name: 'Replace data source' })
  await shoot(page, 'editor-replace-first', LOOKS[0])
  // What is loaded for it cannot be had at first; the next try asks for it again.
  await page.route('**/assets/**', (route) => route.abort())
  await replacing.getByRole('button', { name: 'Save and go on' }).click()
  await page.getByText('The server does not answer.').waitFor()
  assert.ok((await lostSheets(page)) > 0)
  await page.unroute('**/assets/**')
  assert.ok(faults.splice(0).every((one) => one.includes('ERR_FAILED')))
  await open()
  await replacing.getByRole('button', { name: /^Places/ }).click()
  await replacing.getByText('Everything that the formulas read is there.').waitFor()
  await replacing.getByText('Read by Values').waitFor()
  assert.equal(await lostSheets(page), 0)
  await shoot(page, 'editor-replace', LOOKS[0])
  await replacing.getByRole('button', { name: 'Replace', exact: true }).click()
  await replacing.waitFor({ state: 'detached' })
  const has = (name) => page.getByRole('button', { name: `More for ${name}` }).waitFor()
  await has('Places')
  await page.getByText('Saved', { exact: true }).waitFor()
  await page.getByRole('button', { name: 'Undo' }).click()
  await has('Regions')
  await page.getByRole('button', { name: 'Redo' }).click()
  await has('Places')
  await settle(page)
  await shoot(page, 'editor-replaced', LOOKS[0])

  const { id: units } = await klip('Units', [
    {
      type: 'simple_value',
      components: [
        {
          type: 'label',
          role: 'primary',
          displayName: 'Units',
          formulas: [{ text: 'SUM(SELECT(@Units, @Region = $region))' }],
        },
      ],
    },
  ])
  const { id: board } = await call('POST', '/dashboards', {
    title: 'By region',
    placements: [
      { klip: control, x: 0, y: 0, w: 3, h: 4 },
      { klip: units, x: 3, y: 0, w: 3, h: 5 },
    ],
  })
  await page.goto(`${server.url}/northlight/dashboards/${board}`)
  const choice = page.getByRole('article', { name: 'Region' }).getByRole('combobox')
  const shown = (n) =>
    page.getByRole('article', { name: 'Units' }).getByText(n, { exact: true }).waitFor()
  await shown('8')
  assert.equal(await choice.inputValue(), 'South')
  const asked = []
  page.on('request', (request) => asked.push(request.url()))
  await choice.selectOption('North') // on the way, as by the arrow keys: it is not asked for
  await choice.selectOption('East')
  await shown('9')
  assert.match(page.url(), /set=region%3DEast/)
  assert.ok(
    asked.some((url) => url.includes('East')) && !asked.some((url) => url.includes('North')),
  )
  await settle(page)
  for (const look of LOOKS.slice(0, 2)) {
    await page.emulateMedia({ colorScheme: look.colorScheme })
    await shoot(page, 'control', look)
    assert.deepEqual(await findBarriers(page), [])
  }
  await page.reload()
  await shown('9')
  await page.getByRole('button', { name: 'Reset', exact: true }).click()
  await shown('8')
  assert.doesNotMatch(page.url(), /set=/)
  await page.setViewportSize({ width: 390, height: 844 })
  await settle(page)
  await shoot(page, 'control', LOOKS[3])

  // The other kinds, one under the other, over the same sum.
  const kind = (control, variable, more = {}) => ({
    type: 'input',
    displayName: `${control} of ${variable}`,
    properties: { control, variable, ...more },
    components: [
      { type: 'input_values', formulas: [{ text: 'GROUP(@Region)' }] },
      { type: 'input_labels', formulas: [{ text: 'UPPER(GROUP(@Region))' }] },
    ],
  })
  const { id: kinds } = await klip('Kinds', [
    kind('radio', 'region'),
    kind('multi_select', 'regions', { scope: 'all' }),
    kind('text', 'words'),
    kind('number', 'least', { default: '3' }),
    kind('date', 'day'),
  ])
  const { id: several } = await klip('Several', [
    {
      type: 'simple_value',
      components: [
        {
          type: 'label',
          role: 'primary',
          displayName: 'Several',
          formulas: [
            { text: 'SUM(SELECT(@Units, AND(CONTAINS($regions, @Region), @Units >= $least)))' },
          ],
        },
      ],
    },
  ])
  const { id: second } = await call('POST', '/dashboards', {
    title: 'Kinds',
    placements: [
      { klip: kinds, x: 0, y: 0, w: 4, h: 22 },
      { klip: several, x: 4, y: 0, w: 3, h: 5 },
    ],
  })
  await page.setViewportSize({ width: 1440, height: 900 })
  await page.goto(`${server.url}/northlight/dashboards/${second}`)
  await page.getByText('Choose a value for regions.').waitFor()
  await page.getByRole('checkbox', { name: 'NORTH' }).check()
  await page.getByRole('radio', { name: 'WEST' }).check()
  await page.getByLabel('date of day').fill('2026-01-31')
  await settle(page)
  for (const look of LOOKS) {
    await page.setViewportSize({ width: look.width, height: look.height })
    await page.emulateMedia({ colorScheme: look.colorScheme })
    await settle(page)
    await shoot(page, 'control-kinds', look)
    assert.deepEqual(await findBarriers(page), [])
  }
  assert.match(page.url(), /set=day%3D2026-01-31/)
  assert.deepEqual(faults, [])
})

test('a refresh that lasts tells what it does, and is stopped', async (t) => {
  const { page, context, faults } = await openPage(browser, LOOKS[0])
  t.after(() => context.close())
  await signIn(page, server.url, MAYA, server.password(MAYA))
  const request = { url: `http://${shop.host}/pages`, paginate: { type: 'page', param: 'page' } }
  const { id } = await caller(page)('POST', '/data-sources', {
    name: 'Long',
    web: { request, format: 'json', interval_s: 3600 },
  })
  await page.goto(`${server.url}/northlight/data/${id}?tab=refresh`)
  const running = page.getByRole('list', { name: 'Being fetched' })
  await running.getByText('Waits for the answer').waitFor()
  await running.getByText('2 pages').waitFor()
  await running.getByText('100 rows').waitFor()
  // It stays busy, so nothing waits until the page is at rest.
  for (const look of [LOOKS[0], LOOKS[3]]) {
    await page.setViewportSize({ width: look.width, height: look.height })
    await page.emulateMedia({ colorScheme: look.colorScheme })
    await shoot(page, 'running', look)
    assert.deepEqual([await overflow(page), await findBarriers(page)], [0, []], look.name)
  }
  await running.getByRole('button', { name: 'Stop' }).click()
  await running.waitFor({ state: 'detached' })
  await page.getByRole('cell', { name: 'Stopped' }).waitFor()
  assert.deepEqual(faults, [])
})

test('R045 R046 R047 R048 R049 R050 R053 one dashboard, and each client sees its own rows', async (t) => {
  const { page, context, faults } = await openPage(browser, LOOKS[0])
  t.after(() => context.close())
  await signIn(page, server.url, MAYA, server.password(MAYA))
  const call = caller(page)
  const property = (value) => ({ name: 'companyID', type: 'text', value })
  await call('POST', '/properties', property('SOL-1'))

  // The data source, whose request has the number of the company.
  await page.goto(`${server.url}/northlight/data/new?from=web`)
  await page
    .getByLabel('Address', { exact: true })
    .fill(`http://${shop.host}/sold?company={props.companyID}`)
  await page.getByRole('button', { name: 'Get data', exact: true }).click()
  await page.getByText('Robusta').first().waitFor()
  await page.getByLabel('Name', { exact: true }).fill('Sold')
  await page.getByRole('button', { name: 'Add data source', exact: true }).click()
  await page.getByRole('heading', { level: 1, name: 'Sold', exact: true }).waitFor()
  const [, id] = /data\/([0-9a-f]{32})/.exec(page.url())

  // The Klip, the control that lists all companies, and their dashboard.
  const klip = await call('POST', '/klips', {
    title: 'Products',
    workspace: { datasources: [id] },
    components: [
      {
        type: 'table',
        components: [
          { type: 'table_column', displayName: 'Product', formulas: [{ text: '@//product' }] },
        ],
      },
    ],
  })
  const control = await call('POST', '/klips', {
    title: 'Client',
    components: [
      {
        type: 'input',
        properties: { variable: 'companyID' },
        components: [
          { type: 'input_values', formulas: [{ text: 'ARRAY("SOL-1", "FJ-2")' }] },
          { type: 'input_labels', formulas: [{ text: 'ARRAY("Solstice", "Fjord")' }] },
        ],
      },
    ],
  })
  const board = await call('POST', '/dashboards', {
    title: 'What is sold',
    placements: [
      { klip: control.id, x: 0, y: 0, w: 3, h: 4 },
      { klip: klip.id, x: 3, y: 0, w: 5, h: 9 },
    ],
  })

  // The agency looks at one client after the other.
  await page.goto(`${server.url}/northlight/dashboards/${board.id}`)
  await products(page, 'SOL-1')
  const choice = page.getByRole('article', { name: 'Client' }).getByRole('combobox')
  await choice.selectOption({ label: 'Fjord' })
  await products(page, 'FJ-2')
  await lookAt(page, 'own-rows-agency')
  await choice.selectOption({ label: 'Solstice' })
  await products(page, 'SOL-1')

  // Both sets of values stand in the tab of the data source; one goes and comes again when it is looked at.
  await page.goto(`${server.url}/northlight/data/${id}?tab=instances`)
  const sets = page.getByRole('main').getByRole('listitem')
  const fjord = sets.filter({ hasText: 'companyID = FJ-2' })
  await sets.filter({ hasText: 'companyID = SOL-1' }).getByText('2 rows').waitFor()
  await fjord.getByText('3 rows').waitFor()
  await lookAt(page, 'instances')
  await fjord.getByRole('link').click()
  await page.getByRole('cell', { name: 'Tents' }).first().waitFor()
  await lookAt(page, 'instance')
  await page.getByRole('link', { name: 'All instances' }).click()
  await fjord.getByRole('button', { name: 'Remove' }).click()
  await fjord.waitFor({ state: 'detached' })
  assert.equal(await sets.filter({ hasText: 'companyID' }).count(), 1)

  // Imported, nothing has to be edited: each client has its own rows at once.
  for (const [slug, email, own, other] of [
    ['solstice', 'ines@solstice.example', 'SOL-1', 'FJ-2'],
    ['fjord', 'kari@fjord.example', 'FJ-2', 'SOL-1'],
  ]) {
    await call('POST', `/clients/${slug}/sign-in`)
    const inside = caller(page, slug)
    await inside('POST', '/properties', property(own))
    const copy = await importDashboard(page, slug)
    await products(page, own)
    assert.ok(await choiceOf(page).isDisabled(), 'a client cannot choose another company')
    const { items } = await inside('GET', `/people?q=${email}`)
    await inside('PUT', `/assets/${copy}/shares`, {
      items: [{ kind: 'user', id: items[0].id, right: 'view' }],
    })

    const viewer = await openPage(browser, LOOKS[0])
    const answers = []
    viewer.page.on('response', async (response) => {
      if (/json/.test(response.headers()['content-type'] ?? ''))
        answers.push(await response.text().catch(() => ''))
    })
    await signIn(viewer.page, server.url, email, server.password(email))
    await viewer.page.goto(`${server.url}/${slug}/dashboards/${copy}?set=companyID%3D${other}`)
    await products(viewer.page, own)
    if (slug === 'fjord') await lookAt(viewer.page, 'own-rows-client')
    assert.ok(answers.some((text) => text.includes(SOLD[own][0])))
    assert.deepEqual(
      answers.filter((text) => SOLD[other].some((product) => text.includes(product))),
      [],
    )
    assert.deepEqual(viewer.faults, [])
    await viewer.context.close()
  }
  assert.deepEqual(faults, [])
  const check = server.command('check')
  assert.equal(check.status, 0, check.stdout + check.stderr)
})

const choiceOf = (page) => page.getByRole('article', { name: 'Client' }).getByRole('combobox')

/** Waits until a dashboard shows the products of a company, and sees that there are no others. */
async function products(page, company) {
  const article = page.getByRole('article', { name: 'Products' })
  await article.getByText(SOLD[company][0], { exact: true }).waitFor()
  const shown = await article.innerText()
  for (const [one, sold] of Object.entries(SOLD))
    for (const product of sold) assert.equal(shown.includes(product), one === company, product)
}

/** Imports the dashboard of the agency into a client on its screens, and gives the id of the copy that is open then. */
async function importDashboard(page, slug) {
  await page.goto(`${server.url}/${slug}/import`)
  await page.getByRole('checkbox', { name: 'What is sold' }).check()
  await page.getByRole('button', { name: 'Next', exact: true }).click()
  await page.getByRole('button', { name: 'Import Now' }).click()
  await page.getByRole('link', { name: 'Open dashboard' }).click()
  await page.waitForURL(/dashboards\/[0-9a-f]{32}/)
  return /dashboards\/([0-9a-f]{32})/.exec(page.url())[1]
}
