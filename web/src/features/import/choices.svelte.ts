/** What is ticked, over all kinds and filters, and kept for a day when the wizard is left. */
import type { ListKind } from './api'

export interface Chosen {
  id: string
  kind: ListKind
  name: string
}

const STORE = 'octavo.import'
const DAY = 24 * 60 * 60 * 1000
/** Most assets that one import may name. */
export const MOST = 200

interface Kept {
  from: string
  items: Chosen[]
  at: number
}

function recall(account: string, now: number): Kept | null {
  try {
    const kept = JSON.parse(localStorage.getItem(`${STORE}.${account}`) ?? '') as Kept
    return now - kept.at < DAY && Array.isArray(kept.items) ? kept : null
  } catch {
    return null
  }
}

/** The choices of one account. Those of another source account start empty. */
export class Choices {
  #account: string
  #now: () => number
  #from = $state('')
  #items: Chosen[] = $state.raw([])

  constructor(account: string, now: () => number = Date.now) {
    this.#account = account
    this.#now = now
    const kept = recall(account, now())
    if (!kept) return
    this.#from = kept.from
    this.#items = kept.items
  }

  /** The account they are from. */
  get from(): string {
    return this.#from
  }

  get items(): readonly Chosen[] {
    return this.#items
  }

  get ids(): string[] {
    return this.#items.map((item) => item.id)
  }

  has(id: string): boolean {
    return this.#items.some((item) => item.id === id)
  }

  /** Begins with another account; choices of one account cannot be mixed with those of another. */
  start(from: string): void {
    if (from === this.#from) return
    this.#from = from
    this.#set([])
  }

  /** Ticks or unticks some. */
  put(items: readonly Chosen[], on: boolean): void {
    const rest = this.#items.filter((item) => !items.some((one) => one.id === item.id))
    this.#set(on ? [...rest, ...items].slice(0, MOST) : rest)
  }

  clear(): void {
    this.#set([])
  }

  #set(items: Chosen[]): void {
    this.#items = items
    const name = `${STORE}.${this.#account}`
    if (items.length === 0) localStorage.removeItem(name)
    else {
      const kept: Kept = { from: this.#from, items, at: this.#now() }
      localStorage.setItem(name, JSON.stringify(kept))
    }
  }
}
