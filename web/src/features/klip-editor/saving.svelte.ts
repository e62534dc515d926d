/** Saves the Klip under edit, and tells about conflicts with somebody else's version. */
import type { QueryClient } from '@tanstack/svelte-query'
import { ApiError, keepKeys } from '$api/client'
import type { KlipDetail, KlipDoc } from '$api/contract'
import { createKlip, getKlip, isUnderEdit, klipKeys, saveKlip } from '$api/klips'
import type { Editor } from '$editor/index'
import { t } from '$lib/text'
import type { DraftKeeper } from './drafts.svelte'

export class Saver {
  /** The version that the document is based on. */
  version: number = $state(0)
  busy = $state(false)
  failure: unknown = $state(null)
  /** Version that somebody else saved in the meantime, or null. */
  conflict: number | null = $state(null)
  readonly #account: string
  readonly #id: string
  readonly #editor: Editor
  readonly #queries: QueryClient
  readonly #keys = keepKeys()

  constructor(account: string, id: string, version: number, editor: Editor, queries: QueryClient) {
    this.#account = account
    this.#id = id
    this.version = version
    this.#editor = editor
    this.#queries = queries
  }

  /** Saves over the version that was loaded. Says whether it is saved. */
  async save(drafts: DraftKeeper): Promise<boolean> {
    if (!this.#editor.dirty) return true
    const klip = this.#editor.document
    return this.#try(async () => {
      const { version } = await saveKlip(this.#account, this.#id, this.version, klip)
      this.version = version
      this.#editor.markSaved(klip)
      drafts.drop()
    })
  }

  /** Saves the document as a Klip of its own and gives it; null when that was refused. */
  async saveCopy(drafts: DraftKeeper): Promise<KlipDetail | null> {
    const klip = this.#editor.document
    const copy: KlipDoc = { ...klip, title: t('editor.copyName', { name: klip.title }) }
    let made: KlipDetail | null = null
    await this.#try(async () => {
      made = await createKlip(this.#account, copy, this.#keys(copy))
      this.#editor.markSaved(klip)
      drafts.drop()
      this.conflict = null
    })
    return made
  }

  /** Puts the newest version in place of the document, as one step of undo. */
  async loadTheirs(drafts: DraftKeeper): Promise<void> {
    await this.#try(async () => {
      const { body, version } = await getKlip(this.#account, this.#id)
      if (!body.klip) return
      this.take(body.klip, version)
      this.conflict = null
      drafts.drop()
    })
  }

  /** Puts a saved version in place of the document, as one step of undo. */
  take(klip: KlipDoc, version: number): void {
    this.#editor.replace(klip)
    this.#editor.markSaved(klip)
    this.version = version
  }

  /** Says whether a change was refused for a newer version; the person chooses then what counts. */
  meets(error: unknown): boolean {
    if (!(error instanceof ApiError) || error.code !== 'version_conflict') return false
    const { version } = error.params
    this.conflict = typeof version === 'number' ? version : this.version + 1
    return true
  }

  async #try(work: () => Promise<void>): Promise<boolean> {
    if (this.busy) return false
    this.busy = true
    this.failure = null
    try {
      await work()
      void this.#queries.invalidateQueries({
        queryKey: klipKeys.all(this.#account),
        // The document under edit is the editor's own.
        predicate: ({ queryKey }) => !isUnderEdit(queryKey),
      })
      return true
    } catch (error) {
      if (!this.meets(error)) this.failure = error
      return false
    } finally {
      this.busy = false
    }
  }
}
