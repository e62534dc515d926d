/** What the menu of a Klip offers. Only what works for this Klip and this person is in it. */
import Copy from '@lucide/svelte/icons/copy'
import Expand from '@lucide/svelte/icons/expand'
import FileSpreadsheet from '@lucide/svelte/icons/file-spreadsheet'
import Image from '@lucide/svelte/icons/image'
import Move from '@lucide/svelte/icons/move'
import Pencil from '@lucide/svelte/icons/pencil'
import Shapes from '@lucide/svelte/icons/shapes'
import Table from '@lucide/svelte/icons/table'
import ChartColumn from '@lucide/svelte/icons/chart-column'
import X from '@lucide/svelte/icons/x'
import type { KlipResult, Size as Pixels } from '$draw/index'
import { look } from '$klip/index'
import { t } from '$lib/text'
import type { MenuItem } from '$ui/menu.svelte'
import { toast } from '$ui/toasts.svelte'
import type { Arrangement } from './arrangement.svelte'
import type { Placed } from './placed'
import type { Size } from './layout'
import { csvText, download, fileName, klipScene, pngFile, svgText, type View } from './pictures'

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

function downloads(result: KlipResult, { size, view }: KlipMenu): MenuItem[] {
  const scene = () => klipScene(result, size, view, look.theme, look.locale)
  const save = (file: Blob, ending: string) => download(file, fileName(result.title, ending))
  const text = (content: string, type: string) => new Blob([content], { type })
  return [
    {
      label: t('dashboards.klip.png'),
      icon: Image,
      line: true,
      run: () => void pngFile(scene()).then((file) => save(file, 'png')),
    },
    {
      label: t('dashboards.klip.svg'),
      icon: Shapes,
      run: () => save(text(svgText(scene()), 'image/svg+xml'), 'svg'),
    },
    {
      label: t('dashboards.klip.csv'),
      icon: FileSpreadsheet,
      run: () =>
        save(text('\ufeff' + csvText(result, look.locale), 'text/csv;charset=utf-8'), 'csv'),
    },
  ]
}

async function copy(text: string): Promise<void> {
  await navigator.clipboard.writeText(text)
  toast({ text: t('dashboards.klip.copied', { text }) })
}

const WIDTHS = [3, 4, 6, 8, 12]
/** Steps by which the menu changes a height. */
const TALLER = 2

/** Menu of a Klip that is arranged: all that dragging can do. */
export function arrangeMenu(
  arrangement: Arrangement,
  placed: Placed,
  least: Size,
  onmove: () => void,
): MenuItem[] {
  const { id, w, h } = placed
  return [
    { label: t('dashboards.edit.menuMove'), icon: Move, run: onmove },
    { label: t('dashboards.edit.width'), line: true },
    ...WIDTHS.map((n) => ({
      label: t('dashboards.edit.columns', { n }),
      checked: n === w,
      disabled: n < least.w,
      run: () => arrangement.resizeTo(id, { w: n }),
    })),
    { label: t('dashboards.edit.height'), line: true },
    {
      label: t('dashboards.edit.auto'),
      checked: placed.auto,
      run: () => arrangement.autoHeight(id),
    },
    {
      label: t('dashboards.edit.taller'),
      run: () => arrangement.resizeTo(id, { h: h + TALLER }),
    },
    {
      label: t('dashboards.edit.shorter'),
      disabled: h <= least.h,
      run: () => arrangement.resizeTo(id, { h: Math.max(least.h, h - TALLER) }),
    },
    {
      label: t('dashboards.klip.remove'),
      icon: X,
      line: true,
      run: () => arrangement.remove(id),
    },
  ]
}
