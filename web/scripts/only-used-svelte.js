/**
 * Lets the build leave out the modules of Svelte that nothing uses: the package does not say that it may.
 * None of them is imported for what it does by itself; custom elements alone are 1 kB in every page.
 * @returns {import('vite').Plugin}
 */
export function onlyUsedSvelte() {
  return {
    name: 'octavo-only-used-svelte',
    transform: {
      filter: { id: /\/node_modules\/svelte\/src\/(internal\/client|legacy)\/.*\.js$/ },
      handler: (code) => ({ code, map: null, moduleSideEffects: false }),
    },
  }
}
