/** Tags as a person types them into one field: separated by commas or semicolons. */
export function parseTags(text: string): string[] {
  return text
    .split(/[,;]/)
    .map((tag) => tag.trim())
    .filter((tag) => tag !== '')
}
