/** A file that was dropped on one page and is read on the next. */
let waiting: File | null = null

/** Keeps a file for the page that comes. */
export function handOver(file: File): void {
  waiting = file
}

/** The file that was kept, once. */
export function takeOver(): File | null {
  const file = waiting
  waiting = null
  return file
}
