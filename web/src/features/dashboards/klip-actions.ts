/** What the menu of a Klip offers. Only what works for this Klip and this person is in it. */
import Copy from '@lucide/svelte/icons/copy'
import Expand from '@lucide/svelte/icons/expand'
import FileSpreadsheet from '@lucide/svelte/icons/file-spreadsheet'
import Image from '@lucide/svelte/icons/image'
import Pencil from '@lucide/svelte/icons/pencil'
import Shapes from '@lucide/svelte/icons/shapes'
import Table from '@lucide/svelte/icons/table'
import ChartColumn from '@lucide/svelte/icons/chart-column'
import X from '@lucide/svelte/icons/x'
import type { KlipResult, Size as Pixels } from '$draw/index'
import { look } from '$klip/index'
import { t } from '$lib/text'
import type { IconPart } from '$ui/icon.svelte'
import type { MenuItem } from '$ui/menu.svelte'
import { toast } from '$ui/toasts.svelte'
import type { View } from './pictures'

/** What a menu needs; actions that are absent are not offered. */
export interface KlipMenu {
  result: KlipResult | null
  view: View
  size: Pixels
  canDownload: boolean
  editHref: string | null
  onfull: () => void
  onview: (view: View) => void
  onremove: (() => void) | null
}

/** Menu of a Klip that is looked at. */
export function viewMenu(menu: KlipMenu): MenuItem[] {
  const { result, view } = menu
  const items: MenuItem[] = []
  if (result) {
    items.push({ label: t('dashboards.klip.open'), icon: Expand, keys: 'enter', run: menu.onfull })
    if (result.components.some((component) => component.chart)) {
      const table = view === 'table'
      items.push({
        label: t(table ? 'dashboards.klip.asPicture' : 'dashboards.klip.asTable'),
        icon: table ? ChartColumn : Table,
        keys: 't',
        run: () => menu.onview(table ? 'picture' : 'table'),
      })
    }
    const value = result.components.find((component) => component.value)?.value?.primary.text
    if (value) {
      items.push({ label: t('dashboards.klip.copyValue'), icon: Copy, run: () => void copy(value) })
    }
    if (menu.canDownload) items.push(...downloads(result, menu))
  }
  const change: MenuItem[] = []
  if (menu.editHref) {
    change.push({ label: t('dashboards.klip.edit'), icon: Pencil, href: menu.editHref })
  }
  if (menu.onremove) {
    change.push({ label: t('dashboards.klip.remove'), icon: X, run: menu.onremove })
  }
  return [...items, ...change.map((item, i) => ({ ...item, line: i === 0 && items.length > 0 }))]
}

type Ending = 'png' | 'svg' | 'csv'

function downloads(result: KlipResult, menu: KlipMenu): MenuItem[] {
  const item = (ending: Ending, label: string, icon: IconPart): MenuItem => ({
    label,
    icon,
    line: ending === 'png',
    run: () => void save(result, menu, ending),
  })
  return [
    item('png', t('dashboards.klip.png'), Image),
    item('svg', t('dashboards.klip.svg'), Shapes),
    item('csv', t('dashboards.klip.csv'), FileSpreadsheet),
  ]
}

async function save(result: KlipResult, { size, view }: KlipMenu, ending: Ending): Promise<void> {
  const { csvText, download, fileName, klipScene, pngFile, svgText } = await import('./pictures')
  const scene = () => klipScene(result, size, view, look.theme)
  const text = (content: string, type: string) => new Blob([content], { type })
  const files = {
    png: () => pngFile(scene()),
    svg: () => text(svgText(scene()), 'image/svg+xml'),
    // The mark at the start tells spreadsheets that the text is UTF-8.
    csv: () => text('\ufeff' + csvText(result), 'text/csv;charset=utf-8'),
  }
  download(await files[ending](), fileName(result.title, ending))
}

async function copy(text: string): Promise<void> {
  await navigator.clipboard.writeText(text)
  toast({ text: t('dashboards.klip.copied', { text }) })
}
