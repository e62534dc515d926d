/** A short notice of something that worked. Errors are toasts only where they have no place on the page. */
export interface Toast {
  text: string
  /** Takes the change back; shown as {Undo}. */
  undo?: () => void
  action?: { label: string; run: () => void }
}

/** Time that a toast stays, in milliseconds; it waits while a pointer or the focus is on it. */
export const TOAST_TIME = 6000

let current: (Toast & { id: number }) | null = $state(null)
let last = 0

/** The toast on screen, or null. */
export function currentToast() {
  return current
}

/** Shows a toast in place of the one on screen. */
export function toast(next: Toast): void {
  current = { ...next, id: ++last }
}

/** Takes a toast away, if it is still the one on screen. */
export function dismissToast(id: number): void {
  if (current?.id === id) current = null
}
