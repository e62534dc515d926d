/** The part of an address that asks for a page's editor. */
export function match(part: string): boolean {
  return part === 'edit'
}
