// A control is built in the editor, stands on a dashboard, and what is chosen in it changes another Klip,
// stays in the address and goes with Reset.
import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'

import { findBarriers, LOOKS, openBrowser, openPage, settle, shoot, signIn } from './browser.js'
import { startServer } from './server.js'

const MAYA = 'maya@northlight.example'
const CSV = 'Region,Units\nNorth,4\nSouth,7\nNorth,2\nEast,9\nSouth,1\nWest,5\n'

let browser
let server

before(async () => {
  browser = await openBrowser()
  server = await startServer({ demo: true })
})

after(async () => {
  await browser?.close()
  await server?.stop()
})

test('R047 what is chosen in a control changes another Klip', async (t) => {
  const { page, context, faults } = await openPage(browser, LOOKS[0])
  t.after(() => context.close())
  await signIn(page, server.url, MAYA, server.password(MAYA))
  const call = (method, path, body, type = 'application/json') =>
    page.evaluate(
      async ([method, path, body, type]) => {
        const answer = await fetch(`/api/v1/northlight${path}`, {
          method,
          headers: { 'Content-Type': type },
          body,
        })
        if (!answer.ok) throw new Error(`${path}: ${answer.status} ${await answer.text()}`)
        return answer.json()
      },
      [method, path, typeof body === 'string' ? body : JSON.stringify(body), type],
    )
  const upload = await call('POST', '/uploads?name=regions.csv', CSV, 'text/csv')
  const { id: source } = await call('POST', '/data-sources', {
    name: 'Regions',
    upload_id: upload.id,
  })
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
  await page.getByRole('textbox', { name: 'At first' }).fill('South')
  await page.locator('.klip select').selectOption('East')
  await settle(page)
  await shoot(page, 'control-editor', LOOKS[0])
  assert.deepEqual(await findBarriers(page), [])
  await page.keyboard.press('Control+s')
  await page
    .getByText(/^Saved/)
    .first()
    .waitFor()

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
  await choice.selectOption('East')
  await shown('9')
  assert.match(page.url(), /set=region%3DEast/)
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
  assert.deepEqual(faults, [])
})
