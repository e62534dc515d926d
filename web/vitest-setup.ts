import { afterAll, vi } from 'vitest'
// As the pages of an account do.
import './src/lib/messages/errors'

// jsdom has no layout, no resize observer and no media queries; the parts only need them to exist.
class StillObserver {
  observe() {}
  unobserve() {}
  disconnect() {}
}

if (typeof window !== 'undefined') {
  // A second, as it comes, is little on a busy machine.
  const { configure } = await import('@testing-library/svelte')
  configure({ asyncUtilTimeout: 20_000 })
  window.ResizeObserver ??= StillObserver as unknown as typeof ResizeObserver
  window.matchMedia ??= (query: string) =>
    ({
      matches: false,
      media: query,
      addEventListener() {},
      removeEventListener() {},
    }) as unknown as MediaQueryList
  Element.prototype.scrollIntoView ??= () => {}
  window.scrollBy = () => {}
  window.scrollTo = () => {}
  window.CSS ??= { escape: (text: string) => text.replace(/[^\w-]/g, '\\$&') } as typeof CSS
}

// Files of a worker share its process, but not what their modules keep.
afterAll(() => vi.resetModules())
