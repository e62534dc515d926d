// A real browser for the tests: Debian's Chromium, driven by playwright-core.
import assert from 'node:assert/strict'
import { existsSync, mkdirSync, readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'

import { chromium } from 'playwright-core'

const screens = fileURLToPath(new URL('../screens/', import.meta.url))
const axeSource = readFileSync(
  fileURLToPath(new URL('../node_modules/axe-core/axe.min.js', import.meta.url)),
  'utf8',
)

/** Time that a page has to show what a test waits for, in milliseconds. */
const PATIENCE = 40_000

/** The sizes and themes that every screen is looked at in. */
export const LOOKS = [
  { name: '1440-light', width: 1440, height: 900, colorScheme: 'light' },
  { name: '1440-dark', width: 1440, height: 900, colorScheme: 'dark' },
  { name: '390-light', width: 390, height: 844, colorScheme: 'light' },
  { name: '390-dark', width: 390, height: 844, colorScheme: 'dark' },
]

/**
 * The browser: CHROMIUM, else the build of Debian's Chromium that has no window at all (the tests
 * take 40 % less of the processors with it), else the one with windows.
 */
const executablePath =
  process.env.CHROMIUM ??
  ['/usr/bin/chromium-headless-shell', '/usr/bin/chromium'].find((path) => existsSync(path))

/** Starts the browser; nothing outside this machine is asked for. */
export function openBrowser() {
  mkdirSync(screens, { recursive: true })
  return chromium.launch({
    executablePath,
    args: [
      '--no-sandbox',
      '--disable-gpu',
      '--disable-quic',
      '--no-first-run',
      '--disable-background-networking',
      '--disable-component-update',
      '--disable-sync',
      '--font-render-hinting=none',
    ],
  })
}

/**
 * A page that remembers what went wrong in it: script errors, refused policies, failed requests.
 * @param {import('playwright-core').Browser} browser
 */
export async function openPage(browser, look = LOOKS[0], options = {}) {
  const context = await browser.newContext({
    viewport: { width: look.width, height: look.height },
    colorScheme: look.colorScheme,
    reducedMotion: 'reduce',
    ...options,
  })
  context.setDefaultTimeout(PATIENCE)
  const page = await context.newPage()
  const faults = []
  page.on('pageerror', (error) => faults.push(`script: ${error.message}`))
  page.on('console', (message) => {
    if (message.type() === 'error' && !/status of (401|403|404|409|422)/.test(message.text()))
      faults.push(
        `console: ${message.text()} (${message.location().url}:${message.location().lineNumber}:${message.location().columnNumber})`,
      )
  })
  page.on('response', (response) => {
    if (response.status() >= 500) faults.push(`server: ${response.status()} ${response.url()}`)
  })
  watchRequests(page)
  return { page, context, faults }
}

/** Requests under way, by page. */
const underWay = new WeakMap()

function watchRequests(page) {
  const open = new Set()
  underWay.set(page, open)
  page.on('request', (request) => {
    if (request.resourceType() !== 'eventsource') open.add(request) // that one stays open
  })
  page.on('requestfinished', (request) => open.delete(request))
  page.on('requestfailed', (request) => open.delete(request))
}

/** One of the tabs of a page; menus may have a link of the same name. */
export const tab = (page, name) =>
  page.getByRole('main').getByRole('navigation').getByRole('link', { name, exact: true })

/** Signs in through the sign-in page and waits for the account. */
export async function signIn(page, url, email, password) {
  await page.goto(`${url}/sign-in`)
  await page.getByLabel('Email').fill(email)
  await page.getByLabel('Password', { exact: true }).fill(password)
  await page.getByRole('button', { name: 'Sign in', exact: true }).click()
  await page.waitForURL((address) => !address.pathname.startsWith('/sign-in'))
}

/**
 * Waits until a page has loaded what it shows: it has a title, nothing is busy, no skeleton is left,
 * no request is under way, and that for two frames.
 */
export async function settle(page) {
  const open = underWay.get(page)
  const end = Date.now() + PATIENCE
  for (;;) {
    await page.waitForFunction(
      () =>
        document.querySelector('h1') &&
        !document.querySelector('[aria-busy="true"], .skeleton, [role="progressbar"]'),
    )
    const quiet = open.size === 0
    await page.evaluate(
      () => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done))),
    )
    if (quiet && open.size === 0) return
    if (Date.now() > end) {
      throw new Error(`still loading: ${[...open].map((request) => request.url()).join(' ')}`)
    }
  }
}

