/** What a person does with the own open dashboards: the same in the side list, on a dashboard and in lists. */
import ArrowDown from '@lucide/svelte/icons/arrow-down'
import ArrowUp from '@lucide/svelte/icons/arrow-up'
import House from '@lucide/svelte/icons/house'
import Star from '@lucide/svelte/icons/star'
import StarOff from '@lucide/svelte/icons/star-off'
import X from '@lucide/svelte/icons/x'
import { useCache } from '$api/cache'
import type { Account } from '$api/account'
import {
  barKeys,
  closeDashboard,
  openDashboard,
  orderBar,
  setFavourite,
  setHome,
  useBar,
} from '$api/bar'
import type { BarItem } from '$api/contract'
import { t } from '$lib/text'
import type { MenuItem } from '$ui/menu.svelte'
import { toast } from '$ui/toasts.svelte'

/** A dashboard as far as these actions need it. */
type Named = Pick<BarItem, 'id' | 'title'>

/** Favourites first, then what is open otherwise, each in the person's order. */
export function sideOrder(items: readonly BarItem[]): BarItem[] {
  return [...items.filter((i) => i.favourite), ...items.filter((i) => i.open && !i.favourite)]
}

/** The list with one item moved by a step; the same list where it cannot go. */
export function moved<T>(list: readonly T[], from: number, step: number): readonly T[] {
  const to = from + step
  if (from < 0 || to < 0 || to >= list.length || step === 0) return list
  const rest = list.filter((_, i) => i !== from)
  return [...rest.slice(0, to), ...list.slice(from, from + 1), ...rest.slice(to)]
}

/** The person's bar with everything that can be done with it. */
export class BarActions {
  #account: Account
  #queries = useCache()
  #bar: ReturnType<typeof useBar>
  /** Why the last action did not work. */
  failure: unknown = $state(null)
  /** What was moved, for screen readers. */
  said = $state('')

  constructor(account: Account) {
    this.#account = account
    this.#bar = useBar(() => account.slug)
  }

  /** Open dashboards and favourites; undefined while they load. */
  get items(): BarItem[] | undefined {
    return this.#bar.data?.items
  }

  get mayArrange(): boolean {
    return this.#account.can('dashboard.tab')
  }

  find(id: string): BarItem | undefined {
    return this.items?.find((item) => item.id === id)
  }

  open(item: Named) {
    return this.#do(openDashboard(this.#account.slug, item.id), 'bar.opened', item)
  }

  close(item: Named) {
    return this.#do(closeDashboard(this.#account.slug, item.id), 'bar.closed', item)
  }

  favourite(item: Named, on: boolean) {
    return this.#do(setFavourite(this.#account.slug, item.id, on), null, item)
  }

  home(item: Named, on: boolean) {
    return this.#do(setHome(this.#account.slug, item.id, on), on ? 'bar.homeSet' : null, item)
  }

  /** Moves an open dashboard in the side list by a step. */
  move(item: BarItem, step: number) {
    const list = sideOrder(this.items ?? []).filter((i) => i.open)
    const at = list.findIndex((i) => i.id === item.id)
    return this.place(item, moved(list, at, step))
  }

  /** Puts the open dashboards into an order in which `item` has a new place. */
  async place(item: BarItem, order: readonly BarItem[]) {
    const n = order.findIndex((i) => i.id === item.id) + 1
    if (n === 0) return
    this.failure = null
    try {
      const ids = order.map((i) => i.id)
      await orderBar(this.#queries, this.#account.slug, ids)
      this.said = t('bar.moved', { title: item.title, n, all: order.length })
    } catch (error) {
      this.failure = error
    }
  }

  /** Rows of a menu for one dashboard. */
  menu(item: Named): MenuItem[] {
    const known = this.find(item.id)
    const rows: MenuItem[] = [
      known?.favourite
        ? {
            label: t('bar.unfavourite'),
            icon: StarOff,
            run: () => void this.favourite(item, false),
          }
        : { label: t('bar.favourite'), icon: Star, run: () => void this.favourite(item, true) },
      known?.home
        ? { label: t('bar.unhome'), icon: House, run: () => void this.home(item, false) }
        : { label: t('bar.home'), icon: House, run: () => void this.home(item, true) },
    ]
    if (known?.open && this.mayArrange) {
      rows.push(
        known.why === 'required'
          ? {
              label: t('bar.close'),
              hint: t('bar.required'),
              icon: X,
              disabled: true,
              run: () => {},
            }
          : { label: t('bar.close'), icon: X, run: () => void this.close(item) },
      )
    }
    return rows
  }

  /** The menu of the side list, which moves things as well. */
  sideMenu(item: BarItem): MenuItem[] {
    if (!item.open || !this.mayArrange) return this.menu(item)
    const list = sideOrder(this.items ?? []).filter((i) => i.open)
    const at = list.findIndex((i) => i.id === item.id)
    const [favourite, home, ...rest] = this.menu(item)
    return [
      ...[favourite, home].flatMap((row) => row ?? []),
      {
        label: t('bar.up'),
        icon: ArrowUp,
        disabled: at <= 0,
        line: true,
        run: () => void this.move(item, -1),
      },
      {
        label: t('bar.down'),
        icon: ArrowDown,
        disabled: at === list.length - 1,
        run: () => void this.move(item, 1),
      },
      ...rest.map((row, i) => ({ ...row, line: i === 0 })),
    ]
  }

  async #do(
    call: Promise<void>,
    done: 'bar.opened' | 'bar.closed' | 'bar.homeSet' | null,
    { title }: Named,
  ): Promise<boolean> {
    this.failure = null
    try {
      await call
      await this.#queries.invalidateQueries({ queryKey: barKeys.all(this.#account.slug) })
      if (done) toast({ text: t(done, { title }) })
      return true
    } catch (error) {
      this.failure = error
      return false
    }
  }
}
