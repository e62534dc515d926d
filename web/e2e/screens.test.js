// Every screen of the demo in two sizes and two themes: it loads without a fault, fits its window,
// has one title, and axe finds no barrier; in the second theme of a size only what depends on colours
// is asked again. Pictures are left in screens/.
import assert from 'node:assert/strict'
import { existsSync, mkdirSync } from 'node:fs'
import { after, before, test } from 'node:test'
import { fileURLToPath } from 'node:url'

import {
  COLOUR,
  LOOKS,
  openBrowser,
  openPage,
  overflow,
  settle,
  shoot,
  signIn,
  withAxe,
} from './browser.js'
import { startServer } from './server.js'

const MAYA = 'maya@northlight.example'
const INES = 'ines@solstice.example'
const KARI = 'kari@fjord.example'

/** The picture of the README; UPDATE_DOCS=1 makes it again. */
const PICTURE = fileURLToPath(new URL('../../docs/images/dashboard.png', import.meta.url))

const NOT_HERE = 'Nothing here, or it is not shared with you.'

const heading = (page, name) => page.getByRole('heading', { level: 1, name, exact: true })
const text = (page, words) => page.getByText(words, { exact: true }).first()
const phone = (look) => look.width < 820

/**
 * name: of the picture; who: whose session, nobody's when absent; path: from the ids of the demo;
 * act: what is done there first; shows: what must be seen; widths: looks that it is made for.
 */
