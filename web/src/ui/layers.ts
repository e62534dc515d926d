import { untrack } from 'svelte'
import type { Attachment } from 'svelte/attachments'

/** How a layer behaves. */
interface Options {
  /** Runs on Escape and on a press beside it. */
  close: () => void
  /** Dialogs: the element holds a `.scrim` and, after it, the box. Others are closed by any press elsewhere. */
  modal?: boolean
  /** The button that opened it; presses of it are left to it. */
  opener?: () => HTMLElement | null
  /** What gets the focus first, where that is not the first thing that can have it. */
  first?: (node: HTMLElement) => HTMLElement | null
}

interface Layer extends Options {
  node: HTMLElement
  /** What had the focus last inside. */
  last: HTMLElement | null
  /** Nothing inside could have the focus yet, so the box has it until something comes. */
  waits: boolean
  /** What may get the focus back, the best first: parts of a page come and go. */
  returns: HTMLElement[]
}

const STOPS =
  'a[href], button:not(:disabled), input:not(:disabled), select:not(:disabled), ' +
  'textarea:not(:disabled), summary, [tabindex], [contenteditable="true"]'

/** What lies over the page, the newest last. Only that one hears of Escape and of presses. */
const layers: Layer[] = []
/** The newest when the pointer went down: one press closes one layer. */
let pressed: Layer | undefined
/** What was clicked since the last key. Safari gives buttons no focus then. */
let clicked: HTMLElement | null = null

if (typeof document !== 'undefined') {
  const remember = (event: Event) => {
    clicked = event.type === 'click' ? (event.target as Element).closest('button, a[href]') : null
  }
  document.addEventListener('click', remember, true)
  document.addEventListener('keydown', remember, true)
}

/**
 * Lays an element over the page: moves it to the end of the document, keeps the focus inside, and gives
 * it back at the end. Put it on an element of its own {#if}.
 */
export function layer(options: Options): Attachment<HTMLElement> {
  return (node) => untrack(() => lay({ ...options, node, last: null, waits: false, returns: [] }))
}

function lay(layer: Layer): () => void {
  const { node } = layer
  const below = layers.at(-1)?.returns ?? []
  layer.returns = [document.activeElement, layer.opener?.(), clicked, ...below].filter(
    (one): one is HTMLElement => one instanceof HTMLElement && one !== document.body,
  )
  document.body.append(node)
  if (layers.push(layer) === 1) listen(document.addEventListener)
  // Parts inside may take the focus themselves when they start.
  const frame = requestAnimationFrame(() => {
    if (!node.contains(document.activeElement) && layers.at(-1) === layer) focusInside(layer)
  })
  const changed = new MutationObserver(() => {
    const at = document.activeElement
    // On its way from one to the next the focus is nowhere as well: both are still there then.
    const lost = at === document.body && layer.last !== null && !node.contains(layer.last)
    const comes = layer.waits && (at === document.body || at === boxOf(layer))
    if (layers.at(-1) === layer && (lost || comes)) focusInside(layer)
  })
  changed.observe(node, { childList: true, subtree: true })
  return () => {
    cancelAnimationFrame(frame)
    changed.disconnect()
    layers.splice(layers.indexOf(layer), 1)
    if (layers.length === 0) listen(document.removeEventListener)
    const at = document.activeElement
    const had = at === document.body || node.contains(at)
    node.remove()
    if (had) layer.returns.find((one) => one.isConnected)?.focus({ preventScroll: true })
  }
}

function listen(change: typeof document.addEventListener): void {
  change.call(document, 'keydown', onkey as EventListener)
  change.call(document, 'pointerdown', onpress, true)
  change.call(document, 'click', onclick, true)
  change.call(document, 'focusin', onfocus, true)
}

function onkey(event: KeyboardEvent): void {
  const top = layers.at(-1)
  if (!top || event.defaultPrevented || event.isComposing) return
  if (event.key === 'Escape') {
    event.preventDefault()
    top.close()
  }
  if (event.key !== 'Tab') return
  const all = stopsOf(top.node)
  const [from, to] = event.shiftKey ? [all[0], all.at(-1)] : [all.at(-1), all[0]]
  const at = document.activeElement
  if (!to || (at !== from && at instanceof HTMLElement && all.includes(at))) return
  if (at !== from && !event.shiftKey) return
  event.preventDefault()
  to.focus()
}

function onpress(event: Event): void {
  pressed = layers.at(-1)
  const target = event.target as Node
  if (!pressed || pressed.modal || pressed.node.contains(target)) return
  if (!pressed.opener?.()?.contains(target)) pressed.close()
}

/** A dialog waits for the click: on touch screens that would else reach what lies below. */
function onclick(event: Event): void {
  const top = layers.at(-1)
  if (top?.modal && top === pressed && event.target === top.node.firstElementChild) top.close()
}

function onfocus(event: Event): void {
  const top = layers.at(-1)
  if (!top) return
  if (top.node.contains(event.target as Node)) {
    top.last = event.target as HTMLElement
    return
  }
  if (top.last && top.node.contains(top.last)) top.last.focus({ preventScroll: true })
  // It may be switched off or hidden by now.
  if (!top.node.contains(document.activeElement)) focusInside(top)
}

/** What has the focus when nothing inside can: the element itself or, where it only holds it, the box. */
function boxOf({ node }: Layer): HTMLElement {
  return node.hasAttribute('tabindex') ? node : (node.lastElementChild as HTMLElement)
}

function focusInside(layer: Layer): void {
  const { node, first } = layer
  const target = first ? first(node) : stopsOf(node)[0]
  layer.waits = !target
  ;(target ?? boxOf(layer)).focus({ preventScroll: true })
}

/** What Tab reaches, in order. Of a group of radio buttons that is the chosen one. */
function stopsOf(node: HTMLElement): HTMLElement[] {
  const chosen = (radio: HTMLInputElement) =>
    radio.checked || !node.querySelector(`input[name="${CSS.escape(radio.name)}"]:checked`)
  return [...node.querySelectorAll<HTMLElement>(STOPS)].filter(
    (at) =>
      at.tabIndex >= 0 &&
      at.getClientRects().length > 0 &&
      !at.closest('details:not([open]) > :not(summary)') &&
      !(at instanceof HTMLInputElement && at.type === 'radio' && !chosen(at)),
  )
}
