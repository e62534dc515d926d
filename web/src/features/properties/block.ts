/** Blocks of cells as spreadsheets put them on the clipboard: tabs between cells, quotes round cells with line breaks. */

/** Reads a block; a line break at its end makes no row. Nothing, such as the text of a picture, is no block. */
export function readBlock(text: string): string[][] {
  if (text === '') return []
  const rows: string[][] = [[]]
  let cell = ''
  let quoted = false
  const body = text.replace(/\r\n?/g, '\n').replace(/\n$/, '')
  for (let i = 0; i < body.length; i++) {
    const c = body[i]
    if (quoted) {
      if (c !== '"') cell += c
      else if (body[i + 1] === '"') cell += body[++i]
      else quoted = false
    } else if (c === '"' && cell === '' && closes(body, i)) quoted = true
    else if (c === '\t' || c === '\n') {
      rows[rows.length - 1]?.push(cell)
      cell = ''
      if (c === '\n') rows.push([])
    } else cell += c
  }
  rows[rows.length - 1]?.push(cell)
  return rows
}

/** Says whether a quote at the beginning of a cell has its other half at the end of one. */
function closes(body: string, from: number): boolean {
  return /^"(?:[^"]|"")*"(?=\t|\n|$)/.test(body.slice(from))
}

/** Writes a block that spreadsheets, and `readBlock`, take as it is. */
export function writeBlock(rows: string[][]): string {
  return rows
    .map((row) =>
      row
        .map((cell) => (/[\t\n\r]|^"/.test(cell) ? `"${cell.replaceAll('"', '""')}"` : cell))
        .join('\t'),
    )
    .join('\n')
}