const SCREENS = [
  { name: 'sign-in', path: () => '/sign-in', shows: (page) => page.getByLabel('Email') },
  {
    name: 'home',
    who: MAYA,
    path: () => '/northlight',
    shows: (page) =>
      page.getByRole('heading', { level: 1, name: /^Good (morning|afternoon|evening), Maya/ }),
  },
  {
    name: 'clients',
    who: MAYA,
    path: () => '/northlight/clients',
    shows: (page) => page.getByRole('row', { name: /Marigold Home/ }),
  },
  {
    name: 'client-peek',
    who: MAYA,
    path: () => '/northlight/clients?peek=solstice',
    shows: (page) => page.getByRole('heading', { level: 2, name: 'Solstice Coffee Roasters' }),
  },
  {
    name: 'client-new',
    who: MAYA,
    path: () => '/northlight/clients/new',
    shows: (page) => heading(page, 'Add a client'),
  },
  {
    name: 'client',
    who: MAYA,
    path: () => '/northlight/clients/marigold',
    shows: (page) => page.getByText(/of 5 done/),
  },
  {
    name: 'client-resources',
    who: MAYA,
    path: () => '/northlight/clients/solstice?tab=resources',
    shows: (page) => page.getByRole('switch', { name: 'API keys' }),
  },
  {
    name: 'client-properties-tab',
    who: MAYA,
    path: () => '/northlight/clients/marigold?tab=properties',
    shows: (page) => page.getByLabel('companyId', { exact: true }),
  },
  {
    name: 'client-activity',
    who: MAYA,
    path: () => '/northlight/clients/marigold?tab=activity',
    shows: (page) => page.getByRole('table', { name: 'Activity' }),
  },
  {
    name: 'clients-import',
    who: MAYA,
    path: () => '/northlight/clients/import',
    shows: (page) => heading(page, 'Import clients'),
  },
  {
    name: 'clients-bin',
    who: MAYA,
    path: () => '/northlight/clients?status=deleted',
    shows: (page) => text(page, 'No client is in the bin'),
  },
  {
    name: 'client-defaults',
    who: MAYA,
    path: () => '/northlight/settings/clients',
    shows: (page) => page.getByLabel('Days of a trial'),
  },
  {
    name: 'dashboards',
    who: MAYA,
    path: () => '/northlight/dashboards',
    shows: (page) => page.getByRole('link', { name: /Trading/ }).first(),
  },
  {
    name: 'dashboard',
    who: MAYA,
    path: (ids) => `/northlight/dashboards/${ids.trading}`,
    shows: (page) => page.getByRole('article', { name: 'Revenue and target' }),
  },
  {
    name: 'dashboard-edit',
    who: MAYA,
    wideOnly: true,
    path: (ids) => `/northlight/dashboards/${ids.trading}/edit`,
    shows: (page) => page.getByRole('button', { name: 'Done', exact: true }),
  },
  {
    name: 'klips',
    who: MAYA,
    path: () => '/northlight/klips',
    shows: (page) => page.getByRole('link', { name: /Revenue and target/ }),
  },
  {
    name: 'klip',
    who: MAYA,
    path: (ids) => `/northlight/klips/${ids.revenue}`,
    shows: (page) => heading(page, 'Revenue and target'),
  },
  {
    name: 'klip-instances',
    who: MAYA,
    path: (ids) => `/northlight/klips/${ids.revenue}/instances`,
    shows: (page) => page.getByRole('row', { name: /Fjord Outdoors/ }),
  },
  {
    name: 'klip-editor',
    who: MAYA,
    path: (ids) => `/northlight/klips/${ids.revenue}/edit`,
    shows: (page, look) =>
      phone(look)
        ? text(page, 'Edit on a wider screen')
        : page.getByRole('tree', { name: 'Parts' }),
  },
  {
    name: 'data',
    who: MAYA,
    path: () => '/northlight/data',
    shows: (page) => page.getByRole('link', { name: /Shop orders/ }),
  },
  {
    name: 'data-source',
    who: MAYA,
    path: (ids) => `/northlight/data/${ids.orders}`,
    shows: (page) => heading(page, 'Shop orders'),
  },
  {
    name: 'data-new',
    who: MAYA,
    path: () => '/northlight/data/new',
    shows: (page) => text(page, 'Drop a file here'),
  },
  {
    name: 'data-options',
    who: MAYA,
    path: () => '/northlight/data/new',
    act: async (page) => {
      await page
        .locator('main input[type=file]')
        .first()
        .setInputFiles({
          name: 'report.csv',
          mimeType: 'text/csv',
          buffer: Buffer.from('Day;Region;Net\n03/04/2025;North;1,5\n04/04/2025;South;N/A\n'),
        })
      await page.getByRole('button', { name: 'More options', exact: true }).click()
      await page.getByLabel('Order of dates in figures').selectOption('dmy')
    },
    shows: (page) => page.getByRole('button', { name: 'More options (1)' }),
  },
  {
    name: 'import-choose',
    who: MAYA,
    path: () => '/marigold/import?kind=dashboard',
    shows: (page) => page.getByRole('checkbox', { name: 'Trading' }),
  },
  {
    name: 'import-review',
    who: MAYA,
    path: () => '/marigold/import?kind=dashboard',
    act: async (page) => {
      await page.getByRole('checkbox', { name: 'Trading' }).check()
      await page.getByRole('button', { name: 'Next', exact: true }).click()
    },
    shows: (page) => page.getByRole('button', { name: 'Import Now' }),
  },
  {
    name: 'viewer',
    who: INES,
    path: (ids) => `/solstice/dashboards/${ids.tradingOfSolstice}`,
    shows: (page) => page.getByRole('article', { name: 'Revenue and target' }),
    act: async (page, look) => {
      if (look !== LOOKS[0]) return
      if (existsSync(PICTURE) && !process.env.UPDATE_DOCS) return
      await settle(page)
      mkdirSync(new URL('.', `file://${PICTURE}`), { recursive: true })
      await shoot(page, 'dashboard', look, PICTURE)
    },
  },
  ...[
    ['people', '/people', (page) => heading(page, 'Users')],
    ['groups', '/people/groups', (page) => page.getByRole('button', { name: 'New group' })],
    ['roles', '/people/roles', (page) => page.getByRole('link', { name: 'New role' })],
    [
      'role-new',
      '/people/roles/new?from=editor',
      (page) => page.getByLabel('Name', { exact: true }),
    ],
    ['profile', '/profile', (page) => page.getByLabel('Email')],
    ['client-access', '/clients/marigold?tab=access', (page) => heading(page, 'Marigold Home')],
    ['properties', '/properties', (page) => heading(page, 'Properties')],
    ['connections-empty', '/connections', (page) => text(page, 'Nothing is connected yet.')],
    ['connection-new', '/connections/new', (page) => heading(page, 'Connect an account')],
    ['activity', '/activity', (page) => heading(page, 'Activity')],
    ['settings-general', '/settings/general', (page) => heading(page, 'Settings')],
    ['bin', '/settings/bin', (page) => heading(page, 'Bin')],
  ].map(([name, path, shows]) => ({ name, who: MAYA, path: () => `/northlight${path}`, shows })),
  {
    name: 'group',
    who: MAYA,
    path: (ids) => `/northlight/people/groups/${ids.everybody}`,
    shows: (page) => heading(page, 'All Users'),
  },
  {
    name: 'person',
    who: MAYA,
    path: (ids) => `/northlight/people/${ids.person}`,
    shows: (page) => page.getByRole('heading', { level: 1 }),
  },
  {
    name: 'client-properties',
    who: MAYA,
    path: () => '/marigold/properties',
    shows: (page) => heading(page, 'Properties'),
  },
  {
    name: 'outbox',
    who: MAYA,
    path: () => '/server/outbox',
    shows: (page) => heading(page, 'Outbox'),
  },
  {
    name: 'security',
    who: MAYA,
    path: () => '/northlight/settings/security',
    shows: (page) => page.getByRole('heading', { name: 'Passwords', exact: true }),
  },
  {
    name: 'jobs',
    who: MAYA,
    path: () => '/server/jobs?state=all',
    shows: (page) => page.getByRole('cell', { name: 'Done' }).first(),
  },
  {
    name: 'not-found',
    who: MAYA,
    path: () => '/northlight/no-such-page',
    shows: (page) => heading(page, NOT_HERE),
  },
  {
    name: 'no-permission',
    who: KARI,
    path: () => '/fjord/clients',
    shows: (page) => heading(page, NOT_HERE),
  },
]

