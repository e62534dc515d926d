// People: a client gets a group and two people, is opened, and one of them comes in by the invitation.
import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'

import { openBrowser, openPage, settle, shoot, signIn, LOOKS } from './browser.js'
import { startServer } from './server.js'

const [LOOK] = LOOKS
const MAYA = 'maya@northlight.example'
const PASSWORD = 'a long and quiet password'

let browser

before(async () => {
  browser = await openBrowser()
})

after(async () => {
  await browser?.close()
})

const heading = (page, name) => page.getByRole('heading', { level: 1, name })

/** Sends a call of the API as the person of a page. */
async function call(page, server, method, path, data, headers = {}) {
  const answer = await page.request.fetch(`${server.url}/api/v1${path}`, {
    method,
    headers: { ...headers, Origin: server.url },
    ...(data === undefined ? {} : { data }),
  })
  assert.ok(answer.ok(), `${method} ${path}: ${answer.status()} ${await answer.text()}`)
  return answer
}

test('R085 R086 people are invited into a group, wait, and come in when the client is opened', async (t) => {
  const server = await startServer({ demo: true })
  t.after(() => server.stop())
  const { page, context, faults } = await openPage(browser, LOOK)
  t.after(() => context.close())
  await signIn(page, server.url, MAYA, server.password(MAYA))

  // A client that nobody can sign in to yet, with a dashboard.
  await call(page, server, 'POST', '/northlight/clients', { name: 'Harbour Books' })
  await call(page, server, 'POST', '/northlight/clients/harbour-books/sign-in')
  const made = await call(page, server, 'POST', '/harbour-books/dashboards', { title: 'Trading' })
  const dashboard = await made.json()

  // A group first.
  await page.goto(`${server.url}/harbour-books/people`)
  await heading(page, 'Users').waitFor()
  await page.getByRole('link', { name: 'Groups' }).first().click()
  await page.getByRole('button', { name: 'New group' }).first().click()
  const dialog = page.getByRole('dialog')
  await dialog.getByLabel('Name').fill('Directors')
  await dialog.getByRole('button', { name: 'Add group' }).click()
  await page.getByRole('link', { name: /Directors/ }).waitFor()
  const { items } = await (await call(page, server, 'GET', '/harbour-books/groups')).json()
  const group = items.find((one) => one.name === 'Directors')
  await call(page, server, 'PUT', `/harbour-books/assets/${dashboard.id}/shares`, {
    items: [{ kind: 'group', id: group.id, right: 'view' }],
  })

  // Two people from a pasted list, with a line that is none.
  await page.getByRole('button', { name: 'Invite people' }).click()
  await dialog.getByText('This account is not open yet.').waitFor()
  await dialog.getByRole('checkbox', { name: 'Directors' }).check()
  const emails = dialog.getByLabel('Email addresses')
  await emails.fill('lea@harbour.example\nnonsense\nTom Berg <tom@harbour.example>')
  await dialog.getByText('2 new, 1 not an email').waitFor()
  assert.ok(await dialog.getByRole('button', { name: /^Invite/ }).isDisabled())
  await emails.fill(`lea@harbour.example\n${MAYA}\nTom Berg <tom@harbour.example>`)
  await dialog.getByText('2 new, 1 cannot be invited').waitFor()
  await emails.fill('lea@harbour.example\nTom Berg <tom@harbour.example>')
  await dialog.getByText('2 new', { exact: true }).waitFor()
  await dialog.getByRole('button', { name: 'Invite 2 people' }).click()
  await dialog.waitFor({ state: 'detached' })
  await page.getByText('2 invitations wait until you activate.').waitFor()
  await page
    .getByRole('navigation', { name: 'Main' })
    .getByRole('link', { name: 'Users', exact: true })
    .click()
  await page.getByText('lea@harbour.example').first().waitFor()
  await settle(page)
  for (const look of LOOKS) {
    await page.setViewportSize(look)
    await page.emulateMedia({ colorScheme: look.colorScheme })
    await settle(page)
    await shoot(page, 'people', look)
  }
  await page.setViewportSize(LOOK)
  await page.emulateMedia({ colorScheme: LOOK.colorScheme })
  await page.getByText('Tom Berg').click()
  await heading(page, 'Tom Berg').waitFor()
  await page.getByText(/Will be sent on activation/).waitFor()
  await settle(page)
  await shoot(page, 'person', LOOK)

  // Nothing was mailed; opening the client mails both.
  await page.goto(`${server.url}/server/outbox`)
  await heading(page, 'Outbox').waitFor()
  await page.getByText('No mails yet.').waitFor()
  const client = await call(page, server, 'GET', '/northlight/clients/harbour-books')
  await call(
    page,
    server,
    'PATCH',
    '/northlight/clients/harbour-books',
    { status: 'active' },
    {
      'If-Match': client.headers().etag,
    },
  )
  await page.reload()
  await page.getByText('lea@harbour.example').click()
  const link = await page.getByRole('link', { name: 'Open the link' }).getAttribute('href')
  await settle(page)
  await shoot(page, 'outbox', LOOK)
  const text = await page.locator('pre').innerText()
  assert.match(text, /Northlight invites you to the dashboards of Harbour Books/)

  // Lea opens the link on her own machine.
  const lea = await openPage(browser, LOOKS[2])
  t.after(() => lea.context.close())
  await lea.page.goto(link)
  await heading(lea.page, 'Join Harbour Books').waitFor()
  await lea.page.getByText('You will be in Directors.').waitFor()
  await lea.page.getByLabel('Your name').fill('Lea Hansen')
  const password = lea.page.getByLabel('Choose a password', { exact: true })
  await password.fill('password12345')
  const join = lea.page.getByRole('button', { name: 'Join Harbour Books' })
  await join.click()
  await lea.page.getByText('Many people use this password').waitFor()
  await shoot(lea.page, 'invite', LOOKS[2])
  await password.fill(PASSWORD)
  await join.click()
  await lea.page.waitForURL((address) => address.pathname.startsWith('/harbour-books'))
  await lea.page.getByText('Trading').first().waitFor()

  // Who does not want the mails about failing data says so on the own profile.
  await page.goto(`${server.url}/northlight/profile`)
  const mails = page.getByLabel('Mail me when data sources fail')
  await mails.uncheck()
  await page.getByText('Saved.').waitFor()
  await shoot(page, 'profile-mails', LOOKS[0])
  await page.reload()
  await mails.waitFor()
  assert.equal(await mails.isChecked(), false)
  await lea.page.goto(`${server.url}/harbour-books/profile`)
  await lea.page.getByLabel('Present password', { exact: true }).waitFor()
  assert.equal(await lea.page.getByLabel('Mail me when data sources fail').count(), 0)

  // The link is used up; the profile changes the password.
  await page.goto(link)
  await page.getByText('This link does not open any more.').waitFor()
  await lea.page.goto(`${server.url}/harbour-books/profile`)
  await lea.page.getByLabel('Present password', { exact: true }).fill(PASSWORD)
  await lea.page.getByLabel('New password', { exact: true }).fill('another long and quiet one')
  await lea.page.getByRole('button', { name: 'Change password' }).click()
  await lea.page.getByText('Your password is changed.').waitFor()
  await settle(lea.page)
  await shoot(lea.page, 'profile', LOOKS[2])
  assert.deepEqual([...faults, ...lea.faults], [])
})

