/** The live picture of an unsaved Klip: asked for after a pause, the last good one kept on errors. */
import type { ComponentResult, KlipDoc, KlipResult } from '$api/contract'
import { previewKlip } from './api'
import { keepGood } from './keep-good'

/** Time without a change before the server is asked, in milliseconds. */
export const PAUSE = 300

export type PartError = NonNullable<ComponentResult['error']>

export class LivePreview {
  /** What is drawn: good components of now, and of before where there is an error. */
  result: KlipResult | null = $state.raw(null)
  /** Errors by id of the part, of the last answer. */
  errors: Readonly<Record<string, PartError>> = $state.raw({})
  /** Ids of components drawn as they were before. */
  stale: readonly string[] = $state.raw([])
  /** Why the last call failed as a whole, or null. */
  failure: unknown = $state(null)
  /** True until the first answer. */
  pending = $state(true)
  /** What is chosen in the controls of the picture. */
  choices: string[] = $state.raw([])
  readonly #account: () => string

  constructor(account: () => string) {
    this.#account = account
  }

  /** Asks for the picture of a document. Returns the way to give up. */
  show(document: KlipDoc): () => void {
    const choices = this.choices
    const abort = new AbortController()
    const ask = async () => {
      try {
        this.#take(await previewKlip(this.#account(), document, choices, abort.signal))
        this.failure = null
      } catch (error) {
        if (!abort.signal.aborted) this.failure = error
      } finally {
        if (!abort.signal.aborted) this.pending = false
      }
    }
    const timer = setTimeout(() => void ask(), this.pending ? 0 : PAUSE)
    return () => {
      clearTimeout(timer)
      abort.abort()
    }
  }

  #take(next: KlipResult): void {
    const errors = next.components.flatMap(({ error }) => (error ? [error] : []))
    this.errors = Object.fromEntries(errors.map((error) => [error.part, error]))
    const { result, stale } = keepGood(this.result, next)
    this.result = result
    this.stale = stale
  }
}
