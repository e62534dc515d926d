/** Keeps what is not saved in this browser, and finds what a crash left behind. */
import {
  DRAFT_EVERY,
  draftKey,
  dropDraft,
  readDraft,
  writeDraft,
  type Draft,
  type Editor,
} from '$editor/index'

export type DraftState = 'none' | 'unsaved' | 'saved' | 'failed'

export class DraftKeeper {
  /** A draft of an earlier visit that waits for an answer, or null. */
  found: Draft | null = $state.raw(null)
  /** When the draft was written last, in milliseconds since 1970. */
  writtenAt: number | null = $state(null)
  #written: unknown = $state.raw(null)
  #refused = $state(false)
  readonly #key: string
  readonly #editor: Editor
  readonly #version: () => number

  constructor(person: string, klip: string, editor: Editor, version: () => number) {
    this.#key = draftKey(person, klip)
    this.#editor = editor
    this.#version = version
    this.found = readDraft(localStorage, this.#key)
  }

  readonly state: DraftState = $derived.by(() => {
    if (!this.#editor.dirty) return 'none'
    if (this.#refused) return 'failed'
    return this.#written === this.#editor.records ? 'saved' : 'unsaved'
  })

  /** Writes every ten seconds and when the page goes away. Returns the way to stop. */
  watch(): () => void {
    const write = () => this.write()
    const timer = setInterval(write, DRAFT_EVERY)
    document.addEventListener('visibilitychange', write)
    window.addEventListener('pagehide', write)
    return () => {
      clearInterval(timer)
      document.removeEventListener('visibilitychange', write)
      window.removeEventListener('pagehide', write)
      write()
    }
  }

  /** Writes the draft if there is something new in it. */
  write(): void {
    const { records, dirty, document: klip } = this.#editor
    // A found draft stays until the person has decided about it.
    if (this.found || !dirty || this.#written === records) return
    const at = Date.now()
    const kept = writeDraft(localStorage, this.#key, { version: this.#version(), at, klip })
    this.#refused = !kept
    if (!kept) return
    this.#written = records
    this.writtenAt = at
  }

  /** Forgets the draft. */
  drop(): void {
    dropDraft(localStorage, this.#key)
    this.found = null
    this.#written = this.#editor.records
    this.writtenAt = null
  }

  /** Puts the found draft in place of the document, as one step of undo. Gives its version. */
  restore(): number {
    const draft = this.found
    if (!draft) return this.#version()
    this.#editor.replace(draft.klip)
    this.found = null
    this.#written = this.#editor.records
    this.writtenAt = draft.at
    return draft.version
  }
}
