/** The cache of answers of the page of viewers, in place of $api/cache: the same in what that page needs of it. */
import { getContext, setContext, untrack } from 'svelte'
import type * as full from '$api/cache'
import { ApiError, isFinal } from '$api/client'

type Options<T> = full.QueryOptions<T>

const KEY = Symbol('cache')
/** How long an answer is taken for new, in milliseconds. */
const NEW = 15_000
/** How long answers are kept that nothing shows, in milliseconds. */
const KEPT = 5 * 60_000
/** Tries after the first, and the time before the first of them, which doubles, in milliseconds. */
const RETRIES = 2
const PAUSE = 1000

const wait = (time: number) => new Promise((wake) => setTimeout(wake, time))
const once = (event: string) => new Promise((wake) => addEventListener(event, wake, { once: true }))

/** One answer, and asking for it. */
class Entry<T> {
  data: T | undefined = $state.raw()
  error: unknown = $state.raw(null)
  fetching = $state(false)
  /** Those who show it, by how they ask. */
  readonly users = new Set<() => Options<T>>()
  /** When it came, in milliseconds; 0 when it is known to be old. */
  at = 0
  #under: { stop: AbortController; done: Promise<void> } | null = null
  /** Something changed while the first answer was under way. */
  #again = false
  #going: ReturnType<typeof setTimeout> | undefined

  readonly key: full.Key

  constructor(
    readonly cache: Store,
    readonly name: string,
  ) {
    this.key = JSON.parse(name) as full.Key
    this.#rest()
  }

  /** It is forgotten after a while unless somebody shows it. */
  #rest(): void {
    this.#going = setTimeout(() => this.cache.forget(this), KEPT)
  }

  /** Shows it to somebody until the function that it returns is called. */
  use(options: () => Options<T>): () => void {
    this.users.add(options)
    clearTimeout(this.#going)
    this.renew()
    return () => {
      this.users.delete(options)
      if (this.users.size > 0) return
      this.#under?.stop.abort()
      this.#under = null
      this.#again = false
      this.fetching = false
      this.#rest()
    }
  }

  set(data: T | undefined): void {
    this.data = data
    this.error = null
    this.at = Date.now()
  }

  /** Asks when somebody shows it and it is not new any more. */
  renew(): void {
    const ages = [...this.users].map((options) => options().staleTime ?? NEW)
    if (ages.some((age) => Date.now() - this.at >= age)) void this.fetch()
  }

  /**
   * Asks now; a question that is under way is given up when `anew` is set. The first one is not: with changes that go
   * on, nothing would ever be shown. It is asked once more when its answer is there.
   */
  fetch(anew = false): Promise<void> {
    const waits = this.#under && this.data === undefined
    if (waits && anew) this.#again = true
    if (this.#under && (waits || !anew)) return this.#under.done
    this.#under?.stop.abort()
    const stop = new AbortController()
    const own = { stop, done: this.#ask(stop.signal) }
    this.#under = own
    void own.done.then(() => {
      if (this.#under !== own) return
      this.#under = null
      this.fetching = false
      if (!this.#again) return
      this.#again = false
      return this.fetch()
    })
    return own.done
  }

  async #ask(signal: AbortSignal): Promise<void> {
    for (let tries = 0; ; tries++) {
      // Browsers may say so of a server on the same machine: the first try is made all the same.
      if (tries > 0 && !navigator.onLine) await once('online')
      const [options] = this.users
      if (signal.aborted || !options) return
      try {
        if (tries === 0) this.#begin()
        const { queryFn, structuralSharing } = options()
        const data = await queryFn({ signal, client: this.cache })
        if (signal.aborted) return
        const same = structuralSharing !== false && equal(this.data, data)
        return this.set(same ? this.data : data)
      } catch (error) {
        if (signal.aborted) return
        if (tries === RETRIES || isFinal(error)) return this.#fail(error)
        await wait(PAUSE * 2 ** tries)
      }
    }
  }

  #begin(): void {
    this.fetching = true
    if (this.data === undefined) this.error = null
  }

  #fail(error: unknown): void {
    this.error = error
    this.cache.failed(error)
  }
}

const equal = (a: unknown, b: unknown) => JSON.stringify(a) === JSON.stringify(b)

/** All answers of the page, for as long as the page is there. */
class Store implements full.Cache {
  readonly #entries = new Map<string, Entry<unknown>>()

  /** `failed` hears of each question that failed for good. */
  constructor(readonly failed: (error: unknown) => void) {
    const renew = () => {
      if (document.visibilityState !== 'hidden')
        for (const entry of this.#entries.values()) entry.renew()
    }
    addEventListener('online', renew)
    document.addEventListener('visibilitychange', renew)
  }

  /** The answer of a key, which is given as JSON. */
  entry<T>(name: string): Entry<T> {
    let entry = this.#entries.get(name)
    if (!entry) this.#entries.set(name, (entry = new Entry<unknown>(this, name)))
    return entry as Entry<T>
  }

  forget({ name }: { name: string }): void {
    this.#entries.delete(name)
  }

  getQueryData<T>(key: full.Key): T | undefined {
    return untrack(() => this.entry<T>(JSON.stringify(key)).data)
  }

  setQueryData<T>(key: full.Key, data: T | undefined): void {
    this.entry<T>(JSON.stringify(key)).set(data)
  }

  async invalidateQueries({ queryKey }: { queryKey: full.Key }): Promise<void> {
    const old = [...this.#entries.values()].filter(({ key }) =>
      equal(key.slice(0, queryKey.length), queryKey),
    )
    for (const entry of old) entry.at = 0
    await Promise.all(old.filter(({ users }) => users.size > 0).map((entry) => entry.fetch(true)))
  }
}

/** Makes the cache of the page. `onSignedOut` runs when the server says that nobody is signed in. */
export function provideCache(onSignedOut: () => void): full.Cache {
  const store = new Store((error) => {
    if (error instanceof ApiError && error.status === 401) onSignedOut()
  })
  return setContext(KEY, store)
}

export const useCache: typeof full.useCache = () => getContext<Store>(KEY)

export const createQuery: typeof full.createQuery = <T>(make: () => Options<T>): full.Query<T> => {
  const cache = getContext<Store>(KEY)
  const options = $derived(make())
  const name = $derived(JSON.stringify(options.queryKey))
  const entry = $derived(cache.entry<T>(name))
  const enabled = $derived(options.enabled !== false)
  const every = $derived(options.refetchInterval)
  /** What was shown last. */
  let last: { data: T; queryKey: full.Key } | undefined

  $effect.pre(() => {
    const own = entry
    if (enabled) return untrack(() => own.use(() => untrack(() => options)))
  })
  $effect.pre(() => {
    if (entry.data !== undefined) last = { data: entry.data, queryKey: entry.key }
  })
  $effect(() => {
    const own = entry
    if (!enabled || !every) return
    const timer = setInterval(() => {
      if (document.visibilityState !== 'hidden') void own.fetch()
    }, every)
    return () => clearInterval(timer)
  })

  const data = $derived(
    entry.data ?? (entry.error ? undefined : options.placeholderData?.(last?.data, last)),
  )
  const query = {
    get data() {
      return data
    },
    get error() {
      return entry.error
    },
    get isError() {
      return entry.error !== null
    },
    get isFetching() {
      return entry.fetching
    },
    get isPending() {
      return data === undefined && entry.error === null
    },
    get isSuccess() {
      return data !== undefined && entry.error === null
    },
    refetch: () => entry.fetch(true),
  }
  return query as full.Query<T>
}
