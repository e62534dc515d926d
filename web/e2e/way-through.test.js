// The whole way, as a person who starts with nothing: a file, a Klip, a dashboard, a client, an import.
import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'

import { openBrowser, openPage, settle, shoot, signIn, LOOKS } from './browser.js'
import { startServer } from './server.js'

const [LOOK] = LOOKS

let browser

before(async () => {
  browser = await openBrowser()
})

after(async () => {
  await browser?.close()
})

/** Thirteen months of orders. Month i sells (100 + i) thousand, in four orders. */
function ordersFile() {
  const lines = ['order_id,month,region,items,net_sales']
  for (let i = 0; i < 13; i++) {
    const month = new Date(Date.UTC(2025, i, 1)).toISOString().slice(0, 7)
    for (const [n, region] of ['North', 'South', 'East', 'West'].entries())
      lines.push(`${i * 4 + n + 1},${month},${region},${n + 1},${(100 + i) * 250}`)
  }
  return { name: 'orders.csv', mimeType: 'text/csv', buffer: Buffer.from(lines.join('\n') + '\n') }
}

const navigation = (page) => page.getByRole('navigation', { name: 'Main' })
const heading = (page, name) => page.getByRole('heading', { level: 1, name })

/** Opens an entry of the sidebar and waits for its page. */
async function open(page, entry) {
  await navigation(page).getByRole('link', { name: entry, exact: true }).click()
  await heading(page, entry).waitFor()
  await settle(page)
}

/** The chart of the file above: from 100 thousand in the first month to 112 thousand in the last. */
const salesChart = (page) =>
  page.getByRole('figure', {
    name: /highest .*2026.* 112, lowest .*2025.* 100/,
  })

/** What the API says about the only dashboard of an account. */
async function placementsOf(page, server, account, title) {
  const get = async (path) =>
    (await page.request.get(`${server.url}/api/v1/${account}/dashboards${path}`)).json()
  const { items } = await get('')
  const { id } = items.find((one) => one.title === title)
  return (await get(`/${id}`)).dashboard.placements
}

