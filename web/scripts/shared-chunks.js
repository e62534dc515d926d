/** What the pages of SvelteKit begin with, and what all pages of an account stand in. */
const BASE = /\/kit\/src\/runtime\/client\/entry\.js$|\/client-optimized\/app\.js$|\/nodes\/0\.js$/
const FRAME = /\/src\/app\/account-shell\.svelte$/

/**
 * Puts what every page loads into one file, and what every page of an account loads besides into a second
 * one: hundreds of small files compress worse, and each page names those it needs.
 * @returns {import('vite').Plugin}
 */
export function sharedChunks() {
  /** @type {Map<string, string>} */
  let places = new Map()
  /** @param {string} name @param {number} priority */
  const group = (name, priority) => ({
    priority,
    /** @param {string} id */
    name: (id) => (places.get(id) === name ? name : null),
  })
  return {
    name: 'octavo-shared-chunks',
    buildEnd() {
      if (this.environment?.name === 'client') places = reached(this)
    },
    outputOptions(options) {
      if (this.environment?.name !== 'client') return
      return { ...options, codeSplitting: { groups: [group('base', 2), group('frame', 1)] } }
    },
  }
}

/**
 * Which file each module belongs to that is needed from the beginning.
 * @param {Pick<import('vite').Rollup.PluginContext, 'getModuleInfo' | 'getModuleIds'>} context
 */
function reached(context) {
  /** @type {Map<string, string>} */
  const places = new Map()
  /** @param {string} id @param {string} name */
  const walk = (id, name) => {
    if (places.has(id)) return
    places.set(id, name)
    for (const next of context.getModuleInfo(id)?.importedIds ?? []) walk(next, name)
  }
  const all = [...context.getModuleIds()]
  for (const id of all) if (BASE.test(id)) walk(id, 'base')
  for (const id of all) if (FRAME.test(id)) walk(id, 'frame')
  return places
}
