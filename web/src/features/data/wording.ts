/** How facts about data sources are put into words and pictures. */
import Braces from '@lucide/svelte/icons/braces'
import Calendar from '@lucide/svelte/icons/calendar'
import CodeXml from '@lucide/svelte/icons/code-xml'
import Columns3 from '@lucide/svelte/icons/columns-3'
import Database from '@lucide/svelte/icons/database'
import FileSpreadsheet from '@lucide/svelte/icons/file-spreadsheet'
import FileText from '@lucide/svelte/icons/file-text'
import FolderArchive from '@lucide/svelte/icons/folder-archive'
import Globe from '@lucide/svelte/icons/globe'
import Hash from '@lucide/svelte/icons/hash'
import ToggleLeft from '@lucide/svelte/icons/toggle-left'
import Type from '@lucide/svelte/icons/type'
import type { SheetPreview, Source } from '$api/contract'
import { ago } from '$lib/dates'
import { t } from '$lib/text'
import type { IconPart } from '$ui/icon.svelte'

export type Column = SheetPreview['columns'][number]

/** What may be chosen in a file dialog. */
export const ACCEPT =
  '.csv,.tsv,.tab,.txt,.xlsx,.xlsm,.json,.jsonl,.ndjson,.geojson,.xml,.rss,.atom,.html,.htm,.parquet,.gz,.zip'

const FORMAT_ICON: Record<string, IconPart> = {
  csv: FileText,
  xlsx: FileSpreadsheet,
  json: Braces,
  jsonl: Braces,
  xml: CodeXml,
  html: Globe,
  parquet: Columns3,
  zip: FolderArchive,
}

export function formatIcon(format: string): IconPart {
  return FORMAT_ICON[format] ?? Database
}

export const TYPE_ICON: Record<Column['type'], IconPart> = {
  text: Type,
  number: Hash,
  bool: ToggleLeft,
  date: Calendar,
}

/** Where an imported source came from; null for others. */
export function originName(source: Pick<Source, 'origin'>): string | null {
  if (!source.origin) return null
  return source.origin.account?.name ?? t('data.yourAgency')
}

/** Rows and columns of a table in words. */
export function shapeText(rows: number, columns: number): string {
  return `${t('data.rows', { n: rows })}, ${t('data.columns', { n: columns })}`
}

/** "12 of 8,412 are not numbers"; "" when all cells are of the type. */
export function misfitText(column: Column, rows: number): string {
  if (column.misfit === 0 || column.type === 'text') return ''
  return t(`data.misfit.${column.type}`, { n: column.misfit, all: rows })
}

/** "3 of 8,412 are blank"; "" when none is. */
export function blankText(column: Column, rows: number): string {
  if (column.blank === 0) return ''
  if (column.blank >= rows) return t('data.blank.all')
  return t('data.blank', { n: column.blank, all: rows })
}

/** Type of a column, with the pattern of dates. */
export function typeText(column: Column): string {
  const type = t(`data.type.${column.type}`)
  return column.pattern ? t('data.typePattern', { type, pattern: column.pattern }) : type
}

/** All that is known of a column: type, pattern, misfits, blanks. */
export function columnAbout(column: Column, rows: number): string {
  const parts = [typeText(column), misfitText(column, rows), blankText(column, rows)]
  return parts.filter(Boolean).join('. ')
}

/** Parts of a column, 0 to 1: cells of the type, cells that are not, and the rest is blank. */
export function fillOf(column: Column, rows: number): { fit: number; misfit: number } {
  if (rows <= 0) return { fit: 0, misfit: 0 }
  const misfit = column.misfit / rows
  return { fit: Math.max(0, 1 - column.blank / rows - misfit), misfit }
}

const MINUTE = 60_000
const DAY = 24 * 60 * MINUTE

/** When data came, within a sentence: "just now", "12 min ago", "8 Sep". */
export function since(iso: string, now: number): string {
  const age = now - Date.parse(iso)
  if (age < MINUTE) return t('data.justNow')
  const text = ago(iso, now)
  return age < DAY ? t('data.agoText', { ago: text }) : text
}

type Tone = 'good' | 'off' | 'warn' | 'bad' | 'accent'

/** A dot and a word for the state of a data source. */
export function stateMark(state: Source['state']): { tone: Tone; label: string } {
  switch (state) {
    case 'fresh':
      return { tone: 'good', label: t('data.state.fresh') }
    case 'stale':
      return { tone: 'warn', label: t('data.state.stale') }
    case 'loading':
      return { tone: 'accent', label: t('data.state.loading') }
    case 'failing':
      return { tone: 'warn', label: t('data.state.failing') }
    case 'disabled':
      return { tone: 'bad', label: t('data.state.disabled') }
    case 'off':
      return { tone: 'off', label: t('data.state.off') }
    case 'no_data':
      return { tone: 'off', label: t('data.state.no_data') }
  }
}
