/** How a file is read: which options a format has, and what can be chosen for each. */
import type { FormatOptions } from '$api/contract'
import { t } from '$lib/text'
import type { MessageKey } from '$lib/messages'
import type { Option } from '$ui/select-field.svelte'

export type OptionId =
  'delimiter' | 'header_row' | 'decimal' | 'thousands' | 'date' | 'encoding' | 'records'

/** Value of a choice that leaves it to the server. */
export const AUTO = 'auto'
/** Value of the choice of no mark and of no header row. */
export const NONE = 'none'
/** Value of the choice that is typed. */
export const OTHER = 'other'

const OPTIONS: Record<string, OptionId[]> = {
  csv: ['delimiter', 'header_row', 'decimal', 'thousands', 'date', 'encoding'],
  xlsx: ['header_row', 'date', 'decimal', 'thousands'],
  json: ['records', 'date', 'decimal', 'thousands'],
  jsonl: ['date', 'decimal', 'thousands'],
  html: ['header_row', 'date', 'decimal', 'thousands'],
  xml: ['records', 'date', 'decimal', 'thousands'],
}

/** Options of a format, in the order of the form. */
export function optionsOf(format: string): OptionId[] {
  return OPTIONS[format] ?? []
}

/** Choices by the value that the API takes; empty is none. */
const CHOICES: Partial<Record<OptionId, Record<string, MessageKey>>> = {
  delimiter: {
    ',': 'data.mark.comma',
    ';': 'data.mark.semicolon',
    '\t': 'data.mark.tab',
    '|': 'data.mark.bar',
  },
  decimal: { '.': 'data.mark.point', ',': 'data.mark.comma' },
  thousands: {
    '': 'data.mark.none',
    ',': 'data.mark.comma',
    '.': 'data.mark.point',
    ' ': 'data.mark.space',
    "'": 'data.mark.apostrophe',
  },
  encoding: {
    'utf-8': 'data.encoding.utf8',
    'windows-1252': 'data.encoding.western',
    'iso-8859-15': 'data.encoding.latin9',
    'windows-1250': 'data.encoding.central',
    'windows-1251': 'data.encoding.cyrillic',
    'utf-16le': 'data.encoding.utf16',
    shift_jis: 'data.encoding.japanese',
    gb18030: 'data.encoding.chinese',
  },
}

/** Patterns that the server does not try by itself, because they can be read in two ways. */
const DATES: Record<string, string> = {
  'dd/MM/yyyy': '24/12/2025',
  'MM/dd/yyyy': '12/24/2025',
  'dd.MM.yyyy': '24.12.2025',
  'dd-MM-yyyy': '24-12-2025',
  'dd/MM/yyyy HH:mm': '24/12/2025 18:30',
  'MM/dd/yyyy HH:mm': '12/24/2025 18:30',
}

/** Rows that the form offers as the one with the names. */
const HEADER_ROWS = 15

/** What the select of an option shows as chosen. */
export function valueOf(chosen: FormatOptions, id: OptionId): string {
  const value = chosen[id]
  if (value === undefined) return AUTO
  if (value === 0 || (value === '' && id === 'thousands')) return NONE
  if (id === 'date' && !(String(value) in DATES)) return OTHER
  return String(value)
}

/** The options with one choice made; the others stay. */
export function withChoice(chosen: FormatOptions, id: OptionId, value: string): FormatOptions {
  const rest: FormatOptions = { ...chosen }
  delete rest[id]
  if (value === AUTO) return rest
  if (id === 'header_row') return { ...rest, header_row: value === NONE ? 0 : Number(value) }
  return { ...rest, [id]: value === NONE ? '' : value }
}

/** The choices of an option. The first leaves it to the server and tells what that found. */
export function choicesOf(id: OptionId, chosen: FormatOptions, used: FormatOptions): Option[] {
  const found = chosen[id] === undefined ? labelOf(id, used[id]) : ''
  const auto = {
    value: AUTO,
    label: found ? t('data.option.found', { value: found }) : t('data.option.auto'),
  }
  return [auto, ...fixedChoices(id, chosen)]
}

function fixedChoices(id: OptionId, chosen: FormatOptions): Option[] {
  if (id === 'header_row') {
    const rows = Array.from({ length: HEADER_ROWS }, (_, i) => i + 1)
    const own = chosen.header_row ?? 0
    if (own > HEADER_ROWS) rows.push(own)
    return [
      { value: NONE, label: t('data.header.none') },
      ...rows.map((n) => ({ value: String(n), label: t('data.header.row', { n }) })),
    ]
  }
  if (id === 'date') {
    const dates = Object.entries(DATES).map(([value, example]) => ({
      value,
      label: t('data.date.choice', { example, pattern: value }),
    }))
    return [...dates, { value: OTHER, label: t('data.date.other') }]
  }
  const known = CHOICES[id] ?? {}
  const own = chosen[id]
  const extra = own !== undefined && !(String(own) in known) ? [String(own)] : []
  return [...Object.keys(known), ...extra].map((value) => ({
    value: value === '' ? NONE : value,
    label: labelOf(id, value),
  }))
}

/** A value of an option in words; "" for one that is not known. */
export function labelOf(id: OptionId, value: string | number | undefined): string {
  if (value === undefined) return ''
  if (id === 'header_row') {
    return value === 0 ? t('data.header.none') : t('data.header.row', { n: value })
  }
  const key = CHOICES[id]?.[String(value)]
  return key ? t(key) : String(value)
}
