/** The one tooltip of the page. Charts say what it shows and where; the layer places it. */
import { mount } from 'svelte'
import type { Tip } from '$draw/index'
import TooltipLayer from './TooltipLayer.svelte'

/** Time to reach the tooltip with the pointer before it goes. */
const LINGER_MS = 140

/** A point of the window. */
export interface Spot {
  x: number
  y: number
}

class Tooltip {
  tip = $state.raw<Tip | null>(null)
  spot = $state.raw<Spot>({ x: 0, y: 0 })
  #owner: unknown = null
  #mounted = false
  #timer: ReturnType<typeof setTimeout> | undefined

  /** Shows a tip for an owner, in place of any other. */
  show(owner: unknown, tip: Tip, spot: Spot): void {
    this.keep()
    if (!this.#mounted) {
      this.#mounted = true
      mount(TooltipLayer, { target: document.body })
    }
    this.#owner = owner
    this.tip = tip
    this.spot = spot
  }

  /** Takes the owner's tip away after a moment, unless the pointer reaches it. */
  leave(owner: unknown): void {
    if (owner !== this.#owner) return
    this.keep()
    this.#timer = setTimeout(() => this.hide(), LINGER_MS)
  }

  /** Keeps the tip that was about to go. */
  keep(): void {
    clearTimeout(this.#timer)
  }

  /** Takes away whatever is shown; of one owner only, if given. */
  hide(owner?: unknown): void {
    if (owner !== undefined && owner !== this.#owner) return
    this.keep()
    this.tip = null
    this.#owner = null
  }
}

export const tooltip = new Tooltip()
