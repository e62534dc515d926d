// The page of people who only look: a small build of its own, which does what the application does.
import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'

import { callAPI, lookAt, LOOKS, openBrowser, openPage, settle, signIn } from './browser.js'
import { startServer } from './server.js'

const INES = 'ines@solstice.example'
const MAYA = 'maya@northlight.example'

let server
let browser

before(async () => {
  ;[server, browser] = await Promise.all([startServer({ demo: true }), openBrowser()])
})

after(async () => {
  await browser?.close()
  await server?.stop()
})

const link = (page, name) => page.getByRole('link', { name, exact: true }).first()
const title = (page, text) => page.getByRole('heading', { level: 1, name: text }).waitFor()
/** Says whether the page is still the one that was marked. */
const marked = (page) => page.evaluate(() => 'marked' in window)
/** What is read aloud of going to another page. */
const spoken = (page) =>
  page.locator('body > * [aria-live=assertive], body > [aria-live=assertive]').first().textContent()
const isSmall = (page) =>
  page.evaluate(() => document.querySelector('script[src*="/viewer."]') !== null)

/** Tabs, keys and the buttons of the browser lead from dashboard to dashboard without a new page. */
async function walks(page) {
  await page.evaluate(() => (window.marked = true))
  const trading = page.url()
  await link(page, 'Market').click()
  await title(page, 'Market')
  assert.match(await page.title(), /^Market – /)
  assert.notEqual(page.url(), trading)
  assert.equal(await link(page, 'Market').getAttribute('aria-current'), 'page')
  await page.keyboard.press(']')
  await title(page, 'Trading')
  assert.equal(page.url(), trading)
  await page.goBack()
  await title(page, 'Market')
  await page.keyboard.press('Control+k')
  await page.getByRole('combobox').fill('Trad')
  await page.getByRole('option', { name: 'Trading' }).click()
  await title(page, 'Trading')
  await page.keyboard.press('?')
  await page.getByRole('dialog', { name: 'Keyboard shortcuts' }).waitFor()
  await page.keyboard.press('Escape')
  await link(page, 'Solstice Coffee Roasters').click() // Home, which leads to the first dashboard
  await page.waitForURL('**/dashboards/*')
  assert.ok(await marked(page), 'nothing was loaded anew')
}

/** Going back leads to where one was on the page. */
async function comesBack(page) {
  await page.setViewportSize(LOOKS[2])
  await page.waitForFunction(() => document.body.scrollHeight > 1500)
  await page.evaluate(() => scrollTo(0, 600))
  await page.keyboard.press(']') // a click of the test may scroll
  await title(page, 'Market')
  assert.equal(await page.evaluate(() => scrollY), 0)
  await page.goBack()
  await page.waitForFunction(() => scrollY === 600)
  // Where one went since counts, and going forward leads back as well.
  await page.evaluate(() => scrollTo(0, 100))
  await page.waitForFunction(() => history.state?.top === 100)
  await page.goForward()
  await title(page, 'Market')
  assert.equal(await spoken(page), await page.title())
  await page.goBack()
  await page.waitForFunction(() => scrollY === 100)
  await page.setViewportSize(LOOKS[0])
}

/** Without a network the page says so and keeps what it shows; then it asks again. */
async function losesTheNetwork(page, context) {
  await context.setOffline(true)
  await page.getByText('You are offline. What you see may be out of date.').waitFor()
  await page.getByRole('article', { name: 'Revenue and target' }).waitFor()
  await context.setOffline(false)
  await page.getByText('You are offline.').waitFor({ state: 'detached' })
}

test('a viewer has a page without the application, and more rights bring the application', async () => {
  const { page, context, faults } = await openPage(browser)
  await signIn(page, server.url, INES, server.password(INES))
  await page.waitForURL('**/dashboards/*')
  assert.ok(await isSmall(page))
  await link(page, 'Trading').click()
  await page.getByRole('article', { name: 'Revenue and target' }).waitFor()
  await lookAt(page, 'viewer-page')
  await walks(page)
  await link(page, 'Trading').click()
  await comesBack(page)
  await losesTheNetwork(page, context)

  // A star shows at once; what is gone says so; everything else is the application.
  await page.getByRole('button', { name: 'Add to favourites' }).click()
  await page.getByRole('button', { name: 'Remove from favourites' }).waitFor()
  const trading = page.url()
  await page.goto(`${server.url}/solstice/dashboards/${'0a'.repeat(16)}`)
  await title(page, 'Nothing here, or it is not shared with you.')
  assert.match(await page.title(), /^Nothing here/)
  await page.getByRole('button', { name: /^Your menu/ }).click()
  await page.getByRole('menuitem', { name: 'Profile' }).click()
  await title(page, 'Profile')
  assert.equal(await isSmall(page), false)

  await page.goto(trading)
  await title(page, 'Trading')
  await settle(page)
  await moreRights(trading.split('/').at(-1))
  await page.waitForFunction(() => !document.querySelector('script[src*="/viewer."]'))
  await page.getByRole('navigation', { name: 'Main' }).waitFor()
  assert.equal(page.url(), trading)

  // A session that has ended leads to the sign-in page and back to here.
  await context.clearCookies()
  await page.reload()
  await page.waitForURL('**/sign-in?next=*')
  assert.equal(new URL(page.url()).searchParams.get('next'), new URL(trading).pathname)
  assert.deepEqual(faults, [])
  await context.close()
})

/** An administrator of the client makes the viewer an editor; open pages hear of the next change of a dashboard. */
async function moreRights(dashboard) {
  const maya = await openPage(browser)
  await signIn(maya.page, server.url, MAYA, server.password(MAYA))
  await callAPI(maya.page, 'POST', 'northlight/clients/solstice/sign-in')
  const { items } = await callAPI(maya.page, 'GET', 'solstice/people')
  const ines = items.find(({ email }) => email === INES)
  await maya.page.evaluate(async (id) => {
    const path = `/api/v1/solstice/people/${id}`
    const tag = (await fetch(path)).headers.get('ETag')
    const answer = await fetch(path, {
      method: 'PATCH',
      headers: { 'Content-Type': 'application/json', 'If-Match': tag },
      body: JSON.stringify({ roles: ['editor'] }),
    })
    if (!answer.ok) throw new Error(await answer.text())
  }, ines.id)
  await callAPI(maya.page, 'PUT', `solstice/dashboards/${dashboard}/lock`)
  await maya.context.close()
}
