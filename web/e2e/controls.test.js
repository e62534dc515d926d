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
