// @vitest-environment jsdom
import { afterEach, beforeAll, expect, test } from 'vitest'
import { layer } from './layers'

// jsdom lays nothing out, so that nothing would count as shown.
beforeAll(() => {
  Element.prototype.getClientRects = () => [new DOMRect()] as unknown as DOMRectList
})

let ends: (() => void)[] = []

afterEach(() => {
  ends.reverse().forEach((end) => end())
  ends = []
  document.body.replaceChildren()
})

function put(html: string): HTMLElement {
  const node = document.createElement('div')
  node.innerHTML = html
  document.body.append(node)
  return node
}

/** Lays a box with content over the page; gives it and the way to take it away. */
function lay(content: string, options: Partial<Parameters<typeof layer>[0]> = {}) {
  const node = put(`<div class="scrim"></div><div id="box" tabindex="-1">${content}</div>`)
  if (!options.modal) node.firstElementChild?.remove()
  const end = layer({ close: () => undefined, ...options })(node) as () => void
  ends.push(end)
  return { node, end: () => (ends.splice(ends.indexOf(end), 1), end()) }
}

const at = (id: string) => document.getElementById(id) as HTMLElement
const focused = () => document.activeElement?.id
const press = (key: string, shiftKey = false) =>
  document.activeElement?.dispatchEvent(
    new KeyboardEvent('keydown', { key, shiftKey, bubbles: true, cancelable: true }),
  )
/** Until observers and frames have run. */
const frames = () =>
  new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(() => done(null))))

test('the focus goes round inside, past what a closed part hides', async () => {
  put('<button id="outside"></button>')
  lay(
    `<button id="first"></button>
     <details><summary id="more"></summary><input id="hidden"></details>`,
    { modal: true },
  )
  await expect.poll(() => focused()).toBe('first')
  press('Tab', true)
  expect(focused()).toBe('more')
  press('Tab')
  expect(focused()).toBe('first')
  at('outside').focus()
  expect(focused()).toBe('first')
})

test('a part that goes away on blur does not keep the focus from going on', async () => {
  lay('<button id="first"></button><input id="find"><ul id="list"></ul>', { modal: true })
  await expect.poll(() => focused()).toBe('first')
  at('find').focus()
  at('find').blur()
  at('list').remove()
  await frames()
  expect(document.activeElement).toBe(document.body)
  at('find').focus()
  at('find').remove()
  await expect.poll(() => focused()).toBe('first')
})

test('what is switched off while it has the focus does not open the way out', async () => {
  put('<input id="outside">')
  lay('<button id="first"></button><button id="save"></button>', { modal: true })
  at('save').focus()
  at('save').setAttribute('disabled', '')
  at('outside').focus()
  expect(focused()).toBe('first')
  await frames()
})

test('a box that is empty at first has the focus until something in it can', async () => {
  put('<button id="opener"></button>')
  at('opener').focus()
  lay('', { opener: () => at('opener') })
  await expect.poll(() => focused()).toBe('box')
  at('box').innerHTML = '<input id="find">'
  await expect.poll(() => focused()).toBe('find')
  // Somebody has clicked beside the field: it stays so.
  at('box').focus()
  at('box').append(document.createElement('p'))
  await frames()
  expect(focused()).toBe('box')
})

test('the focus comes back to what was clicked, where a click gives none', async () => {
  put('<button id="ask"><span id="word"></span></button><button id="menu"></button>')
  at('word').click()
  const dialog = lay('<button id="first"></button>', { modal: true })
  await expect.poll(() => focused()).toBe('first')
  dialog.end()
  expect(focused()).toBe('ask')

  at('ask').blur()
  press('k')
  const popover = lay('<button id="first"></button>', { opener: () => at('menu') })
  await expect.poll(() => focused()).toBe('first')
  popover.end()
  expect(focused()).toBe('menu')

  // Keys open without any button.
  at('menu').blur()
  const keys = lay('<button id="first"></button>', { modal: true })
  await expect.poll(() => focused()).toBe('first')
  keys.end()
  expect(document.activeElement).toBe(document.body)
})
