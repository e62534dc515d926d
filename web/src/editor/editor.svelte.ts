/** The store of the Klip editor: records, what is selected, and the steps to undo. */
import type { KlipDoc } from '$api/contract'
import type { Command, EditorView, Outcome, Session } from './command'
import { apply, between, invert, isEmpty, squash, touched, type Diff } from './diff'
import { KLIP, klipOf, partsOf, toDocument, toRecords, type Records } from './records'

interface Step {
  diff: Diff
  merge: string | undefined
  at: number
}

/** Changes of one mark within this time are one step, in milliseconds. */
const MERGE_TIME = 1200

export type Listener = (diff: Diff) => void

/** A Klip under edit. Commands are the only way to change it. */
export class Editor implements EditorView {
  #records: Records = $state.raw({})
  #saved: Records = $state.raw({})
  #session: Session = $state.raw({ selection: KLIP, renaming: null })
  #undo: Step[] = $state.raw([])
  #redo: Step[] = $state.raw([])
  // Kept by hand: derived values end with the component, and a draft is written after it.
  #made: { of: Records; document: KlipDoc } | null = null
  #compared: { a: Records; b: Records; dirty: boolean } | null = null
  #listeners: readonly Listener[] = []
  readonly #now: () => number

  constructor(document: KlipDoc, now: () => number = () => performance.now()) {
    this.#now = now
    this.#records = this.#saved = toRecords(document)
    this.#session = { selection: firstPart(this.#records), renaming: null }
  }

  get records(): Records {
    return this.#records
  }

  get session(): Session {
    return this.#session
  }

  get canUndo(): boolean {
    return this.#undo.length > 0
  }

  get canRedo(): boolean {
    return this.#redo.length > 0
  }

  /** The document as it stands now. It must not be changed. */
  get document(): KlipDoc {
    const records = this.#records
    if (this.#made?.of !== records) this.#made = { of: records, document: toDocument(records) }
    return this.#made.document
  }

  /** True when the document differs from the one that was loaded or saved last. */
  get dirty(): boolean {
    const [records, saved] = [this.#records, this.#saved]
    if (this.#compared?.a !== saved || this.#compared.b !== records) {
      const dirty = records !== saved && !isEmpty(between(saved, records))
      this.#compared = { a: saved, b: records, dirty }
    }
    return this.#compared.dirty
  }

  /** Runs a command if it can run now. Says whether it did. */
  run(command: Command): boolean
  run<A>(command: Command<A>, args: A): boolean
  run<A>(command: Command<A>, args?: A): boolean {
    if (!command.canRun(this, args as A)) return false
    this.#carryOut(command.run(this, args as A))
    return true
  }

  can(command: Command): boolean
  can<A>(command: Command<A>, args: A): boolean
  can<A>(command: Command<A>, args?: A): boolean {
    return command.canRun(this, args as A)
  }

  select(id: string): void {
    if (!this.#records[id]) return
    if (id !== this.#session.selection || this.#session.renaming) {
      this.#session = { selection: id, renaming: null }
    }
  }

  stopRenaming(): void {
    this.#session = { ...this.#session, renaming: null }
  }

  /** Ends the current step: the next change is a step of its own. */
  endStep(): void {
    const last = this.#undo.at(-1)
    if (last?.merge) this.#undo = [...this.#undo.slice(0, -1), { ...last, merge: undefined }]
  }

  /** Puts another document in place of this one, as one step of undo. */
  replace(document: KlipDoc): void {
    const diff = between(this.#records, toRecords(document))
    if (!isEmpty(diff)) this.#carryOut({ diff })
  }

  /** Says that a document has been saved; what was changed since stays unsaved. */
  markSaved(document: KlipDoc): void {
    this.#saved = toRecords(document)
  }

  /** Calls back with every change of the records. Returns the way to stop. */
  listen(listener: Listener): () => void {
    this.#listeners = [...this.#listeners, listener]
    return () => {
      this.#listeners = this.#listeners.filter((other) => other !== listener)
    }
  }

  #carryOut(outcome: Outcome): void {
    if (outcome.history) this.#travel(outcome.history)
    if (outcome.diff && !isEmpty(outcome.diff)) {
      this.#remember(outcome.diff, outcome.merge)
      this.#apply(outcome.diff)
    }
    if (outcome.session) this.#session = { ...this.#session, ...outcome.session }
    this.#keepSelection()
  }

  #remember(diff: Diff, merge: string | undefined): void {
    const last = this.#undo.at(-1)
    const at = this.#now()
    const joins = merge !== undefined && last?.merge === merge && at - last.at < MERGE_TIME
    const step: Step = joins ? { diff: squash(last.diff, diff), merge, at } : { diff, merge, at }
    this.#undo = [...(joins ? this.#undo.slice(0, -1) : this.#undo), step]
    this.#redo = []
  }

  #travel(direction: 'undo' | 'redo'): void {
    const from = direction === 'undo' ? this.#undo : this.#redo
    const step = from.at(-1)
    if (!step) return
    const diff = direction === 'undo' ? invert(step.diff) : step.diff
    const rest = from.slice(0, -1)
    const moved = { ...step, merge: undefined }
    if (direction === 'undo') {
      this.#undo = rest
      this.#redo = [...this.#redo, moved]
    } else {
      this.#redo = rest
      this.#undo = [...this.#undo, moved]
    }
    this.#apply(diff)
    this.#showChange(diff)
  }

  #apply(diff: Diff): void {
    this.#records = apply(this.#records, diff)
    for (const listener of this.#listeners) listener(diff)
  }

  /** Selects what was undone, so that it can be seen; lists of children alone are not worth a look. */
  #showChange(diff: Diff): void {
    const ids = touched(diff)
    if (ids.includes(this.#session.selection)) return
    const shown = ids.find((id) => this.#records[id]?.kind === 'part') ?? ids.at(-1)
    if (shown && shown !== KLIP) this.#session = { selection: shown, renaming: null }
  }

  /** What is selected always exists. */
  #keepSelection(): void {
    const { selection, renaming } = this.#session
    if (!this.#records[selection]) this.#session = { selection: KLIP, renaming: null }
    else if (renaming && !this.#records[renaming]) this.#session = { selection, renaming: null }
  }
}

/** What an opened Klip starts with: the first series, else the first part, so that there is a formula. */
function firstPart(records: Records): string {
  const [component] = klipOf(records).children
  const parts = component === undefined ? [] : partsOf(records, component)
  const series = parts.find((part) => part.fields.type === 'chart_series')
  return (series ?? parts[0])?.id ?? component ?? KLIP
}
