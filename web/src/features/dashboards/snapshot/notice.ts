/** A text in the middle of a card, in lines of its width. */
import { fitText, measureText, type Font, type Mark, type Size, type Theme } from '$draw/index'

const FONT: Font = { size: 13, weight: 400 }
const LINE = 18

/** The marks of a notice; what does not fit ends in dots. */
export function drawNotice(text: string, { width, height }: Size, theme: Theme): Mark[] {
  const most = Math.max(1, Math.floor(height / LINE))
  const lines = breakLines(text, width, most)
  const top = Math.max(0, (height - lines.length * LINE) / 2)
  const marks = lines.map((line, i): Mark => {
    const y = top + i * LINE + 13.5
    return {
      kind: 'text',
      x: width / 2,
      y,
      text: line,
      ...FONT,
      fill: theme.ink3,
      anchor: 'middle',
    }
  })
  return [{ kind: 'group', part: 'notice', marks }]
}

/** Lines of whole words; a word wider than a line, and the last line, are shortened. */
export function breakLines(text: string, width: number, most: number): string[] {
  const words = text.split(/\s+/).filter(Boolean)
  const lines: string[] = []
  let line = ''
  words.forEach((word, i) => {
    const longer = line ? `${line} ${word}` : word
    if (!line || measureText(longer, FONT) <= width) line = longer
    else if (lines.length < most - 1) {
      lines.push(line)
      line = word
    } else line = [line, ...words.slice(i)].join(' ')
  })
  if (line) lines.push(line)
  return lines.slice(0, most).map((one) => fitText(one, width, FONT))
}
