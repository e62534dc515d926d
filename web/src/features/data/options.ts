/** How a file is read: which options a format has, and what can be chosen for each. */
import type { FormatOptions, Upload } from '$api/contract'
import { t } from '$lib/text'
import type { MessageKey } from '$lib/messages'
import type { Option } from '$ui/select-field.svelte'

export type OptionId = keyof FormatOptions

/** Value of a choice that leaves it to the server. */
export const AUTO = 'auto'
/** Value of the choice of no mark and of no header row. */
export const NONE = 'none'
/** Value of the choice that is typed. */
export const OTHER = 'other'

const NUMBERS: OptionId[] = ['decimal', 'thousands']
const WORDS: OptionId[] = ['date_order', 'null_words']

/** Options that are always shown, and those behind "More options". */
const OPTIONS: Record<string, { usual: OptionId[]; more: OptionId[] }> = {
  csv: {
    usual: ['delimiter', 'header_row', ...NUMBERS, 'date', 'encoding'],
    more: [
      'skip_rows',
      'skip_footer_rows',
      'comment',
      'quote',
      'escape',
      ...WORDS,
      'headers',
      'trim',
      'skip_empty_lines',
      'relax_column_count',
      'skip_lines_with_error',
    ],
  },
  xlsx: {
    usual: ['header_row', 'date', ...NUMBERS],
    more: ['sheets', 'range', ...WORDS, 'fill_merged', 'include_hidden'],
  },
  json: { usual: ['records', 'date', ...NUMBERS], more: WORDS },
  jsonl: { usual: ['date', ...NUMBERS], more: WORDS },
  xml: { usual: ['records', 'date', ...NUMBERS], more: WORDS },
  parquet: { usual: ['date'], more: WORDS },
  html: { usual: ['header_row', 'date', ...NUMBERS], more: ['sheets', ...WORDS] },
}

/** Options of a format that are always shown, in the order of the form. */
export function optionsOf(format: string): OptionId[] {
  return OPTIONS[format]?.usual ?? []
}

/** Options of a format that few files need. */
export function moreOptionsOf(format: string): OptionId[] {
  return OPTIONS[format]?.more ?? []
}

/** Switches by the value that they have without a choice. */
const SWITCHES: Partial<Record<OptionId, boolean>> = {
  trim: false,
  skip_empty_lines: true,
  relax_column_count: true,
  skip_lines_with_error: false,
  fill_merged: false,
  include_hidden: true,
}

const LISTS: OptionId[] = ['null_words', 'headers', 'sheets']
const COUNTS: OptionId[] = ['skip_rows', 'skip_footer_rows']

/** How an option is chosen. */
export function controlOf(id: OptionId): 'select' | 'switch' | 'text' {
  if (id in SWITCHES) return 'switch'
  const typed = [...LISTS, ...COUNTS, 'comment', 'range'].includes(id)
  return typed ? 'text' : 'select'
}

export function isOn(chosen: FormatOptions, id: OptionId): boolean {
  return Boolean(chosen[id] ?? SWITCHES[id])
}

/** The options with a switch set; one that is as without a choice is none. */
export function withSwitch(chosen: FormatOptions, id: OptionId, on: boolean): FormatOptions {
  const rest = without(chosen, id)
  return on === SWITCHES[id] ? rest : { ...rest, [id]: on }
}

/** What the field of a typed option shows. */
export function typedOf(chosen: FormatOptions, id: OptionId): string {
  const value = chosen[id]
  return Array.isArray(value) ? value.join(', ') : String(value ?? '')
}

/** The options with what was typed; nothing typed is no choice. */
export function withTyped(chosen: FormatOptions, id: OptionId, text: string): FormatOptions {
  const rest = without(chosen, id)
  const value = text.trim()
  if (value === '') return rest
  if (COUNTS.includes(id)) return { ...rest, [id]: Math.max(0, Math.round(Number(value)) || 0) }
  if (!LISTS.includes(id)) return { ...rest, [id]: value }
  const words = value.split(',').map((word) => word.trim())
  return { ...rest, [id]: id === 'headers' ? words : words.filter(Boolean) }
}

function without(chosen: FormatOptions, id: OptionId): FormatOptions {
  const rest = { ...chosen }
  delete rest[id]
  return rest
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
  quote: {
    '"': 'data.quote.double',
    "'": 'data.quote.single',
    none: 'data.mark.none',
  },
  escape: { '\\': 'data.escape.backslash' },
  date_order: { dmy: 'data.order.dmy', mdy: 'data.order.mdy' },
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
  const rest = without(chosen, id)
  if (value === AUTO) return rest
  if (id === 'quote') return { ...rest, quote: value }
  if (id === 'header_row') return { ...rest, header_row: value === NONE ? 0 : Number(value) }
  return { ...rest, [id]: value === NONE ? '' : value }
}

/** What no choice means where nothing is found out. */
const DEFAULTS: Partial<Record<OptionId, MessageKey>> = {
  quote: 'data.quote.double',
  escape: 'data.escape.doubled',
  date_order: 'data.order.none',
}

/** The choices of an option. The first leaves it to the server and tells what that found. */
export function choicesOf(id: OptionId, chosen: FormatOptions, used: FormatOptions): Option[] {
  const found = chosen[id] === undefined ? labelOf(id, used[id]) : ''
  const none = DEFAULTS[id] ? t(DEFAULTS[id]) : t('option.auto')
  const auto = {
    value: AUTO,
    label: found ? t('option.found', { value: found }) : none,
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

/** Lists of a file that could be its records; the first is the one that is taken by itself. */
export function recordChoices(paths: Upload['record_paths']): Option[] {
  const label = ({ path, rows }: Upload['record_paths'][number]) =>
    rows > 1 ? t('data.records.path', { path, n: rows }) : path || t('data.records.document')
  return [
    ...paths.map((one, i) => ({
      value: i === 0 ? AUTO : one.path || NONE,
      label: i === 0 ? t('option.found', { value: label(one) }) : label(one),
    })),
    { value: OTHER, label: t('data.records.other') },
  ]
}

/** What the select of the records shows as chosen. */
export function recordValue(chosen: FormatOptions, paths: Upload['record_paths']): string {
  const own = chosen.records
  if (own === undefined || own === paths[0]?.path) return AUTO
  if (own === '') return NONE
  return paths.some(({ path }) => path === own) ? own : OTHER
}

/** A value of an option in words; "" for one that is not known. */
export function labelOf(id: OptionId, value: FormatOptions[OptionId]): string {
  if (value === undefined) return ''
  if (id === 'header_row') {
    return value === 0 ? t('data.header.none') : t('data.header.row', { n: Number(value) })
  }
  const key = CHOICES[id]?.[String(value)]
  return key ? t(key) : String(value)
}
