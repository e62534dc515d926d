/** A request or a query that is being set up: its form, what the last trial brought, and what was refused. */
import { ApiError } from '$api/client'
import type { DatabaseQuery, FormatOptions, Trial, WebRequest } from '$api/contract'
import { errorText } from '$api/errors'
import { emptyDraft, requestOf, variablesOf, type Draft } from './request'
import { tryRequest } from './web-api'

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
  failure: unknown = $state.raw(null)
  /** The request that the trial is of, as text. */
  #tried = $state('')

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
    const { asked, credential } = this
    const values = Object.fromEntries(
      this.variables.flatMap((name) => (this.values[name] ? [[name, this.values[name]]] : [])),
    )
    try {
      this.trial = await tryRequest(account, {
        ...this.asks,
        ...(!this.query && { options: this.options }),
        values,
        ...(credential === KEPT
          ? { data_source_id: this.source }
          : credential && { credential_id: credential }),
      })
      this.#tried = asked
    } catch (error) {
      this.failure = error
    } finally {
      this.busy = false
    }
  }
}
