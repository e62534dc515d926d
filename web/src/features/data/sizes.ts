/** Sizes of files, and names made from them. */
import { number, t } from '$lib/text'

const KB = 2 ** 10
const MB = 2 ** 20
const GB = 2 ** 30

/** A size for a person: "812 bytes", "9.5 KB", "100 MB". */
export function sizeText(bytes: number): string {
  if (bytes < KB) return t('data.bytes', { n: bytes })
  if (bytes < MB) return `${short(bytes / KB)} KB`
  if (bytes < GB) return `${short(bytes / MB)} MB`
  return `${short(bytes / GB)} GB`
}

/** One decimal under ten, none above; never a needless ".0". */
function short(value: number): string {
  const rounded = Math.round(value * 10) / 10
  return rounded < 10 ? String(rounded) : number(Math.round(value))
}

/** A name for the data of a file: "us-employment_2024.csv" becomes "Us employment 2024". */
export function proposeName(file: string): string {
  const base = file.replace(/\.[a-z0-9]{1,8}$/i, '')
  const words = base.replace(/[-_.\s]+/g, ' ').trim()
  return words ? words.charAt(0).toUpperCase() + words.slice(1) : file
}
