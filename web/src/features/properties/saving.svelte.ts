/* eslint-disable svelte/prefer-svelte-reactivity -- the map here is replaced as a whole and never changed */
/** Sends what is typed over a sheet, and marks the cells that the server refuses. */
import { cellFaults } from '$api/cells'
import { saveCells } from './api'
import { cellKey, type Sheet } from './sheet.svelte'

export class Saving {
  busy = $state(false)
  /** Why the last try came to nothing. */
  failure: unknown = $state(null)

  readonly #sheet: Sheet
  readonly #refetch: () => void

  /** `refetch` brings what others have changed, after a refusal. */
  constructor(sheet: Sheet, refetch: () => void) {
    this.#sheet = sheet
    this.#refetch = refetch
  }

  /** Saves all changes or none; gives how many were saved, 0 when there is nothing to save. */
  async save(account: string): Promise<number> {
    const cells = this.#sheet.toSave()
    if (this.busy || cells.length === 0 || this.#sheet.problems > 0) return 0
    this.busy = true
    this.failure = null
    try {
      const answer = await saveCells(account, cells)
      this.#sheet.saved(cells, answer.cells)
      return cells.length
    } catch (error) {
      this.failure = error
      this.#mark(error)
      return 0
    } finally {
      this.busy = false
    }
  }

  /** Forgets what is not saved, and why it was not. */
  discard() {
    this.failure = null
    this.#sheet.discard()
  }

  #mark(error: unknown) {
    const faults = cellFaults(error)
    if (faults.length === 0) return
    this.#sheet.refused = new Map(
      faults.map(({ client, name, text }) => [cellKey(client, name), text]),
    )
    this.#refetch()
  }
}
