/** Which of the overlays of the frame is open. One at a time. */
type Overlay = 'palette' | 'keys' | 'switcher' | null

let current: Overlay = $state(null)
let palettePrefix = $state('')

export function openOverlay(): Overlay {
  return current
}

export function closeOverlay(): void {
  current = null
}

/** Opens the palette, with a scope already typed: ">" actions, "#" clients, "/" dashboards and Klips. */
export function openPalette(prefix = ''): void {
  palettePrefix = prefix
  current = 'palette'
}

export function prefixOfPalette(): string {
  return palettePrefix
}

export function openKeyList(): void {
  current = 'keys'
}

export function openSwitcher(): void {
  current = 'switcher'
}
