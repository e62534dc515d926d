import adapter from '@sveltejs/adapter-static'
import { vitePreprocess } from '@sveltejs/vite-plugin-svelte'

/** @type {import('@sveltejs/kit').Config} */
const config = {
  preprocess: vitePreprocess(),
  compilerOptions: {
    runes: ({ filename }) => (filename.includes('node_modules') ? undefined : true),
  },
  kit: {
    adapter: adapter({ pages: 'build', assets: 'build', fallback: 'index.html' }),
    // "assets" is a reserved first segment of addresses, so no account slug can collide with it.
    appDir: 'assets',
    paths: { relative: false },
    // The server sends the policy and a fresh nonce with each page (scripts/finish-build.js).
    inlineStyleThreshold: 0,
    version: { pollInterval: 0 },
    alias: {
      $api: 'src/api',
      $draw: 'src/draw',
      $editor: 'src/editor',
      $features: 'src/features',
      $klip: 'src/klip',
      $shell: 'src/app',
      $ui: 'src/ui',
    },
  },
}

export default config
