import { ApiError } from '$api/client'
import type { FormatOptions, Upload } from '$api/contract'
import { readAgain, sendFile } from './api'
import { refusal, refuseUnsent, type Refusal } from './refusals'

/** One file on its way: chosen, sent, read, and read again with other options. */
export class Sending {
  file: File | null = $state.raw(null)
  /** Part that is sent, 0 to 1; null while nothing is on its way. */
  progress: number | null = $state(null)
  /** The file as the server read it last. */
  upload: Upload | null = $state.raw(null)
  /** Options that a person chose; the others are found out. */
  chosen: FormatOptions = $state.raw({})
  /** The file is being read again. */
  rereading = $state(false)
  refused: Refusal | null = $state.raw(null)
  /** Why the options were refused; the last good reading stays. */
  optionError: unknown = $state.raw(null)

  #account: () => string
  #most: () => number
  #stop: AbortController | null = null

  /** `most` is the size of the largest file that the server takes, in bytes. */
  constructor(account: () => string, most: () => number) {
    this.#account = account
    this.#most = most
  }

  /** Sends a file and has it read, with `options` when some are already known to be needed. */
  async send(file: File, options: FormatOptions = {}): Promise<void> {
    this.reset()
    this.file = file
    this.refused = refuseUnsent(file, this.#most())
    if (this.refused) return
    const stop = (this.#stop = new AbortController())
    this.progress = 0
    try {
      let upload = await sendFile(this.#account(), file, {
        onprogress: (part) => {
          if (this.#stop === stop) this.progress = part
        },
        signal: stop.signal,
      })
      if (Object.keys(options).length > 0) {
        upload = await readAgain(this.#account(), upload.id, options, stop.signal)
      }
      if (this.#stop !== stop) return
      this.upload = upload
      this.chosen = options
    } catch (error) {
      if (this.#stop === stop) this.refused = refusal(error, file, this.#most())
    } finally {
      if (this.#stop === stop) this.progress = null
    }
  }

  /** Has the file read again; a newer choice overtakes an older one. */
  async read(chosen: FormatOptions): Promise<void> {
    const { upload, file } = this
    if (!upload || !file) return
    this.#stop?.abort()
    const stop = (this.#stop = new AbortController())
    this.chosen = chosen
    this.optionError = null
    this.rereading = true
    try {
      const next = await readAgain(this.#account(), upload.id, chosen, stop.signal)
      if (this.#stop === stop) this.upload = next
    } catch (error) {
      if (this.#stop !== stop) return
      // Uploads are kept for a day; the file is still at hand.
      if (error instanceof ApiError && error.code === 'unknown_upload') void this.send(file, chosen)
      else this.optionError = error
    } finally {
      if (this.#stop === stop) this.rereading = false
    }
  }

  /** Forgets the file and stops what is on its way. */
  reset(): void {
    const stop = this.#stop
    this.#stop = null
    stop?.abort()
    this.file = null
    this.progress = null
    this.upload = null
    this.chosen = {}
    this.rereading = false
    this.refused = null
    this.optionError = null
  }
}
