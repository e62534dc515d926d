/** The server counts characters (code points), the browser UTF-16 units. */

/** A place in UTF-16 units, from one in characters. */
export function toUnits(text: string, characters: number): number {
  let units = 0
  let seen = 0
  for (const character of text) {
    if (seen >= characters) break
    units += character.length
    seen++
  }
  return units
}

/** A place in characters, from one in UTF-16 units. */
export function toCharacters(text: string, units: number): number {
  return [...text.slice(0, units)].length
}
