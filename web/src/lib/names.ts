import { number, t } from './text'

/** Names in a sentence, the rest a number: "Orders", "Orders and Targets", "Orders, Targets and 3 more". */
export function nameList(names: readonly string[], most = 3): string {
  const last = names.at(-1) ?? ''
  if (names.length <= 1) return last
  if (names.length <= Math.max(most, 2))
    return t('list.two', { first: names.slice(0, -1).join(', '), second: last })
  const shown = names.slice(0, most - 1).join(', ')
  return t('list.andMore', { names: shown, more: number(names.length - most + 1) })
}