let server
let browser
/** Sessions by email, so that each person signs in once. */
const sessions = new Map()
const ids = {}

before(async () => {
  ;[server, browser] = await Promise.all([startServer({ demo: true }), openBrowser()])
  for (const email of [MAYA, INES, KARI]) {
    const { page, context } = await openPage(browser)
    await signIn(page, server.url, email, server.password(email))
    if (email === INES)
      ids.tradingOfSolstice = await find(context, 'solstice/dashboards', 'Trading')
    if (email === MAYA) {
      ids.trading = await find(context, 'northlight/dashboards', 'Trading')
      ids.revenue = await find(context, 'northlight/klips', 'Revenue and target')
      ids.everybody = await find(context, 'northlight/groups', 'All Users')
      ids.person = await find(context, 'northlight/people', 'Maya Lindqvist')
      ids.orders = await find(context, 'northlight/data-sources', 'Shop orders')
      await page.goto(`${server.url}/northlight/clients`)
      await page.getByRole('button', { name: 'Sign in to Marigold Home' }).click()
      await page.waitForURL(/\/marigold/)
    }
    sessions.set(email, await context.storageState())
    await context.close()
  }
})

after(async () => {
  await browser?.close()
  await server?.stop()
})

/** Id of an asset by its name. */
async function find(context, list, name) {
  const answer = await context.request.get(`${server.url}/api/v1/${list}`)
  const { items } = await answer.json()
  return items.find((one) => (one.title ?? one.name) === name).id
}

for (const width of new Set(LOOKS.map((look) => look.width))) {
  const sizes = LOOKS.filter((look) => look.width === width)
  test(`${width} wide`, async (t) => {
    const pages = new Map()
    for (const who of new Set(SCREENS.map((screen) => screen.who))) {
      pages.set(who, await openPage(browser, sizes[0], { storageState: sessions.get(who) }))
    }
    for (const screen of SCREENS) {
      if (screen.wideOnly && phone(sizes[0])) continue
      await t.test(screen.name, () => check(screen, sizes, pages.get(screen.who)))
    }
    for (const { context } of pages.values()) await context.close()
  })
}

/** Opens a screen once and looks at it in each theme of a size. */
async function check(screen, [first, ...others], { page, faults }) {
  faults.length = 0
  await page.emulateMedia({ colorScheme: first.colorScheme })
  await page.goto(server.url + screen.path(ids))
  await screen.act?.(page, first)
  await screen.shows(page, first).waitFor()
  await settle(page)
  await shoot(page, screen.name, first)
  const titles = await page.locator('h1').count()
  const tooWide = Math.max(0, await overflow(page))
  const barriers = await withAxe(page, async (find) => {
    const all = await find()
    for (const look of others) {
      await page.emulateMedia({ colorScheme: look.colorScheme })
      await settle(page)
      await shoot(page, screen.name, look)
      all.push(...(await find(COLOUR)))
    }
    return all
  })
  assert.deepEqual(
    { faults, titles, tooWide, barriers },
    { faults: [], titles: 1, tooWide: 0, barriers: [] },
  )
}
