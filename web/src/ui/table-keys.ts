import { t } from '$lib/text'
import type { Action } from './actions.svelte'

/** What the keys of a list do; the last four are about the row that keys were on last. */
export interface ListKeys {
  move: (step: number) => void
  open?: (() => void) | undefined
  peek?: (() => void) | undefined
  /** Chooses the row, or all rows up to it. */
  select?: ((range: boolean) => void) | undefined
}

/** The actions of a list, for the keys J, K, arrows, Enter, Space, X and Shift X. */
export function listActions({ move, open, peek, select }: ListKeys): Action[] {
  const action = (id: string, label: string, keys: string, run: () => void): Action => ({
    id,
    label,
    keys,
    group: 'list',
    keysOnly: true,
    run,
  })
  const list: Action[] = [
    { ...action('row-next', t('list.next'), 'j', () => move(1)), alsoKeys: ['arrowdown'] },
    { ...action('row-previous', t('list.previous'), 'k', () => move(-1)), alsoKeys: ['arrowup'] },
  ]
  if (open) list.push(action('row-open', t('list.open'), 'enter', open))
  if (peek) list.push(action('row-peek', t('list.peek'), 'space', peek))
  if (select) {
    list.push(action('row-select', t('list.select'), 'x', () => select(false)))
    list.push(action('row-range', t('list.select'), 'shift+x', () => select(true)))
  }
  return list
}
