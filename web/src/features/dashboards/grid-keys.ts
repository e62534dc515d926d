/** Keys of the grid: walking through Klips, and moving the one in the hand. */
import { t } from '$lib/text'
import type { Action } from '$ui/actions.svelte'
import type { Arrangement } from './arrangement.svelte'
import type { ArrangeTools } from './tools'
import type { Placed } from './placed'
import { neighbour, type Direction } from './layout'

export interface GridKeys {
  boxes: readonly Placed[]
  arrangement: Arrangement | null
  /** Loaded with the arrangement. */
  tools: ArrangeTools | null
  focused: Placed | null
  /** The focus is on the Klip itself, not on something in it. */
  own: boolean
  go: (id: string) => void
  full: (placed: Placed) => void
  table: (placed: Placed) => void
  hasTable: (placed: Placed) => boolean
  menu: (placed: Placed) => void
  /** Scrolls to where a Klip is now. */
  show: (id: string) => void
}

const WAYS: Direction[] = ['left', 'right', 'up', 'down']

/** The actions for what has the focus now. */
export function gridKeys(grid: GridKeys): Action[] {
  const { focused, arrangement, tools, own } = grid
  if (arrangement?.lifted && tools && !arrangement.offset) {
    return tools.liftedKeys(arrangement, grid.show)
  }
  if (!focused) return []
  const actions: Action[] = []
  if (own) {
    actions.push(...walkKeys(grid, focused))
    if (arrangement && tools) actions.push(...tools.arrangeKeys(arrangement, focused))
    else {
      actions.push({
        id: 'klip-full',
        label: t('dashboards.klip.open'),
        group: 'list',
        keys: 'enter',
        keysOnly: true,
        run: () => grid.full(focused),
      })
    }
  }
  if (!arrangement && grid.hasTable(focused)) {
    actions.push({
      id: 'klip-table',
      label: t('dashboards.klip.asTable'),
      group: 'list',
      keys: 't',
      run: () => grid.table(focused),
    })
  }
  actions.push({
    id: 'klip-menu',
    label: t('dashboards.klip.openMenu'),
    group: 'list',
    keys: '.',
    keysOnly: true,
    run: () => grid.menu(focused),
  })
  return actions
}

function walkKeys({ boxes, go }: GridKeys, focused: Placed): Action[] {
  return WAYS.map((way) => ({
    id: `walk-${way}`,
    label: t('dashboards.klip.walk'),
    group: 'list' as const,
    keys: `arrow${way}`,
    keysOnly: true,
    run: () => {
      const next = neighbour(boxes, focused.id, way)
      if (next) go(next.id)
    },
  }))
}
