export type Theme = 'system' | 'light' | 'dark'

const STORE = 'octavo.theme'

function stored(): Theme {
  const value = typeof localStorage === 'undefined' ? null : localStorage.getItem(STORE)
  return value === 'light' || value === 'dark' ? value : 'system'
}

let current: Theme = $state(stored())

/** What the person chose. app.html applies it before the first paint. */
export function theme(): Theme {
  return current
}

/** Chooses a theme for this browser. */
export function setTheme(next: Theme): void {
  current = next
  if (next === 'system') {
    localStorage.removeItem(STORE)
    delete document.documentElement.dataset.theme
  } else {
    localStorage.setItem(STORE, next)
    document.documentElement.dataset.theme = next
  }
}
