/** How each cause for which clients need somebody looks. */
import type { LucideIcon } from '@lucide/svelte'
import CircleDashed from '@lucide/svelte/icons/circle-dashed'
import Clock from '@lucide/svelte/icons/clock'
import Gauge from '@lucide/svelte/icons/gauge'
import SlidersHorizontal from '@lucide/svelte/icons/sliders-horizontal'
import TriangleAlert from '@lucide/svelte/icons/triangle-alert'
import Upload from '@lucide/svelte/icons/upload'
import type { ClientNeed } from './contract'

export const NEED_LOOK: Record<
  ClientNeed['cause'],
  { tone: 'bad' | 'warn' | 'accent' | 'neutral'; icon: LucideIcon }
> = {
  stale: { tone: 'bad', icon: TriangleAlert },
  property: { tone: 'warn', icon: SlidersHorizontal },
  behind: { tone: 'accent', icon: Upload },
  trial_ending: { tone: 'warn', icon: Clock },
  trial_ended: { tone: 'warn', icon: Clock },
  near_limit: { tone: 'warn', icon: Gauge },
  setup: { tone: 'neutral', icon: CircleDashed },
}

/** Says whether a need counts things inside clients, so that the number of clients is news. */
export function isInside(cause: ClientNeed['cause']): cause is 'stale' | 'property' | 'behind' {
  return cause === 'stale' || cause === 'property' || cause === 'behind'
}