test('a forgotten password is replaced by the link in the outbox', async (t) => {
  const server = await startServer({ demo: true })
  t.after(() => server.stop())
  const { page, context, faults } = await openPage(browser, LOOK)
  t.after(() => context.close())
  await page.goto(`${server.url}/reset/%FF`)
  await page.locator('h1').waitFor()
  await page.goto(`${server.url}/sign-in`)
  await page.getByRole('link', { name: 'Reset password' }).click()
  await heading(page, 'Reset password').waitFor()
  await page.getByLabel('Email').fill(MAYA)
  await page.getByRole('button', { name: 'Send link' }).click()
  await page.getByText('a link is on its way').waitFor()

  const owner = await openPage(browser, LOOK)
  t.after(() => owner.context.close())
  await signIn(owner.page, server.url, MAYA, server.password(MAYA))
  await owner.page.goto(`${server.url}/server/outbox`)
  await owner.page.getByText('Choose a new password for').click()
  const link = await owner.page.getByRole('link', { name: 'Open the link' }).getAttribute('href')
  await page.goto(link)
  await page.getByLabel('New password', { exact: true }).fill(PASSWORD)
  await page.getByRole('button', { name: 'Set password' }).click()
  await page.waitForURL((address) => address.pathname === '/northlight')
  await owner.page.goto(`${server.url}/northlight`)
  await owner.page.waitForURL((address) => address.pathname === '/sign-in')
  assert.deepEqual(faults, [])
})
