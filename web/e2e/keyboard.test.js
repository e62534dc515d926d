// The demo without a mouse: sign in, find a client, look at it, enter it, read a chart as a table.
import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'

import { openBrowser, openPage, settle } from './browser.js'
import { startServer } from './server.js'

const MAYA = 'maya@northlight.example'

/** Steps that Tab may need at most to come to something. */
const FAR = 60

let server
let browser

before(async () => {
  ;[server, browser] = await Promise.all([startServer({ demo: true }), openBrowser()])
})

after(async () => {
  await browser?.close()
  await server?.stop()
})

/** What has the focus, and whether it can be seen. */
function focus(page) {
  return page.evaluate(() => {
    const at = document.activeElement
    if (!at || at === document.body) return null
    // Inputs inside a drawn box show the focus on the box.
    const shown = [
      at,
      at.parentElement,
      at.parentElement?.parentElement,
      at.closest('label, .field, .search'),
    ]
    const ringed = shown.some((one) => {
      if (!one) return false
      const style = getComputedStyle(one)
      return (
        (style.outlineStyle !== 'none' && parseFloat(style.outlineWidth) > 0) ||
        style.boxShadow !== 'none' ||
        (one instanceof SVGElement && style.stroke !== 'none' && style.stroke !== '')
      )
    })
    const box = at.getBoundingClientRect()
    return {
      tag: at.tagName.toLowerCase(),
      name: (at.getAttribute('aria-label') ?? at.textContent ?? '').trim().slice(0, 60),
      klip: at.dataset?.klip ?? '',
      ringed,
      inWindow: box.bottom > 0 && box.top < innerHeight && box.right > 0 && box.left < innerWidth,
    }
  })
}

/** Presses Tab until the focus is where `there` says; every stop on the way must be seen. */
async function tabTo(page, what, there, key = 'Tab') {
  const stops = []
  for (let n = 0; n < FAR; n++) {
    await page.keyboard.press(key)
    const at = await focus(page)
    if (!at) continue
    stops.push(`${at.tag} ${at.name}`)
    assert.ok(at.ringed, `the focus cannot be seen on ${at.tag} “${at.name}”`)
    assert.ok(at.inWindow, `the focus is out of sight on ${at.tag} “${at.name}”`)
    if (there(at)) return at
  }
  assert.fail(`Tab does not come to ${what}: ${stops.join(' | ')}`)
}

test('an administrator needs no mouse', async (t) => {
  const { page, faults } = await openPage(browser)
  const press = (...keys) =>
    keys.reduce((before, key) => before.then(() => page.keyboard.press(key)), Promise.resolve())
  const focused = (locator) => locator.and(page.locator(':focus')).waitFor()

  await t.test('sign in', async () => {
    await page.goto(`${server.url}/sign-in`)
    await page.getByLabel('Email').waitFor()
    if (!(await page.getByLabel('Email').evaluate((at) => at === document.activeElement)))
      await tabTo(page, 'Email', (at) => at.tag === 'input')
    await page.keyboard.type(MAYA)
    await tabTo(page, 'Password', (at) => at.tag === 'input')
    await page.keyboard.type(server.password(MAYA))
    await press('Enter')
    await page.waitForURL(/\/northlight$/)
    await settle(page)
  })

  await t.test('skip what is on every page', async () => {
    await page.reload()
    await settle(page)
    await press('Tab')
    await focused(page.getByRole('link', { name: 'Skip to content' }))
    assert.ok((await focus(page)).inWindow, 'the skip link is not shown')
    await press('Enter')
    await focused(page.locator('main'))
    await press('Tab')
    assert.ok(
      await page.evaluate(() => document.activeElement.closest('main') !== null),
      'Tab after the skip link leaves the content',
    )
  })

  await t.test('go to the clients and through the list', async () => {
    await press('g', 'c')
    await page.waitForURL(/\/northlight\/clients$/)
    await settle(page)
    const row = (name) => page.getByRole('row', { name }).locator('.lead')
    await press('j')
    await focused(row(/Fjord Outdoors/))
    await press('j')
    await focused(row(/Marigold Home/))
    await press('j')
    await focused(row(/Solstice/))
    assert.ok((await focus(page)).ringed, 'the focus cannot be seen in the list')
    await press('k')
    await focused(row(/Marigold Home/))
  })

  await t.test('peek and close', async () => {
    const panel = page.getByRole('complementary', { name: 'Marigold Home' })
    await press('Space')
    await panel.waitFor()
    await press('Escape')
    await panel.waitFor({ state: 'detached' })
    await focused(page.getByRole('row', { name: /Marigold Home/ }).locator('.lead'))
  })

  await t.test('enter a client', async () => {
    await press('j')
    await focused(page.getByRole('row', { name: /Solstice/ }).locator('.lead'))
    await press('s')
    await page.waitForURL(/\/solstice/)
    await page.getByText('Back to Northlight').waitFor()
    await settle(page)
  })

  await t.test('jump to a dashboard', async () => {
    await press('Control+k')
    const search = page.getByRole('dialog', { name: 'Search or jump to' })
    await focused(search.getByRole('combobox'))
    await page.keyboard.type('/trad')
    await search.getByRole('option', { name: 'Trading' }).waitFor()
    await press('Enter')
    await page.waitForURL(/\/solstice\/dashboards\/[0-9a-f]{32}$/)
    await page.getByRole('article', { name: 'Revenue and target' }).waitFor()
    await settle(page)
  })

  await t.test('read a chart as a table', async () => {
    const cell = page.getByRole('group', { name: 'Revenue and target', exact: true })
    const id = await cell.getAttribute('data-klip')
    await tabTo(page, 'the Klip', (at) => at.klip === id)
    await press('t')
    await cell.getByRole('table').waitFor()
    await press('t')
    await cell.getByRole('table').waitFor({ state: 'detached' })
    await press('Enter')
    const full = page.getByRole('dialog')
    await full.waitFor()
    await press('Escape')
    await full.waitFor({ state: 'detached' })
    await focused(cell)
  })

  await t.test('walk the whole page and come round again', async () => {
    // A trap would give the same stops for ever without the first one among them.
    const first = await tabTo(page, 'the skip link', (at) => at.name === 'Skip to content')
    assert.ok(first)
    await tabTo(
      page,
      'the skip link, backwards',
      (at) => at.name === 'Skip to content',
      'Shift+Tab',
    )
  })

  await t.test('leave the client', async () => {
    await tabTo(page, 'the way back', (at) => at.name === 'Back to Northlight')
    await press('Enter')
    await page.waitForURL(/\/northlight\/clients/)
  })

  assert.deepEqual(faults, [])
})
