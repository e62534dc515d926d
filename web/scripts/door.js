// The pages before signing in, while somebody works on the application: see src/app/door.ts.
import { pageWith } from './page-build.js'

const ADDRESSES = /^\/(sign-in(\/support\/[^/?]+)?|reset(\/[^/?]+)?|invite\/[^/?]+)\/?(\?|$)/

/**
 * Serves these pages while somebody works on the application.
 * @returns {import('vite').Plugin}
 */
export function doorPages() {
  return {
    name: 'octavo-door',
    apply: 'serve',
    config: () => ({ define: { APPLICATION: '[]' } }),
    configureServer(server) {
      server.middlewares.use((request, response, next) => {
        const url = request.url ?? ''
        if (!ADDRESSES.test(url)) return next()
        const page = pageWith('<script type="module" src="/src/app/door.ts"></script>')
        server.transformIndexHtml(url, page).then((html) => {
          response.setHeader('Content-Type', 'text/html')
          response.end(html)
        }, next)
      })
    },
  }
}
