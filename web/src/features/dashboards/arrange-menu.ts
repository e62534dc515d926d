import Move from '@lucide/svelte/icons/move'
import X from '@lucide/svelte/icons/x'
import { t } from '$lib/text'
import type { MenuItem } from '$ui/menu.svelte'
import type { Arrangement } from './arrangement.svelte'
import type { Size } from './layout'
import type { Placed } from './placed'

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
