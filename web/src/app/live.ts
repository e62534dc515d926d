/** Keeps an open page up to date: the server says that something in the account has changed, the page asks for what it shows. */

/** Time over which changes are gathered before the page asks, in milliseconds. */
const GATHER = 150

/** Time before a stream that the server refused is tried again, in milliseconds. */
const RETRY = 10_000

/**
 * Follows an account while the page can be seen; a hidden page holds no connection and learns what it
 * missed when it is shown again. `onchange` runs when something changed. Gives the way to stop.
 */
export function followAccount(slug: string, onchange: () => void): () => void {
  let stream: EventSource | null = null
  let known = ''
  let gathering: ReturnType<typeof setTimeout> | undefined
  let retrying: ReturnType<typeof setTimeout> | undefined

  const refresh = () => {
    gathering = undefined
    onchange()
  }
  const open = () => {
    if (stream || document.visibilityState === 'hidden') return
    const after = known ? `?after=${encodeURIComponent(known)}` : ''
    stream = new EventSource(`/api/v1/${encodeURIComponent(slug)}/changes${after}`)
    stream.addEventListener('start', (event) => (known = event.lastEventId))
    stream.addEventListener('message', (event) => {
      known = event.lastEventId
      gathering ??= setTimeout(refresh, GATHER)
    })
    stream.addEventListener('error', () => {
      if (stream?.readyState !== EventSource.CLOSED) return // the browser connects again by itself
      close()
      retrying = setTimeout(open, RETRY)
    })
  }
  const close = () => {
    clearTimeout(retrying)
    stream?.close()
    stream = null
  }
  const shown = () => (document.visibilityState === 'hidden' ? close() : open())

  document.addEventListener('visibilitychange', shown)
  open()
  return () => {
    document.removeEventListener('visibilitychange', shown)
    clearTimeout(gathering)
    close()
  }
}