/** Writes screens/<name>-<look>.png, or another file. In CI, where nobody looks at them, no pictures are taken. */
export async function shoot(page, name, look, path = `${screens}${name}-${look.name}.png`) {
  await page.evaluate(() => document.fonts.ready)
  if (process.env.CI && path.startsWith(screens)) return
  await page.screenshot({ path })
}

/** The rules of axe whose answer depends on the theme. */
export const COLOUR = ['color-contrast', 'link-in-text-block']

const RULES = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice']

/**
 * Lets look(find) ask axe what barriers a page has; find takes names of rules, or asks all that count here.
 * Axe runs in a world of its own beside the page, so that the policy of the page stays in force and is
 * tested too; it is read once for all that look asks.
 */
export async function withAxe(page, look) {
  const session = await page.context().newCDPSession(page)
  try {
    const { frameTree } = await session.send('Page.getFrameTree')
    const { executionContextId } = await session.send('Page.createIsolatedWorld', {
      frameId: frameTree.frame.id,
    })
    const run = async (expression) => {
      const { result, exceptionDetails } = await session.send('Runtime.evaluate', {
        expression,
        contextId: executionContextId,
        awaitPromise: true,
        returnByValue: true,
      })
      if (exceptionDetails) throw new Error(exceptionDetails.exception?.description)
      return result.value
    }
    await run(`${axeSource};undefined`)
    return await look((rules = RULES) => {
      const options = JSON.stringify({
        runOnly: rules,
        resultTypes: ['violations'],
        preload: false,
      })
      return run(`axe.run(document, ${options}).then(({ violations }) =>
        violations.map((v) => v.id + ': ' + v.help + ' — ' + v.nodes.map((n) => n.target.join(' ')).join(', ')))`)
    })
  } finally {
    await session.detach()
  }
}

/** What axe finds on a page. */
export const findBarriers = (page) => withAxe(page, (find) => find())

/** In each look a page fits, and axe finds no barrier; by default wide and light, narrow and dark. */
export async function lookAt(page, name, looks = [LOOKS[0], LOOKS[3]]) {
  for (const one of looks) {
    await page.setViewportSize({ width: one.width, height: one.height })
    await page.emulateMedia({ colorScheme: one.colorScheme })
    await settle(page)
    await shoot(page, name, one)
    assert.deepEqual(
      [await overflow(page), await findBarriers(page)],
      [0, []],
      `${name} ${one.name}`,
    )
  }
  await page.setViewportSize(LOOKS[0])
  await page.emulateMedia({ colorScheme: LOOKS[0].colorScheme })
}

/** A call of the API as the person of a page; an object is sent as JSON. Gives what is answered, or null. */
export async function callAPI(page, method, path, body, type = 'application/json', headers = {}) {
  const answer = await page.evaluate(
    async ([method, path, body, type, headers]) => {
      const response = await fetch(`/api/v1/${path}`, {
        method,
        headers: { ...headers, ...(body && { 'Content-Type': type }) },
        ...(body && { body }),
      })
      return { status: response.status, text: await response.text() }
    },
    [method, path, body && typeof body !== 'string' ? JSON.stringify(body) : body, type, headers],
  )
  assert.ok(answer.status < 300, `${method} ${path}: ${answer.status} ${answer.text}`)
  return answer.text ? JSON.parse(answer.text) : null
}

/** Says by how many pixels the page itself is wider than its window. */
export function overflow(page) {
  return page.evaluate(() => document.documentElement.scrollWidth - window.innerWidth)
}
