/** What the head of a viewer's page shows. */
import type { BarItem } from '$api/contract'

/** More tabs than this become a menu. */
export const MOST_TABS = 7

interface Entry {
  id: string
  title: string
  favourite: boolean
}

/**
 * Tabs are the open dashboards; `all` is everything that the person may see, open ones first. Where nothing
 * was made open, by a group or by the person, everything is a tab.
 */
export function viewerTabs(
  bar: readonly BarItem[] | undefined,
  library: readonly { id: string; title: string }[] | undefined,
): { tabs: Entry[]; all: Entry[] } {
  const items = bar ?? []
  const entry = ({ id, title }: { id: string; title: string }): Entry => ({
    id,
    title,
    favourite: items.some((item) => item.id === id && item.favourite),
  })
  const open = items.filter((item) => item.open).map(entry)
  const rest = [...items.filter((item) => !item.open), ...(library ?? [])].map(entry)
  const all = [...open]
  for (const item of rest) if (!all.some((one) => one.id === item.id)) all.push(item)
  return { tabs: open.length > 0 || !bar ? open : all, all }
}
