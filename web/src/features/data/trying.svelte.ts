/** A request or a query that is being set up: its form, what the last trial brought, and what was refused. */
import { ApiError, randomName } from '$api/client'
import type { DatabaseQuery, FormatOptions, RunningRefresh, Trial, WebRequest } from '$api/contract'
import { errorText } from '$api/errors'
import { emptyDraft, requestOf, variablesOf, type Draft } from './request'
import { tryRequest, watchTrial } from './web-api'

/** How often a trial is asked what it does, in milliseconds. */
const FOLLOW = 1000

/** Stands for the connected account that a source keeps: one of another account, or of a colleague. */
export const KEPT = 'kept'

export class Trying {
  draft: Draft = $state(emptyDraft())
  /** A query of a database, in place of the draft. */
  query: DatabaseQuery | null = $state(null)
  /** What people chose of how the answer is read. */
  options: FormatOptions = $state.raw({})
  /** Connected account to read with; '' = none, KEPT = the one that the source has and that is not shown here. */
  credential = $state('')
  /** Data source whose connected account KEPT is. */
  source = ''
  /** Values of variables for trials. */
  values: Record<string, string> = $state({})
  trial: Trial | null = $state.raw(null)
  busy = $state(false)
  /** What the trial that goes on has brought so far; null in its first second. */
  progress: RunningRefresh | null = $state.raw(null)
  failure: unknown = $state.raw(null)
  /** The request that the trial is of, as text. */
  #tried = $state('')
  #going: AbortController | null = null

  /** What is asked, as it is sent. */
  readonly asks: { query: DatabaseQuery } | { request: WebRequest } = $derived(
    this.query ? { query: { ...this.query } } : { request: requestOf(this.draft) },
  )
  /** What a trial sends, as text. */
  readonly asked = $derived(JSON.stringify([this.asks, this.credential]))
  readonly variables = $derived(variablesOf(this.asks))
  /** There is enough to be sent. */
  readonly ready = $derived(
    this.query ? !!this.query.sql.trim() && !!this.credential : !!this.draft.url.trim(),
  )
  /** The last trial is of the request as it stands now, and could be read. */
  readonly current = $derived(
    this.trial !== null && this.trial.fault === null && this.#tried === this.asked,
  )
  readonly errorField = $derived(this.failure instanceof ApiError ? this.failure.field : null)
  readonly errorWords = $derived(this.failure ? errorText(this.failure) : '')

  /** Asks once. */
  async run(account: string): Promise<void> {
    if (this.busy) return
    this.busy = true
    this.failure = null
    this.progress = null
    const going = new AbortController()
    this.#going = going
    const { asked, credential } = this
    const watch = randomName()
    const following = setInterval(() => void this.#follow(account, watch, going), FOLLOW)
    const values = Object.fromEntries(
      this.variables.flatMap((name) => (this.values[name] ? [[name, this.values[name]]] : [])),
    )
    try {
      const input = {
        ...this.asks,
        watch,
        ...(!this.query && { options: this.options }),
        values,
        ...(credential === KEPT
          ? { data_source_id: this.source }
          : credential && { credential_id: credential }),
      }
      this.trial = await tryRequest(account, input, going.signal)
      this.#tried = asked
    } catch (error) {
      if (!going.signal.aborted) this.failure = error
    } finally {
      clearInterval(following)
      this.busy = false
      this.progress = null
    }
  }

  /** Ends the trial that goes on; the service is not read any further. */
  stop(): void {
    this.#going?.abort()
  }

  async #follow(account: string, watch: string, of: AbortController): Promise<void> {
    try {
      const progress = await watchTrial(account, watch)
      if (this.busy && this.#going === of) this.progress = progress
    } catch {
      // What it does is only told; the trial itself says when something is wrong.
    }
  }
}
