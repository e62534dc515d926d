import type { Message } from './text'

const files = import.meta.glob<Record<string, Record<string, Message>>>('./messages/*.ts', {
  eager: true,
})

/** The texts of all areas, for tests. */
export const allTexts: Record<string, Message> = Object.assign(
  {},
  ...Object.values(files).flatMap((file) => Object.values(file)),
)
