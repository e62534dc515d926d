import type { MessageKey } from './messages'

/** A text with `{name}` places, or one form per plural of the count `n`. */
export type Message = string | { zero?: string; one: string; other: string }

/** Values for the places of a message. `n` is the count that chooses the plural. */
export type Params = Record<string, string | number>

const texts: Record<string, Message> = {}

/** Adds the texts of an area to those that are here. */
export function addTexts<const T extends Record<string, Message>>(more: T): T {
  Object.assign(texts, more)
  return more
}

const whole = new Intl.NumberFormat('en-GB')

/** Writes a number with thousands separators and a real minus sign. */
export function number(value: number): string {
  return whole.format(value).replace('-', '\u2212')
}

function form(message: Message, n: Params[string] | undefined): string {
  if (typeof message === 'string') return message
  if (n === 0 && message.zero !== undefined) return message.zero
  return n === 1 ? message.one : message.other
}

/** The text of a key with its places filled; numbers are written with separators. */
export function t(key: MessageKey, params: Params = {}): string {
  const message = texts[key]
  if (message === undefined) throw new Error(`no text ${key} is here`)
  return form(message, params.n).replace(/\{(\w+)\}/g, (place, name: string) => {
    const value = params[name]
    if (value === undefined) return place
    return typeof value === 'number' ? number(value) : value
  })
}

/** Says whether a computed key, such as one made from an error code, has a text. */
export function hasText(key: string): key is MessageKey {
  return Object.hasOwn(texts, key)
}
