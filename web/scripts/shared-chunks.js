/** What the pages of SvelteKit begin with, and what all pages of an account stand in. */
export const OF_APPLICATION = {
  base: /\/kit\/src\/runtime\/client\/entry\.js$|\/client-optimized\/app\.js$|\/nodes\/0\.js$/,
  frame: /\/src\/app\/account-shell\.svelte$/,
}

/**
 * Puts what is loaded together into one file: hundreds of small files compress worse, and each page names those
 * it needs. Each group is a file for modules that match and what they import, except for what an earlier group has.
 * @param {Record<string, RegExp>} groups
 * @returns {import('vite').Plugin}
 */
export function sharedChunks(groups) {
  /** @type {Map<string, string>} */
  let places = new Map()
  const names = Object.keys(groups)
  return {
    name: 'octavo-shared-chunks',
    buildEnd() {
      if (this.environment?.name === 'client') places = reached(this, groups)
    },
    outputOptions(options) {
      if (this.environment?.name !== 'client') return
      const parts = names.map((name, i) => ({
        priority: names.length - i,
        /** @param {string} id */
        name: (id) => (places.get(id) === name ? name : null),
      }))
      return { ...options, codeSplitting: { groups: parts } }
    },
  }
}

/**
 * Which file each module belongs to that is needed from the beginning.
 * @param {Pick<import('vite').Rollup.PluginContext, 'getModuleInfo' | 'getModuleIds'>} context
 * @param {Record<string, RegExp>} groups
 */
function reached(context, groups) {
  /** @type {Map<string, string>} */
  const places = new Map()
  /** @param {string} id @param {string} name */
  const walk = (id, name) => {
    if (places.has(id)) return
    places.set(id, name)
    for (const next of context.getModuleInfo(id)?.importedIds ?? []) walk(next, name)
  }
  const all = [...context.getModuleIds()]
  for (const [name, start] of Object.entries(groups))
    for (const id of all) if (start.test(id)) walk(id, name)
  return places
}
