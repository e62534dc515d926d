// The policy of the pages: what the server promises, and that a browser holds to it.
import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'

import { openBrowser, openPage } from './browser.js'
import { startServer } from './server.js'

let server
let browser

before(async () => {
  ;[server, browser] = await Promise.all([startServer(), openBrowser()])
})

after(async () => {
  await browser?.close()
  await server?.stop()
})

/** Directives of a policy by name. */
function parse(policy) {
  return new Map(
    policy.split(';').map((part) => {
      const [name, ...values] = part.trim().split(/\s+/)
      return [name, values]
    }),
  )
}

test('a page carries the policy and nothing that it would refuse', async () => {
  for (const path of ['/', '/sign-in', '/northlight/dashboards', '/no-such-page']) {
    const answer = await fetch(server.url + path, { headers: { accept: 'text/html' } })
    const html = await answer.text()
    const header = answer.headers.get('content-security-policy')
    assert.ok(header, `${path} has no policy`)
    const policy = parse(header)
    for (const name of ['default-src', 'base-uri', 'frame-ancestors'])
      assert.deepEqual(policy.get(name), ["'none'"], `${path}: ${name}`)
    const all = [...policy.values()].flat()
    for (const weak of ["'unsafe-inline'", "'unsafe-eval'", '*', 'https:', 'http:'])
      assert.ok(!all.includes(weak), `${path}: ${weak} in ${header}`)
    assert.match(header, /script-src[^;]*'nonce-[^']+'/)
    assert.doesNotMatch(html, /<[^>]+\sstyle\s*=/, `${path}: a style attribute`)
    assert.doesNotMatch(html, /<[^>]+\son[a-z]+\s*=/, `${path}: a handler attribute`)
    const nonce = /'nonce-([^']+)'/.exec(header)[1]
    for (const [tag] of html.matchAll(/<(?:script|style)\b[^>]*>/g))
      assert.ok(tag.includes(`nonce="${nonce}"`), `${path}: ${tag} without the nonce`)
    assert.equal(answer.headers.get('x-content-type-options'), 'nosniff')
  }
})

test('each page has a nonce of its own', async () => {
  const nonces = await Promise.all(
    [1, 2].map(async () => {
      const answer = await fetch(`${server.url}/sign-in`)
      return /'nonce-([^']+)'/.exec(answer.headers.get('content-security-policy'))[1]
    }),
  )
  assert.notEqual(nonces[0], nonces[1])
})

test('the browser refuses script and style that come from elsewhere', async () => {
  const { page, context, faults } = await openPage(browser)
  await page.goto(`${server.url}/sign-in`)
  await page.getByLabel('Email').waitFor()
  assert.deepEqual(faults, [])
  const ran = await page.evaluate(() => {
    const script = document.createElement('script')
    script.textContent = 'window.cameIn = true'
    document.body.append(script)
    const box = document.createElement('div')
    box.setAttribute('style', 'width: 77px')
    document.body.append(box)
    return { script: window.cameIn === true, style: box.offsetWidth === 77 }
  })
  assert.deepEqual(ran, { script: false, style: false })
  await context.close()
})
