import { tick } from 'svelte'

/**
 * A field that picks from a list below it: the focus stays in the field, arrows move a mark through the
 * list, Enter takes what is marked. Spread `field` on the input, `list` on the element of all rows, and
 * `row(id)` on each of them.
 */
export class Picking {
  /** The row last marked; another takes its place when it is gone. */
  #marked = $state('')
  readonly #list: string
  readonly #ids: () => readonly string[]
  readonly #pick: (id: string) => void

  /** `list` becomes the id of the element of all rows; `ids` are the rows in their order. */
  constructor(list: string, ids: () => readonly string[], pick: (id: string) => void) {
    this.#list = list
    this.#ids = ids
    this.#pick = pick
  }

  get marked(): string {
    const ids = this.#ids()
    return ids.includes(this.#marked) ? this.#marked : (ids[0] ?? '')
  }

  get field() {
    return {
      role: 'combobox',
      autocomplete: 'off',
      spellcheck: false,
      'aria-autocomplete': 'list',
      'aria-expanded': this.marked !== '',
      'aria-controls': this.#list,
      'aria-activedescendant': this.marked ? this.#id(this.marked) : undefined,
      onkeydown: (event: KeyboardEvent) => this.key(event),
    } as const
  }

  get list() {
    return { id: this.#list, role: 'listbox' } as const
  }

  row(id: string) {
    return {
      id: this.#id(id),
      role: 'option',
      'aria-selected': id === this.marked,
      onpointermove: () => (this.#marked = id),
      // The focus stays in the field.
      onpointerdown: (event: PointerEvent) => event.preventDefault(),
      onmousedown: (event: MouseEvent) => event.preventDefault(),
      onclick: () => this.#pick(id),
    } as const
  }

  /** Moves the mark, or takes what is marked. */
  key(event: KeyboardEvent): void {
    const ids = this.#ids()
    if (event.isComposing || ids.length === 0) return
    const at = ids.indexOf(this.marked)
    const to = { ArrowDown: at + 1, ArrowUp: at - 1, Home: 0, End: -1 }[event.key]
    const writes = (event.key === 'Home' || event.key === 'End') && event.shiftKey
    if (to !== undefined && !writes) {
      event.preventDefault()
      this.#marked = ids[(to + ids.length) % ids.length] ?? ''
      const row = this.#id(this.#marked)
      void tick().then(() => document.getElementById(row)?.scrollIntoView({ block: 'nearest' }))
    } else if (event.key === 'Enter') {
      event.preventDefault()
      this.#pick(this.marked)
    }
  }

  #id(row: string): string {
    return `${this.#list}-${row}`
  }
}
