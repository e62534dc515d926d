// As the pages of an account do.
import './src/lib/messages/errors'

// jsdom has no layout, no resize observer and no media queries; the parts only need them to exist.
class StillObserver {
  observe() {}
  unobserve() {}
  disconnect() {}
}

if (typeof window !== 'undefined') {
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
