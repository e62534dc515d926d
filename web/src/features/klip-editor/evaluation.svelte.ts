/** What the formula of the selected part gives, asked for after a pause. */
import type { FormulaAnswer, FormulaRequest, KlipDoc } from '$api/contract'
import { toCharacters, toUnits } from '$editor/index'
import { evaluateFormula } from './api'
import { PAUSE } from './preview.svelte'

/** A formula to evaluate; the selection is in UTF-16 units, empty for the whole text. */
export interface Question {
  part: string
  text: string
  selection: { from: number; to: number }
  /** The document, when the formula looks at other parts. */
  klip: KlipDoc | null
  sources: readonly string[]
  active: string
  /** Rows of the largest data source that it uses. */
  rows: number
}

/** Up to so many rows all are looked at while somebody types; beyond, a sample. */
const ALL_UP_TO = 50_000

export class Evaluation {
  /** The last answer; null before the first. */
  answer: FormulaAnswer | null = $state.raw(null)
  /** What was asked for it. */
  asked: Question | null = $state.raw(null)
  /** True when the answer is over all rows. */
  all = $state(false)
  busy = $state(false)
  failure: unknown = $state(null)
  readonly #account: () => string
  #abort: AbortController | null = null

  constructor(account: () => string) {
    this.#account = account
  }

  /** Asks after a pause, over a sample of large data. Returns the way to give up. */
  ask(question: Question): () => void {
    this.#abort?.abort()
    if (question.text.trim() === '') {
      this.#settle(question, null, false)
      return () => {}
    }
    const other = this.asked?.part !== question.part
    if (other) this.answer = null
    const all = question.rows <= ALL_UP_TO
    const timer = setTimeout(() => void this.#run(question, all), other ? 0 : PAUSE)
    return () => clearTimeout(timer)
  }

  /** Asks over all rows, at once. */
  askAll(question: Question): void {
    if (question.text.trim() !== '') void this.#run(question, true)
  }

  /** Where the error is, in UTF-16 units of the text; null without a place. */
  get problemAt(): number | null {
    const offset = this.answer?.error?.offset
    return offset === undefined || !this.asked ? null : toUnits(this.asked.text, offset)
  }

  async #run(question: Question, all: boolean): Promise<void> {
    this.#abort?.abort()
    const abort = (this.#abort = new AbortController())
    this.busy = true
    try {
      const answer = await evaluateFormula(this.#account(), bodyOf(question, all), abort.signal)
      this.#settle(question, answer, all)
    } catch (error) {
      if (!abort.signal.aborted) this.failure = error
    } finally {
      if (this.#abort === abort) this.busy = false
    }
  }

  #settle(question: Question, answer: FormulaAnswer | null, all: boolean): void {
    this.answer = answer
    this.asked = question
    this.all = all
    this.failure = null
  }
}

function bodyOf(question: Question, all: boolean): FormulaRequest {
  const { text, selection, klip, part, sources, active } = question
  const select = {
    from: toCharacters(text, selection.from),
    to: toCharacters(text, selection.to),
  }
  return {
    formula: text,
    sources: [...sources],
    active,
    part,
    ...(all && { all }),
    ...(klip && { klip }),
    ...(select.to > select.from && { select }),
  }
}
