import { sveltekit } from '@sveltejs/kit/vite'
import { svelteTesting } from '@testing-library/svelte/vite'
import type { Plugin } from 'vite'
import { defineConfig } from 'vitest/config'
import { areaTexts } from './scripts/area-texts.js'
import { doorPages } from './scripts/door.js'
import { iconShapes } from './scripts/icon-shapes.js'
import { onlyUsedSvelte } from './scripts/only-used-svelte.js'
import { OF_APPLICATION, sharedChunks } from './scripts/shared-chunks.js'

/** Address of the Octavo server that `npm run dev` forwards API calls to. */
const server = process.env.OCTAVO_SERVER ?? 'http://127.0.0.1:8080'

/**
 * Our policy refuses style attributes in markup. SvelteKit writes one on the element in which it announces
 * page changes. It is taken out; base.css styles the element.
 */
function plainStyles(): Plugin {
  return {
    name: 'octavo-plain-styles',
    enforce: 'pre',
    transform: {
      filter: { id: /\.svelte-kit\/generated\/root\.svelte$/ },
      handler(code) {
        const plain = code.replace(/(<div id="svelte-announcer"[^>]*?) style="[^"]*"/, '$1')
        if (/<[a-z][^>]*\sstyle="/.test(plain)) throw new Error('a style attribute in root.svelte')
        return plain
      },
    },
  }
}

export default defineConfig({
  plugins: [
    plainStyles(),
    doorPages(),
    iconShapes(),
    onlyUsedSvelte(),
    sveltekit(),
    areaTexts(),
    sharedChunks(OF_APPLICATION),
    svelteTesting(),
  ],
  server: { proxy: { '/api': server } },
  build: { target: ['chrome94', 'safari15', 'firefox115'], chunkSizeWarningLimit: 400 },
  test: {
    // Files that need a document say so with `// @vitest-environment jsdom`.
    environment: 'node',
    // Alone it would leave one processor to others, and begin a process for each file.
    pool: 'threads',
    maxWorkers: 2,
    // A worker for each file costs half of the time; vitest-setup.ts gives each modules of its own.
    isolate: false,
    testTimeout: 30_000,
    expect: { poll: { timeout: 20_000 } },
    include: ['src/**/*.test.ts', 'eslint/**/*.test.js', 'scripts/**/*.test.js'],
    setupFiles: ['./vitest-setup.ts'],
  },
})
