// A real browser for the tests: Debian's Chromium, driven by playwright-core.
import { mkdirSync, readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'

import { chromium } from 'playwright-core'

const screens = fileURLToPath(new URL('../screens/', import.meta.url))
const axeSource = readFileSync(fileURLToPath(new URL('../node_modules/axe-core/axe.min.js', import.meta.url)), 'utf8')

/** The sizes and themes that every screen is looked at in. */
export const LOOKS = [
  { name: '1440-light', width: 1440, height: 900, colorScheme: 'light' },
  { name: '1440-dark', width: 1440, height: 900, colorScheme: 'dark' },
  { name: '390-light', width: 390, height: 844, colorScheme: 'light' },
  { name: '390-dark', width: 390, height: 844, colorScheme: 'dark' },
]

/** Starts the browser; nothing outside this machine is asked for. */
export function openBrowser() {
  mkdirSync(screens, { recursive: true })
  return chromium.launch({
    executablePath: process.env.CHROMIUM ?? '/usr/bin/chromium',
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
  const page = await context.newPage()
  const faults = []
  page.on('pageerror', (error) => faults.push(`script: ${error.message}`))
  page.on('console', (message) => {
    if (message.type() === 'error' && !/status of (401|403|404|409|422)/.test(message.text())) faults.push(`console: ${message.text()}`)
  })
  page.on('response', (response) => {
    if (response.status() >= 500) faults.push(`server: ${response.status()} ${response.url()}`)
  })
  return { page, context, faults }
}

/** Signs in through the sign-in page and waits for the account. */
export async function signIn(page, url, email, password) {
  await page.goto(`${url}/sign-in`)
  await page.getByLabel('Email').fill(email)
  await page.getByLabel('Password', { exact: true }).fill(password)
  await page.getByRole('button', { name: 'Sign in', exact: true }).click()
  await page.waitForURL((address) => !address.pathname.startsWith('/sign-in'))
}

/** Writes screens/<name>-<look>.png. */
export async function shoot(page, name, look) {
  await page.evaluate(() => document.fonts.ready)
  await page.screenshot({ path: `${screens}${name}-${look.name}.png` })
}

/**
 * What axe finds on a page. It needs eval, which our policy forbids, so the page must
 * come from a context with bypassCSP.
 */
export async function findBarriers(page) {
  await page.evaluate(axeSource)
  const { violations } = await page.evaluate(() =>
    // eslint-disable-next-line no-undef
    axe.run(document, { runOnly: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'] }),
  )
  return violations.map((v) => `${v.id}: ${v.help} — ${v.nodes.map((n) => n.target.join(' ')).join(', ')}`)
}