test('from an empty server to a client with a dashboard', async (t) => {
  const server = await startServer()
  t.after(() => server.stop())
  const email = 'maya@northlight.example'
  const password = 'a long and quiet password'
  server.createAdmin('Northlight', email, password)

  const { page, context, faults } = await openPage(browser, LOOK)
  t.after(() => context.close())
  const step = async (name, run) => {
    let done = false
    await t.test(name, async () => {
      await run()
      done = true
    })
    await shoot(page, `way-${name.toLowerCase().replace(/[^a-z]+/g, '-')}`, LOOK)
    assert.ok(done, `the way ends at “${name}”`)
    assert.deepEqual(faults, [], name)
  }

  await step('sign in', async () => {
    await signIn(page, server.url, email, password)
    await page.waitForURL(`${server.url}/northlight`)
    await settle(page)
  })

  await step('upload a file', async () => {
    await open(page, 'Data sources')
    await page.getByText('Drop a file here').waitFor()
    await page.getByRole('main').getByText('Choose a file').first().waitFor()
    await page.locator('main input[type=file]').first().setInputFiles(ordersFile())

    const grid = page.getByRole('region', { name: 'First rows of orders.csv' })
    await grid.waitFor()
    await page.getByText('52 rows').first().waitFor()
    await page.getByRole('radiogroup', { name: 'Show' }).getByText('Columns').click()
    const columns = page.getByRole('region', { name: 'Columns of orders.csv' })
    await columns.getByRole('row', { name: /net_sales .*Number/ }).waitFor()
    await columns.getByRole('row', { name: /region .*Text/ }).waitFor()
    await columns.getByRole('row', { name: /month .*Date/ }).waitFor()
    await page.getByLabel('Name', { exact: true }).fill('Shop orders')
  })

  await step('build a Klip', async () => {
    await page.getByRole('button', { name: 'Build a Klip' }).click()
    await page.waitForURL(/\/northlight\/klips\/[0-9a-f]{32}\/edit$/)
    const parts = page.getByRole('tree', { name: 'Parts' })
    await parts
      .getByRole('treeitem', { name: /Series/ })
      .first()
      .waitFor()
    await page.locator('figure[aria-label]').first().waitFor()

    await parts
      .getByRole('treeitem', { name: /Series/ })
      .first()
      .click()
    const formula = page.getByRole('textbox', { name: /^Formula for/ })
    await formula.click()
    await page.keyboard.press('Control+a')
    await page.keyboard.type('GROUPBY(@month, @net_sales) / 1000')
    const result = page.getByRole('status', { name: 'Result' })
    await result.getByText('13 numbers').waitFor()
    await result
      .getByText(/\b112\b|and \d+ more/)
      .first()
      .waitFor()

    await page
      .getByRole('tab', { name: 'Style' })
      .or(page.getByText('Style', { exact: true }))
      .first()
      .click()
    await page
      .getByRole('radiogroup', { name: 'Draw as' })
      .getByText('Line', { exact: true })
      .click()
    const name = page.getByRole('textbox', { name: 'Name of the Klip' })
    await name.fill('Sales by month')
    await name.press('Enter')
    await page.getByRole('article', { name: 'Sales by month' }).waitFor()
    await settle(page)
  })

  await step('save it', async () => {
    await page.getByRole('button', { name: 'Save and Exit' }).click()
    await page.waitForURL(/\/northlight\/klips\/[0-9a-f]{32}$/)
    await heading(page, 'Sales by month').waitFor()
    await salesChart(page).waitFor()
    await settle(page)
  })

  await step('arrange a dashboard by keyboard', async () => {
    await open(page, 'Dashboards')
    await page.getByRole('button', { name: 'New dashboard' }).first().click()
    const dialog = page.getByRole('dialog', { name: 'New dashboard' })
    await dialog.getByLabel('Title').fill('Trading')
    await dialog.getByRole('button', { name: 'Create' }).click()
    await page.waitForURL(/\/dashboards\/[0-9a-f]{32}\/edit$/)

    const add = page
      .getByRole('toolbar', { name: 'Arrange' })
      .getByRole('button', { name: 'Add Klip' })
    await add.waitFor()
    if ((await add.getAttribute('aria-expanded')) !== 'true') await add.click()
    await page.getByRole('button', { name: /^Sales by month/ }).click()
    const cell = page.getByRole('group', { name: 'Sales by month', exact: true })
    await cell.and(page.locator(':focus')).waitFor()
    const said = (words) =>
      page.locator('[aria-live=polite]').getByText(words).waitFor({ state: 'attached' })
    await page.keyboard.press('m')
    await said('Arrows move it')
    await page.keyboard.press('ArrowRight')
    await said('column 2 of 12')
    await page.keyboard.press('ArrowRight')
    await said('column 3 of 12')
    await page.keyboard.press('Shift+ArrowRight')
    await said('7 wide')
    await page.keyboard.press('Shift+ArrowDown')
    await page.keyboard.press('Enter')
    await said('Dropped. Sales by month, column 3 of 12, row 1, 7 wide')
  })

  await step('keep the arrangement', async () => {
    await page.getByRole('button', { name: 'Done', exact: true }).click()
    await page.waitForURL(/\/dashboards\/[0-9a-f]{32}$/)
    await page.getByRole('article', { name: 'Sales by month' }).waitFor()
    await settle(page)
    const [placement, ...others] = await placementsOf(page, server, 'northlight', 'Trading')
    assert.deepEqual(others, [])
    assert.deepEqual([placement.x, placement.y, placement.w], [2, 0, 7])
  })

  await step('add a client', async () => {
    await open(page, 'Clients')
    await page.getByRole('link', { name: 'Add a Client' }).first().click()
    await heading(page, 'Add a client').waitFor()
    await page.getByLabel('Name', { exact: true }).fill('Solstice')
    await page.getByRole('radio', { name: /^Active/ }).check()
    await page.getByRole('button', { name: 'Add a Client' }).click()
    await page.waitForURL(/\/northlight\/clients\/solstice$/)
    await heading(page, 'Solstice').waitFor()
    await page.getByText('1 of 5 done', { exact: true }).waitFor()
    await settle(page)
  })

  const bar = page.getByRole('region', { name: 'Visit' })
  /** On every page of a client the bar names both accounts. */
  const inside = async () => {
    await bar.getByText('Solstice', { exact: true }).waitFor()
    await bar.getByRole('button', { name: 'Back to Northlight' }).waitFor()
  }

  await step('sign in to the client', async () => {
    await page.getByRole('button', { name: 'Sign in as admin' }).click()
    await page.waitForURL((url) => url.pathname === '/solstice')
    for (const entry of ['Klips', 'Data sources', 'Dashboards']) {
      await open(page, entry)
      await inside()
    }
    assert.equal(await navigation(page).getByRole('link', { name: 'Clients' }).count(), 0)
  })

  await step('choose what to import', async () => {
    await page.getByRole('link', { name: 'Import', exact: true }).first().click()
    await inside()
    await page.getByRole('checkbox', { name: 'Trading' }).check()
    await page.getByRole('button', { name: 'Next', exact: true }).click()
  })

  await step('review the import', async () => {
    const map = page.getByRole('group', { name: 'What comes along, as a map' })
    for (const name of [
      /Trading.*dashboard/is,
      /Sales by month.*Klip/is,
      /Shop orders.*data source/is,
    ])
      await map.getByRole('button', { name }).waitFor()
    assert.equal(await map.getByRole('button').count(), 3)
    await inside()
  })

  await step('import', async () => {
    await page.getByRole('button', { name: 'Import Now' }).click()
    await page.getByRole('heading', { name: '3 items are in' }).waitFor()
    await page.getByRole('link', { name: 'Open dashboard' }).click()
    await page.waitForURL(/\/solstice\/dashboards\/[0-9a-f]{32}$/)
    await page.getByRole('article', { name: 'Sales by month' }).waitFor()
    await salesChart(page).first().waitFor()
    await inside()
    const place = ({ x, y, w, h }) => ({ x, y, w, h })
    const [master] = await placementsOf(page, server, 'northlight', 'Trading')
    const [copy] = await placementsOf(page, server, 'solstice', 'Trading')
    assert.deepEqual(place(copy), place(master))
    assert.notEqual(copy.klip, master.klip)
  })

  await step('share it', async () => {
    await page.getByRole('button', { name: 'Share', exact: true }).click()
    const dialog = page.getByRole('dialog', { name: 'Share Trading' })
    await dialog.getByRole('combobox', { name: 'Add people or groups' }).click()
    await page.getByRole('option', { name: /^All Users/i }).click()
    await dialog
      .getByRole('list', { name: 'Shared with' })
      .getByText(/^All Users$/i)
      .waitFor()
    await dialog.getByRole('button', { name: 'Save' }).click()
    await dialog.waitFor({ state: 'detached' })
    await page.getByText('Saved who can see Trading.').waitFor()
  })

  await step('back to the agency', async () => {
    await bar.getByRole('button', { name: 'Back to Northlight' }).click()
    await page.waitForURL(/\/northlight\/clients\/solstice$/) // where the visit began
    await heading(page, 'Solstice').waitFor()
    await bar.waitFor({ state: 'detached' })
    await open(page, 'Clients')
    await page.getByRole('row', { name: /Solstice/ }).waitFor()
  })

  assert.deepEqual(faults, [])
  const check = server.command('check')
  assert.equal(check.status, 0, check.stdout + check.stderr)
})

