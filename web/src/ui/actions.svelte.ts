import type { MessageKey } from '$lib/messages'
import { SvelteMap } from 'svelte/reactivity'
import type { IconPart } from './icon.svelte'

/** Where an action stands in the key list and in the palette. */
export type ActionGroup = 'go' | 'page' | 'list' | 'everywhere'

/**
 * Something a person can do here. Buttons, keys, the key list and the palette share it, so that it has
 * the same name everywhere.
 */
export interface Action {
  /** Unique on the page. */
  id: string
  label: string
  group: ActionGroup
  icon?: IconPart
  /** "s", "?", "g h" for two in turn, "mod+k" for Ctrl or Cmd, "enter", "arrowdown". */
  keys?: string
  /** More keys that do the same and are not listed. */
  alsoKeys?: string[]
  /** Left out of the palette, as for moving between rows. */
  keysOnly?: boolean
  run: (event?: KeyboardEvent) => void
}

export const GROUP_TEXT: Record<ActionGroup, MessageKey> = {
  go: 'keys.group.go',
  page: 'keys.group.page',
  list: 'keys.group.list',
  everywhere: 'keys.group.everywhere',
}

/** Time in which the second key of a sequence must follow, in milliseconds. */
const SEQUENCE = 1200
const STORE = 'octavo.keys'

const registered = new SvelteMap<symbol, () => Action[]>()
let singles = $state(typeof localStorage === 'undefined' || localStorage.getItem(STORE) !== 'off')

/** All actions of what is on screen now, the newest part first. */
export function currentActions(): Action[] {
  return [...registered.values()].reverse().flatMap((list) => list())
}

/** Says whether keys without Ctrl or Cmd work; a person may turn them off (WCAG 2.1.4). */
export function singleKeysOn(): boolean {
  return singles
}

export function setSingleKeys(on: boolean): void {
  singles = on
  if (on) localStorage.removeItem(STORE)
  else localStorage.setItem(STORE, 'off')
}

/** Offers actions for as long as the calling component lives. Call it while the component starts. */
export function useActions(list: () => Action[]): void {
  $effect(() => {
    const key = Symbol()
    registered.set(key, list)
    return () => void registered.delete(key)
  })
}

const apple = typeof navigator !== 'undefined' && /Mac|iPhone|iPad/.test(navigator.userAgent)
const CAPS: Record<string, string> = {
  mod: apple ? '⌘' : 'Ctrl',
  shift: 'Shift',
  alt: 'Alt',
  enter: '↵',
  arrowup: '↑',
  arrowdown: '↓',
  arrowleft: '←',
  arrowright: '→',
  escape: 'Esc',
  delete: 'Del',
  space: 'Space',
}

/** The caps of a shortcut, in the order to press them. */
export function capsOf(keys: string): string[] {
  return keys.split(/[ +]/).map((key) => CAPS[key] ?? key.toUpperCase())
}

/** The shortcut that a key press stands for, such as "mod+k" or "?". */
export function pressed(event: KeyboardEvent): string {
  const key = event.key === ' ' ? 'space' : event.key.toLowerCase()
  const mod = event.ctrlKey || event.metaKey ? 'mod+' : ''
  const alt = event.altKey ? 'alt+' : ''
  // A sign such as "?" needs Shift on most keyboards; there Shift is no part of the name.
  const shift = event.shiftKey && /^([a-z]|[a-z]{2,}|space)$/.test(key) ? 'shift+' : ''
  return mod + alt + shift + key
}

function isWriting(target: EventTarget | null): boolean {
  return (
    target instanceof HTMLElement &&
    target.closest(
      'input:not([type=checkbox],[type=radio]), textarea, select, [contenteditable]',
    ) !== null
  )
}

/** Enter and Space on a control belong to the control. */
function belongsToControl(name: string, target: EventTarget | null): boolean {
  return (
    (name === 'enter' || name === 'space') &&
    target instanceof HTMLElement &&
    target.closest('button, a, summary, [role=menuitem], input') !== null
  )
}

let first = ''
let firstAt = 0

/** Runs the action of a key press, if one is offered. The shell calls it for every press. */
export function handleKey(event: KeyboardEvent): void {
  if (event.defaultPrevented || event.isComposing) return
  const name = pressed(event)
  const single = !name.startsWith('mod+') && !name.startsWith('alt+')
  if (single && (!singles || isWriting(event.target) || belongsToControl(name, event.target)))
    return
  if (single && document.querySelector('[role=dialog][aria-modal=true], [role=menu]')) return
  const now = event.timeStamp
  const sequence = first && now - firstAt < SEQUENCE ? `${first} ${name}` : name
  const find = (keys: string) =>
    currentActions().find((a) => a.keys === keys || a.alsoKeys?.includes(keys))
  const action = find(sequence) ?? find(name)
  first = ''
  if (action) {
    event.preventDefault()
    action.run(event)
  } else if (currentActions().some((a) => a.keys?.startsWith(`${name} `))) {
    first = name
    firstAt = now
  }
}
