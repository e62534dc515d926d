/** Keys of the grid: walking through Klips, and moving the one in the hand. */
import { t } from '$lib/text'
import type { Action } from '$ui/actions.svelte'
import type { Arrangement } from './arrangement.svelte'
import type { Placed } from './placed'
import { neighbour, type Direction } from './layout'

export interface GridKeys {
  boxes: readonly Placed[]
  arrangement: Arrangement | null
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
  const { focused, arrangement, own } = grid
  if (arrangement && arrangement.lifted && !arrangement.offset)
    return liftedKeys(arrangement, grid.show)
  if (!focused) return []
  const actions: Action[] = []
  if (own) {
    actions.push(...walkKeys(grid, focused))
    if (arrangement) actions.push(...arrangeKeys(arrangement, focused))
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

function arrangeKeys(arrangement: Arrangement, { id }: Placed): Action[] {
  return [
    {
      id: 'lift',
      label: t('dashboards.edit.move'),
      group: 'list',
      keys: 'm',
      run: () => arrangement.lift(id, 'keys'),
    },
    {
      id: 'remove',
      label: t('dashboards.klip.remove'),
      group: 'list',
      keys: 'delete',
      alsoKeys: ['backspace'],
      run: () => arrangement.remove(id),
    },
    ...WAYS.map((way) => ({
      id: `grow-${way}`,
      label: t('dashboards.change.resize'),
      group: 'list' as const,
      keys: `shift+arrow${way}`,
      keysOnly: true,
      run: () => {
        arrangement.lift(id, 'keys')
        arrangement.grow(way)
      },
    })),
  ]
}

function liftedKeys(arrangement: Arrangement, show: GridKeys['show']): Action[] {
  const id = arrangement.lifted
  const key = (keys: string, label: string, run: () => void): Action => ({
    id: `lifted-${keys}`,
    label,
    group: 'list',
    keys,
    keysOnly: true,
    run: () => {
      run()
      show(id)
    },
  })
  const move = t('dashboards.edit.move')
  const size = t('dashboards.change.resize')
  return [
    ...WAYS.map((way) => key(`arrow${way}`, move, () => arrangement.step(way))),
    ...WAYS.map((way) => key(`shift+arrow${way}`, size, () => arrangement.grow(way))),
    key('enter', move, () => arrangement.drop()),
    key('escape', move, () => arrangement.cancel()),
  ]
}