test('R15 R18 R19 R22 R81 a template comes into a client with data and layout, goes, and is pushed to all', async (t) => {
  const server = await startServer({ demo: true })
  t.after(() => server.stop())
  const { page, context, faults } = await openPage(browser, LOOK)
  t.after(() => context.close())
  const maya = 'maya@northlight.example'

  /** Names and places of the Klips on a dashboard, as they lie on the screen. */
  const layout = async () => {
    await page.getByRole('article', { name: 'Best sellers' }).waitFor()
    await settle(page)
    return page.locator('[data-klip]').evaluateAll((cells) => {
      const grid = cells[0].parentElement.getBoundingClientRect()
      return cells.map((cell) => {
        const { x, y, width, height } = cell.getBoundingClientRect()
        const box = [x - grid.x, y - grid.y, width, height].map(Math.round)
        return `${cell.getAttribute('aria-label')} ${box}`
      })
    })
  }

  await signIn(page, server.url, maya, server.password(maya))
  await open(page, 'Dashboards')
  await page
    .getByRole('link', { name: /Trading/ })
    .first()
    .click()
  const master = await layout()
  assert.equal(master.length, 8)

  await open(page, 'Clients')
  await page.getByRole('button', { name: 'Sign in to Marigold Home' }).click()
  await page.waitForURL(/\/marigold/)
  await open(page, 'Dashboards')
  await page.getByRole('link', { name: 'Import', exact: true }).first().click()
  const next = page.getByRole('button', { name: 'Next', exact: true })
  assert.ok(await next.isDisabled(), 'nothing is selected yet')
  await page.getByRole('tab', { name: 'Data sources' }).click()
  await page.getByRole('heading', { name: 'We recommend whole dashboards' }).waitFor()
  await page.getByRole('combobox', { name: 'Used on' }).selectOption({ label: 'Trading' })
  await page.getByRole('checkbox', { name: 'Shop orders' }).waitFor()
  await page.getByRole('combobox', { name: 'Type' }).selectOption({ label: 'Merged models' })
  await page.getByText('Nothing matches these filters.').waitFor()
  await page.getByRole('button', { name: 'Show dashboards' }).click()
  await page.getByRole('checkbox', { name: 'Trading' }).check()
  await next.click()
  await page.getByRole('button', { name: 'Import Now' }).click()
  await page.getByRole('heading', { name: '12 items are in' }).waitFor()
  await page.getByRole('link', { name: 'Open dashboard' }).click()
  await page.waitForURL(/\/marigold\/dashboards\/[0-9a-f]{32}$/)

  assert.deepEqual(await layout(), master)
  await page.locator('figure[aria-label*="13 values"]').first().waitFor()
  const rows = page.getByRole('article', { name: 'Best sellers' }).getByRole('row')
  await rows.nth(3).waitFor()
  const revenue = page.getByRole('article', { name: 'Revenue', exact: true })
  await revenue.filter({ hasText: /€\s?\d/ }).waitFor()

  // The way back: from the dashboard to its import, and all of it into the bin.
  await page.getByRole('button', { name: 'More actions', exact: true }).click()
  await page.getByRole('menuitem', { name: 'See this import' }).click()
  await page.getByRole('button', { name: 'Delete this import' }).click()
  const ask = page.getByRole('dialog', { name: 'Move 12 items to the bin?' })
  await ask.getByText('Nobody has edited, shared or used any of it since.').waitFor()
  await ask.getByRole('button', { name: 'Delete this import' }).click()
  await page.getByText('Everything of it is in the bin.').waitFor()
  await page.getByRole('button', { name: 'Back to Northlight' }).click()

  // To all clients at once, and back again.
  await open(page, 'Dashboards')
  await page
    .getByRole('link', { name: /Trading/ })
    .first()
    .click()
  await page.getByRole('button', { name: 'More actions', exact: true }).click()
  await page.getByRole('menuitem', { name: 'Push to clients' }).click()
  await page.getByRole('button', { name: 'Paste names' }).click()
  const paste = page.getByRole('dialog', { name: 'Paste names' })
  await paste.getByLabel('Clients').fill('marigold home\nNobody')
  await paste.getByRole('button', { name: 'Add', exact: true }).click()
  await paste.getByText('1 client added. Not found: Nobody.').waitFor()
  await paste.getByRole('button', { name: 'Cancel' }).click()
  await page.getByText('1 client selected').waitFor()
  await page.getByRole('button', { name: 'Select all 3' }).click()
  await page.getByRole('button', { name: 'Check', exact: true }).click()
  await page.getByRole('row', { name: /^Solstice.* gets a second/ }).waitFor()
  await page.getByRole('button', { name: 'Push to 3 clients' }).click()
  await heading(page, '3 clients have it').waitFor()
  await page.getByRole('link', { name: 'See this push' }).click()
  await page.getByRole('button', { name: 'Delete this push' }).click()
  await page
    .getByRole('dialog', { name: 'Move 36 items to the bin?' })
    .getByRole('button', { name: 'Delete this push' })
    .click()
  await page.getByText('Everything of it is in the bin.').waitFor()
  assert.deepEqual(faults, [])
  const check = server.command('check')
  assert.equal(check.status, 0, check.stdout + check.stderr)
})
