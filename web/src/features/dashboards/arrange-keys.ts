/** Keys of an arrangement. */
import { t } from '$lib/text'
import type { Action } from '$ui/actions.svelte'
import type { Arrangement } from './arrangement.svelte'
import type { Direction } from './layout'
import type { Placed } from './placed'

const WAYS: Direction[] = ['left', 'right', 'up', 'down']

/** Keys of the Klip that has the focus. */
export function arrangeKeys(arrangement: Arrangement, { id }: Placed): Action[] {
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

/** Keys while a Klip is in the hand. `show` scrolls to where it is. */
export function liftedKeys(arrangement: Arrangement, show: (id: string) => void): Action[] {
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
