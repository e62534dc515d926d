// Lists of dashboards, Klips and data sources: filters in the address, tags, and many at once.
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

test('lists are narrowed by the address, and many are changed together', async () => {
  const { page, context, faults } = await openPage(browser)
  await signIn(page, server.url, MAYA, server.password(MAYA))
  const slug = new URL(page.url()).pathname.split('/')[1]
  await page.goto(`${server.url}/${slug}/klips`)
  await settle(page)
  const picks = page.locator('tbody input[type=checkbox]')
  const names = await page.locator('tbody th b').allTextContents()
  assert.ok(names.length > 3, 'the demo has Klips')

  // Tags.
  await picks.nth(0).check()
  await picks.nth(1).check()
  await page.getByRole('toolbar', { name: '2 selected' }).waitFor()
  await settle(page)
  assert.deepEqual(await findBarriers(page), [])
  await shoot(page, 'klips-chosen', LOOKS[0])
  await page.getByRole('button', { name: 'Tags', exact: true }).click()
  await page.getByLabel('Add tags').fill('Board room, Q1')
  await page.getByRole('button', { name: 'Save tags' }).click()
  await page.getByText('Changed the tags of 2.').waitFor()
  await page.getByLabel('Tag', { exact: true }).selectOption({ label: 'Board room (2)' })
  await page.waitForURL(/tag=Board/)
  await page.reload()
  await settle(page)
  assert.equal(await picks.count(), 2)
  await page.getByRole('button', { name: 'Clear filters' }).click()
  await page.waitForURL((url) => url.search === '')

  // What a dashboard shows does not go: nothing does, and the reason is told.
  await settle(page)
  await picks.nth(0).check()
  await page.getByRole('button', { name: 'Move to bin' }).click()
  const dialog = page.getByRole('dialog')
  await dialog.getByRole('button', { name: 'Move to bin' }).click()
  await dialog.getByText('cannot be changed so. Nothing was changed.').waitFor()
  await dialog.getByText(names[0], { exact: true }).waitFor()
  assert.deepEqual(await findBarriers(page), [])
  await shoot(page, 'klips-refused', LOOKS[0])
  await dialog.getByRole('button', { name: 'Cancel' }).click()

  // Dashboards go and come back by Undo.
  await page.goto(`${server.url}/${slug}/dashboards?view=table&sort=-name`)
  await settle(page)
  const titles = await page.locator('tbody th .title').allTextContents()
  assert.deepEqual(titles, [...titles].sort().reverse())
  await picks.nth(0).check()
  await page.getByRole('button', { name: 'Move to bin' }).click()
  await dialog.getByRole('button', { name: 'Move to bin' }).click()
  await page.getByText('1 is in the bin.').waitFor()
  await page.getByRole('row', { name: titles[0] }).waitFor({ state: 'detached' })
  await page.getByRole('button', { name: 'Undo' }).click()
  await page.getByText('1 is back.').waitFor()
  await page.getByRole('row', { name: titles[0] }).waitFor()
  await settle(page)
  assert.deepEqual(await page.locator('tbody th .title').allTextContents(), titles)

  // Cards are chosen, too, and the one that is chosen does not open.
  await page.goto(`${server.url}/${slug}/dashboards`)
  await settle(page)
  await page.getByRole('checkbox', { name: `Select ${titles[0]}` }).check()
  await page.getByRole('toolbar', { name: '1 selected' }).waitFor()
  assert.deepEqual(await findBarriers(page), [])
  await shoot(page, 'dashboards-chosen', LOOKS[0])

  for (const path of ['klips', 'data', 'dashboards?view=table', 'klips?origin=imported&tag=none']) {
    for (const look of LOOKS) {
      await page.setViewportSize({ width: look.width, height: look.height })
      await page.emulateMedia({ colorScheme: look.colorScheme })
      await page.goto(`${server.url}/${slug}/${path}`)
      await settle(page)
      assert.deepEqual(await findBarriers(page), [], `${path} ${look.name}`)
      assert.equal(await overflow(page), 0, `${path} ${look.name}`)
      await shoot(page, `list-${path.replace(/\W+/g, '-')}`, look)
    }
  }
  assert.deepEqual(faults, [])
  await context.close()
})
