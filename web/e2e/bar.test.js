// Open dashboards: what a group brings, what stays closed, favourites, copies, the share dialog and the bin.
import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'

import {
  callAPI,
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

/** A page that somebody has signed in on. */
async function as(email, look) {
  const opened = await openPage(browser, look)
  await signIn(opened.page, server.url, email, server.password(email))
  return opened
}

const side = (page) => page.getByRole('list', { name: 'Open dashboards' })
const sideTitles = async (page) =>
  (await side(page).getByRole('link').allTextContents()).map((one) => one.trim().split(/\s{2,}/)[0])

/** What has the focus in the open dialog as a key is pressed until it is where it was. */
async function walk(page, key) {
  const names = []
  for (let i = 0; i < 40; i++) {
    const name = await page.evaluate(() => {
      const at = document.activeElement
      return (
        at?.closest('[role=dialog]') && (at.ariaLabel || at.labels?.[0]?.innerText || at.innerText)
      )
    })
    assert.ok(name, `after ${names.join()}`)
    if (name === names[0]) return names
    names.push(name)
    await page.keyboard.press(key)
  }
  throw new Error(`no way round: ${names.join()}`)
}

test('R52 R66 a group brings dashboards, an own choice sticks, favourites come first', async () => {
  const { page, context, faults } = await as(MAYA)
  const slug = new URL(page.url()).pathname.split('/')[1]
  const { items } = await callAPI(page, 'GET', `${slug}/dashboards`)
  assert.ok(items.length >= 2, 'the demo has dashboards')
  const [first, second] = items
  const { id: group } = await callAPI(page, 'POST', `${slug}/groups`, { name: 'Directors' })
  const { user } = await callAPI(page, 'GET', `${slug}/context`)
  await callAPI(page, 'POST', `${slug}/groups/${group}/members`, { add: [user.id] })

  // The keys go round the share dialog, through all of it and never out.
  await page.goto(`${server.url}/${slug}/dashboards/${first.id}`)
  await page.getByRole('button', { name: 'Share', exact: true }).click()
  await page.getByRole('combobox', { name: 'Add people or groups' }).waitFor()
  const there = await walk(page, 'Tab')
  assert.ok(there.includes('Add people or groups') && there.includes('Cancel'), there.join())
  assert.deepEqual((await walk(page, 'Shift+Tab')).toSorted(), there.toSorted())

  // The dialog says how the group sees it.
  await page.getByRole('combobox', { name: 'Add people or groups' }).fill('Directors')
  await page.getByRole('option', { name: /Directors/ }).click()
  assert.equal(await page.getByRole('combobox', { name: 'Add people or groups' }).inputValue(), '')
  await page.getByLabel('How Directors sees it').selectOption('Always shown')
  for (const look of [LOOKS[0], LOOKS[2]]) {
    await page.setViewportSize({ width: look.width, height: look.height })
    assert.deepEqual(await findBarriers(page), [])
    await shoot(page, 'share', look)
  }
  await page.setViewportSize({ width: LOOKS[0].width, height: LOOKS[0].height })
  await page.getByRole('button', { name: 'Save', exact: true }).click()
  await page.getByText(`Saved who can see ${first.title}.`).waitFor()
  await side(page).getByRole('link', { name: first.title }).waitFor()
  await callAPI(page, 'PUT', `${slug}/groups/${group}/defaults/${second.id}`, {
    visibility: 'added',
  })
  await side(page).getByRole('link', { name: second.title }).waitFor()

  // What is required has no way out; what was added goes and stays away.
  await page.getByRole('button', { name: `Menu of ${first.title}` }).click()
  assert.equal(
    await page.getByRole('menuitem', { name: /Close/ }).getAttribute('aria-disabled'),
    'true',
  )
  await page.keyboard.press('Escape')
  await page.getByRole('button', { name: `Menu of ${second.title}` }).click()
  await page.getByRole('menuitem', { name: 'Close' }).click()
  await page.getByText(`Closed ${second.title}.`).waitFor()
  await page.reload()
  await side(page).getByRole('link', { name: first.title }).waitFor()
  assert.equal(await side(page).getByRole('link', { name: second.title }).count(), 0)

  // Open dashboard brings it back, the star lifts it up, keys move it.
  await page.goto(`${server.url}/${slug}/dashboards/${second.id}`)
  await page.getByRole('button', { name: 'Open dashboard' }).click()
  await side(page).getByRole('link', { name: second.title }).waitFor()
  assert.deepEqual(await sideTitles(page), [first.title, second.title])
  await side(page).getByRole('link', { name: second.title }).focus()
  await page.keyboard.press('Alt+ArrowUp')
  await page.getByText(`${second.title}, place 1 of 2`).waitFor()
  await page.reload()
  await side(page).getByRole('link', { name: first.title }).waitFor()
  assert.deepEqual(await sideTitles(page), [second.title, first.title])
  await page.goto(`${server.url}/${slug}/dashboards/${first.id}`)
  await page.getByRole('button', { name: 'Add to favourites' }).click()
  await page.getByRole('button', { name: 'Remove from favourites' }).waitFor()
  assert.deepEqual(await sideTitles(page), [first.title, second.title])
  await settle(page)
  assert.deepEqual(await findBarriers(page), [])
  await shoot(page, 'bar', LOOKS[0])
  assert.deepEqual(faults, [])
  await context.close()
})

test('a copy is private, a lock holds, the bin gives back', async () => {
  const { page, context, faults } = await as(MAYA)
  const slug = new URL(page.url()).pathname.split('/')[1]
  const { items } = await callAPI(page, 'GET', `${slug}/dashboards`)
  await page.goto(`${server.url}/${slug}/dashboards/${items[0].id}`)
  await page.getByRole('button', { name: 'More actions' }).click()
  await page.getByRole('menuitem', { name: 'Make a copy' }).click()
  const dialog = page.getByRole('dialog')
  await dialog.getByLabel('Copy the Klips as well').check()
  await dialog.getByRole('button', { name: 'Make a copy' }).click()
  const title = `${items[0].title} (copy)`
  await page.getByRole('heading', { level: 1, name: title }).waitFor()

  await page.getByRole('button', { name: 'More actions' }).click()
  await page.getByRole('menuitem', { name: 'Lock', exact: true }).click()
  await page.getByText('Locked', { exact: true }).waitFor()
  assert.equal(await page.getByRole('link', { name: 'Edit', exact: true }).count(), 0)
  await page.getByRole('button', { name: 'More actions' }).click()
  await page.getByRole('menuitem', { name: 'Unlock' }).click()
  await page.getByRole('link', { name: 'Edit', exact: true }).waitFor()

  await page.getByRole('button', { name: 'More actions' }).click()
  await page.getByRole('menuitem', { name: 'Move to bin' }).click()
  await page.getByLabel(/Also move \d+ Klips that nothing else shows/).check()
  await page.getByRole('dialog').getByRole('button', { name: 'Move to bin' }).click()
  await page.getByText(`${title} is in the bin.`).waitFor()

  await page.goto(`${server.url}/${slug}/settings/bin`)
  await page.getByRole('button', { name: `Restore ${title}` }).waitFor()
  await settle(page)
  for (const look of LOOKS) {
    await page.setViewportSize(look)
    await page.emulateMedia({ colorScheme: look.colorScheme })
    await settle(page)
    assert.ok((await overflow(page)) <= 0, `the bin is too wide at ${look.name}`)
    assert.deepEqual(await findBarriers(page), [])
    await shoot(page, 'bin', look)
  }
  await page.setViewportSize(LOOKS[0])
  await page.getByRole('button', { name: `Restore ${title}` }).click()
  await page.getByText(`${title} is back`).waitFor()
  await page.getByText('The bin is empty').waitFor()
  assert.deepEqual(faults, [])
  await context.close()
  const check = server.command('check')
  assert.equal(check.status, 0, check.stdout)
})

test('a dashboard opens where its person left it, on every device', async () => {
  const phone = LOOKS[2]
  const first = await as(MAYA, phone)
  const slug = new URL(first.page.url()).pathname.split('/')[1]
  const { items } = await callAPI(first.page, 'GET', `${slug}/dashboards`)
  const trading = items.find((one) => one.title === 'Trading')
  const open = (page) => page.goto(`${server.url}/${slug}/dashboards/${trading.id}`)
  const top = (page, id) =>
    page.locator(`[data-klip="${id}"]`).evaluate((cell) => cell.getBoundingClientRect().top)

  await open(first.page)
  const cells = first.page.locator('[data-klip]')
  await cells.nth(2).waitFor()
  const id = await cells.nth(2).getAttribute('data-klip')
  const kept = first.page.waitForResponse(
    (answer) => answer.request().method() === 'PUT' && answer.url().endsWith('/place'),
  )
  await cells.nth(2).evaluate((cell) => window.scrollBy(0, cell.getBoundingClientRect().top - 72))
  assert.equal((await kept).status(), 204)
  const place = await callAPI(first.page, 'GET', `${slug}/dashboards/${trading.id}/place`)
  assert.deepEqual(place, { klip: id })
  await first.context.close()

  const second = await as(MAYA, { ...phone, width: 412 })
  await open(second.page)
  await second.page.waitForFunction(() => window.scrollY > 0)
  assert.ok(Math.abs((await top(second.page, id)) - 72) < 40, 'the same Klip is on top')
  assert.deepEqual([...first.faults, ...second.faults], [])
  await second.context.close()
})
