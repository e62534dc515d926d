// An agency runs its clients: limits, tags, many at once, a CSV file, the end of a client and its return;
// and the tour of the demo, which leads through a client.
import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'

import { findBarriers, LOOKS, openBrowser, openPage, settle, shoot, signIn } from './browser.js'
import { startServer } from './server.js'

const MAYA = 'maya@northlight.example'
const [LOOK] = LOOKS

let browser

before(async () => {
  browser = await openBrowser()
})

after(async () => {
  await browser?.close()
})

const heading = (page, name) => page.getByRole('heading', { level: 1, name, exact: true })
const row = (page, name) => page.getByRole('row', { name })
const dialog = (page) => page.getByRole('dialog')

test('R54 R55 R58 R63 clients are added, changed, deleted and restored', async (t) => {
  const server = await startServer({ demo: true })
  t.after(() => server.stop())
  const { page, context, faults } = await openPage(browser, LOOK)
  t.after(() => context.close())
  await signIn(page, server.url, MAYA, server.password(MAYA))
  await page.waitForURL(`${server.url}/northlight`)
  const list = `${server.url}/northlight/clients`
  const step = async (name, run) => {
    let done = false
    await t.test(name, async () => {
      await run()
      done = true
    })
    await shoot(page, `clients-${name.replace(/[^a-z]+/g, '-')}`, LOOK)
    assert.ok(done, `the way ends at “${name}”`)
    assert.deepEqual(faults, [], name)
    assert.deepEqual(await findBarriers(page), [], name)
  }

  await step('add a client with limits and tags', async () => {
    await page.goto(`${list}/new`)
    await heading(page, 'Add a client').waitFor()
    await page.getByLabel('Name', { exact: true }).fill('Tide')
    await page.getByLabel('Description').fill('came by word of mouth')
    await page.getByLabel('Tags').fill('retail, gold')
    await page.getByRole('textbox', { name: 'Users', exact: true }).fill('3')
    const preview = page.getByRole('complementary', { name: 'Preview' })
    await preview.getByText('Only administrators of Northlight have this client.').waitFor()
    await page.getByLabel('Who at Northlight can sign in').selectOption({ index: 1 })
    await preview.getByText('Everybody at Northlight, and administrators').waitFor()
    await shoot(page, 'clients-add-groups', LOOK)
    await page.getByRole('button', { name: 'Add a Client' }).click()
    await page.waitForURL(`${list}/tide`)
    await page.getByText('1 of 5 done', { exact: true }).waitFor()
    await page.getByText('0 / 3', { exact: true }).waitFor()
    await page.getByRole('link', { name: 'Access' }).click()
    await page.getByLabel('What Everybody at Northlight can do').waitFor()
    assert.equal(
      await page.getByLabel('What Everybody at Northlight can do').inputValue(),
      'manage',
    )
    await settle(page)
  })

  await step('change four limits in one save', async () => {
    await page.getByRole('link', { name: 'Resources' }).click()
    await page.getByRole('button', { name: 'Edit', exact: true }).click()
    await page.getByRole('textbox', { name: 'Users', exact: true }).fill('8')
    await page.getByRole('textbox', { name: 'Dashboards', exact: true }).fill('4')
    await page.getByRole('textbox', { name: 'Private links', exact: true }).fill('2')
    await page.getByRole('textbox', { name: 'API calls a day', exact: true }).fill('500')
    await page.getByRole('button', { name: 'Save' }).click()
    await page.getByText('The limits of Tide are saved.').waitFor()
    for (const use of ['0 / 8', '0 / 4', '0 / 2', '0 / 500'])
      await page.getByText(use, { exact: true }).waitFor()
    await settle(page)
  })

  await step('switch something off', async () => {
    const keys = page.getByRole('switch', { name: 'API keys' })
    await keys.click()
    await page.getByRole('switch', { name: 'API keys', checked: false }).waitFor()
    await settle(page)
  })

  await step('activate says who is emailed', async () => {
    await page.goto(`${list}/tide`)
    await page.getByRole('button', { name: 'Activate', exact: true }).click()
    await dialog(page).getByText('Nobody waits for an invitation.').waitFor()
    await dialog(page).getByRole('button', { name: 'Activate' }).click()
    await page.getByText('Tide is now Active.').waitFor()
    await settle(page)
  })

  await step('find by tag and change many with a review', async () => {
    await page.goto(list)
    await row(page, /Marigold Home/).waitFor()
    await page.getByLabel('Tags').selectOption('gold')
    await page.waitForURL(/tag=gold/)
    await row(page, /Marigold Home/).waitFor({ state: 'detached' })
    await row(page, /Tide/).waitFor()
    await page.getByLabel('Tags').selectOption('')
    await row(page, /Marigold Home/).waitFor()
    for (const name of ['Tide', 'Marigold Home'])
      await page.getByRole('checkbox', { name: new RegExp(name) }).check()
    await page.getByText(/^2 of \d+ selected$/).waitFor()
    await page.getByRole('button', { name: 'Change tags' }).click()
    await dialog(page).getByLabel('Tags to add').fill('spring')
    await dialog(page).getByRole('button', { name: 'Review' }).click()
    await dialog(page).getByText('2 clients change').waitFor()
    await shoot(page, 'clients-review', LOOK)
    await dialog(page).getByRole('button', { name: 'Change 2 clients' }).click()
    await page.getByText('2 clients were changed.').waitFor()
    await settle(page)
  })

  await step('a review says what stands in the way', async () => {
    for (const name of ['Tide', 'Marigold Home'])
      await page.getByRole('checkbox', { name: new RegExp(name) }).check()
    await page.getByRole('button', { name: 'Change status' }).click()
    await dialog(page)
      .getByRole('radio', { name: /^Trial/ })
      .check()
    await dialog(page).getByRole('button', { name: 'Review' }).click()
    await dialog(page).getByText('A client cannot change from that status').first().waitFor()
    assert.ok(
      await dialog(page)
        .getByRole('button', { name: /^Change \d/ })
        .isDisabled(),
    )
    await settle(page)
  })

  await step('import a file after a look at its lines', async () => {
    await page.goto(`${list}/import`)
    await page.getByLabel('Or paste the lines').fill('name,tags\nReef,gold\nTide,\n')
    await page.getByRole('button', { name: 'Check' }).click()
    await page.getByText('1 line has a mistake.').waitFor()
    await page.getByLabel('Or paste the lines').fill('name,tags\nReef,gold\nKelp,\n')
    await page.getByRole('button', { name: 'Check' }).click()
    await page.getByRole('button', { name: 'Add 2 clients' }).click()
    await page.waitForURL(list)
    await row(page, /Kelp/).waitFor()
    await settle(page)
  })

  await step('delete needs the typed name', async () => {
    await page.goto(`${list}/tide`)
    await page.getByRole('button', { name: 'More', exact: true }).click()
    await page.getByRole('menuitem', { name: 'Delete Client' }).click()
    const remove = dialog(page).getByRole('button', { name: 'Delete Client' })
    await dialog(page).getByText('rests in the bin for 30 days').waitFor()
    assert.ok(await remove.isDisabled())
    await dialog(page).getByLabel('Type Tide to confirm').fill('tide')
    assert.ok(await remove.isDisabled())
    await dialog(page).getByLabel('Type Tide to confirm').fill('Tide')
    await shoot(page, 'clients-delete', LOOK)
    await remove.click()
    await page.waitForURL(list)
    await row(page, /Marigold Home/).waitFor()
    await row(page, /Tide/).waitFor({ state: 'detached' }) // the list of before may be seen first
    await settle(page)
  })

  await step('restore from the bin', async () => {
    await page.goto(`${list}?status=deleted`)
    await row(page, /Tide/).waitFor()
    await page.getByRole('button', { name: 'Restore' }).click()
    await page.getByText('Tide is back.').waitFor()
    await page.goto(`${list}/tide`)
    await heading(page, 'Tide').waitFor()
    await settle(page)
  })

  const hint = (text) => page.getByRole('region', { name: /^Tour, step/ }).filter({ hasText: text })
  const beside = async (anchor) => {
    const [mark, thing] = await Promise.all([
      page.getByRole('region', { name: /^Tour, step/ }).boundingBox(),
      page.locator(`[data-coach="${anchor}"]`).boundingBox(),
    ])
    const apart =
      mark.x >= thing.x + thing.width ||
      thing.x >= mark.x + mark.width ||
      mark.y >= thing.y + thing.height ||
      thing.y >= mark.y + mark.height
    assert.ok(apart, `the mark covers what it speaks of: ${JSON.stringify({ mark, thing })}`)
  }

  await step('the tour shows what a client sees', async () => {
    await page.goto(`${server.url}/northlight`)
    await heading(page, /^Good/).waitFor()
    await page.getByText('Tour, 0 of 3 done').waitFor()
    await page.getByRole('button', { name: 'Open', exact: true }).click()
    await page.waitForURL(/\/solstice\/dashboards\/[0-9a-f]{32}\?as=viewer$/)
    await hint('their dashboards as tabs').waitFor()
    await heading(page, 'Trading').waitFor()
    assert.equal(await page.getByRole('link', { name: 'Edit' }).count(), 0)
    assert.equal(await page.getByRole('navigation', { name: 'Main' }).count(), 0)
    await settle(page)
    await beside('viewer')
    assert.deepEqual(await findBarriers(page), [])
    // It closes by keyboard and stays closed.
    await page.getByRole('button', { name: 'Close this hint' }).focus()
    await page.keyboard.press('Escape')
    await hint('their dashboards as tabs').waitFor({ state: 'detached' })
    await page.getByRole('button', { name: 'Back to Northlight' }).click()
    await page.getByText('Tour, 1 of 3 done').waitFor()
    await settle(page)
  })

  await step('the tour sets a client up', async () => {
    await page.getByRole('button', { name: 'Set up', exact: true }).click()
    await page.getByText('4 of 5 done', { exact: true }).waitFor()
    await hint('You prepare Marigold Home from inside').waitFor()
    await page.getByRole('button', { name: 'Sign in as admin' }).click()
    await hint('You are inside their account now').getByRole('link', { name: 'Import' }).click()
    await hint('Choose a dashboard').waitFor()
    await page.setViewportSize({ width: 390, height: 844 })
    await page.getByRole('checkbox', { name: 'Trading' }).check()
    await page.getByRole('button', { name: 'Next', exact: true }).click()
    await page.getByRole('button', { name: 'Import Now' }).waitFor()
    await beside('import')
    await page.setViewportSize({ width: LOOK.width, height: LOOK.height })
    await page.getByRole('button', { name: 'Import Now' }).click()
    await hint('One thing is left').getByRole('link', { name: 'Fill in companyId' }).click()
    await hint('has no companyId yet').waitFor()
    await beside('property-companyId')
    await page.locator('[data-coach="property-companyId"] button').click()
    await dialog(page).getByRole('textbox', { name: 'Value' }).fill('MH-2044')
    await dialog(page).getByRole('button', { name: 'Save' }).click()
    await hint('has no companyId yet').waitFor({ state: 'detached' })
    await page.goto(`${server.url}/northlight`)
    await page.getByText('Tour, 2 of 3 done').waitFor()
    await settle(page)
  })

  await step('the tour ends with an open client', async () => {
    await page.getByRole('button', { name: 'Go there' }).click()
    await hint('Activate opens Marigold Home').waitFor()
    await settle(page)
    await beside('activate')
    await page.locator('[data-coach="activate"]').click()
    await dialog(page).getByText('ana@marigold.example').waitFor()
    await dialog(page).getByRole('button', { name: 'Activate' }).click()
    await page.getByText('Marigold Home is now Active.').waitFor()
    await page.goto(`${server.url}/northlight`)
    await page.getByText('That was the tour.').waitFor()
    await page.getByRole('link', { name: 'See the invitations' }).click()
    await page.getByText('ana@marigold.example').waitFor()
    await page.goto(`${server.url}/northlight`)
    await page.getByText('Tour, 3 of 3 done').waitFor()
    await settle(page)
  })

  await step('the tour is hidden and found again', async () => {
    await page.getByRole('button', { name: 'Keep the demo' }).click()
    await page.getByText('Tour, 3 of 3 done').waitFor({ state: 'detached' })
    await page.reload()
    await heading(page, /^Good/).waitFor()
    await settle(page)
    assert.equal(await page.getByText('That was the tour.').count(), 0)
    await page.keyboard.press('?')
    await dialog(page).getByRole('button', { name: 'Show the tour' }).click()
    await page.getByText('That was the tour.').waitFor()
    await settle(page)
  })

  await step('the demo is removed and nothing else', async () => {
    await page.getByRole('link', { name: 'Remove the demo' }).click()
    await page.getByText('Client Marigold Home').waitFor()
    await page.getByText(/you go on signing in with maya@northlight\.example/).waitFor()
    await settle(page)
    await shoot(page, 'demo-removal', LOOK)
    assert.deepEqual(await findBarriers(page), [])
    const button = page.getByRole('button', { name: 'Remove the demo' })
    assert.equal(await button.isDisabled(), true)
    await page.getByLabel('Type DEMO to confirm').fill('DEMO')
    await button.click()
    await page.getByText('The demo is gone').waitFor()
    await page.getByRole('link', { name: 'Go to Home' }).click()
    await heading(page, /^Good/).waitFor()
    await settle(page)
    assert.equal(await page.getByText('That was the tour.').count(), 0)
    assert.equal(await page.getByText('Solstice Coffee Roasters').count(), 0)
  })
})
