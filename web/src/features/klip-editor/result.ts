/** What the strip under the formula bar says. */
import type { FormulaAnswer, KlipResult, Raw } from '$api/contract'
import { t } from '$lib/text'
import type { Question } from './evaluation.svelte'

/** Numbers as they are; beyond twelve digits there is only what computing leaves behind. */
const exact = new Intl.NumberFormat('en-GB', { maximumSignificantDigits: 12 })

/** Rows that the server looks at unless all are asked for. */
const SAMPLE = 5000

export interface ResultItem {
  /** What the item belongs to, such as its month; "" when that is not known. */
  label: string
  text: string
  /** The value in full. */
  title: string
}

export type ResultKind = 'number' | 'text' | 'boolean' | 'blank' | 'mixed'

/** The one kind of all items that are not blank. */
export function kindOfAll(kinds: readonly string[]): ResultKind {
  const different = [...new Set(kinds.filter((kind) => kind !== 'blank'))]
  if (different.length === 0) return kinds.length > 0 ? 'blank' : 'mixed'
  const only = different.length === 1 ? different[0] : undefined
  return only === 'number' || only === 'text' || only === 'boolean' ? only : 'mixed'
}

/** The first items, written as the picture writes them where it shows the same list. */
export function itemsOf(
  answer: FormulaAnswer,
  result: KlipResult | null,
  asked: Question | null,
  most: number,
): ResultItem[] {
  const drawn = asked ? drawnAs(result, asked.part, answer) : null
  return answer.items.slice(0, most).map((raw, i) => {
    const plain = plainText(raw)
    const text = drawn?.text[i] ?? plain
    return { label: drawn?.labels[i] ?? '', text, title: plain }
  })
}

/** Texts and labels of the picture for a part, when they are of the very same items. */
function drawnAs(
  result: KlipResult | null,
  part: string,
  answer: FormulaAnswer,
): { text: readonly string[]; labels: readonly string[] } | null {
  for (const { chart, table, value } of result?.components ?? []) {
    const label = [value?.primary, value?.secondary].find((one) => one?.raw === answer.items[0])
    if (label && answer.count === 1) return { text: [label.text], labels: [] }
    const series = chart?.series.find(({ id }) => id === part)
    const items =
      series?.items ??
      (chart?.x.id === part ? chart.x.items : undefined) ??
      table?.columns.find(({ id }) => id === part)?.items
    if (!items || !sameItems(items.raw, answer)) continue
    const labels = series && chart?.x.items.raw.length === answer.count ? chart.x.items.text : []
    return { text: items.text, labels }
  }
  return null
}

function sameItems(raw: readonly Raw[], answer: FormulaAnswer): boolean {
  return (
    raw.length >= Math.min(answer.count, answer.items.length) &&
    answer.items.slice(0, 50).every((item, i) => item === raw[i])
  )
}

/** A value as it is, without a format. */
export function plainText(raw: Raw | undefined): string {
  if (raw === null || raw === undefined) return t('editor.result.blankItem')
  if (typeof raw === 'boolean') return t(raw ? 'editor.result.true' : 'editor.result.false')
  return typeof raw === 'string' ? raw : exact.format(raw).replace('-', '−')
}

/** "8,412 rows in 6 ms", or how much of them was looked at. */
export function rowsText(ms: number, rows: number, all: boolean): string {
  if (rows === 0) return t('editor.result.ms', { ms })
  if (all || rows <= SAMPLE) return t('editor.result.rows', { n: rows, ms })
  return t('editor.result.sample', { n: SAMPLE, all: rows, ms })
}

/** A text of the server with a capital at its start. */
export function sentence(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1)
}
