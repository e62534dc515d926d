/** What an update reaches, counted from what the list shows. */
import type { Instance, InstanceList } from '$api/contract'

/** Instances that the same reason keeps from an update. */
export interface Blocked {
  block: Instance['block']
  /** Names of the data sources concerned. */
  names: string[]
  clients: string[]
}

export interface Reach {
  /** Instances that an update does not leave out. */
  clients: number
  /** Of these, instances that it changes: behind the template or edited. */
  changes: number
  /** Of these, instances whose own edits it overwrites. */
  overwritten: number
  blocked: Blocked[]
  /** Nothing stands in the way, apart from blocked instances that are left out. */
  possible: boolean
}

/** Counts what an update of the list does; blocked instances are gathered by cause. */
export function reachOf(list: Pick<InstanceList, 'items' | 'hidden'>): Reach {
  const open = list.items.filter((one) => one.state !== 'blocked')
  const changes = open.filter((one) => one.state === 'behind' || one.edited)
  const causes = new Map<string, Blocked>()
  for (const one of list.items) {
    if (one.state !== 'blocked') continue
    const cause = `${one.block} ${one.blocked_by.join('\n')}`
    const found = causes.get(cause)
    if (found) found.clients.push(one.client.name)
    else {
      causes.set(cause, {
        block: one.block,
        names: one.blocked_by,
        clients: [one.client.name],
      })
    }
  }
  return {
    clients: open.length,
    changes: changes.length,
    overwritten: open.filter((one) => one.edited).length,
    blocked: [...causes.values()],
    possible: changes.length > 0 && list.hidden === 0,
  }
}
