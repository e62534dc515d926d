/** The height that a dashboard would give a Klip (UX §7 and §9). */
import type { KlipResult } from '$api/contract'

/** Steps of the dashboard grid, in pixels. */
const STEP = 24
const GAP = 16
/** Rows that a table shows before it scrolls. */
const TABLE_ROWS = 20
/** Height of a table's row in pixels, and of what stands round the rows. */
const ROW = 32
const TABLE_AROUND = 110

const STEPS: Record<string, number> = { simple_value: 6, input: 5, chart: 13 }

/** Pixels for components of these types; phones draw charts in a 4:3 box. */
export function heightOf(
  types: readonly string[],
  result: KlipResult | null,
  phone: boolean,
): number {
  const steps = types.reduce((sum, type, i) => sum + stepsOf(type, result, i, phone), 0)
  return Math.max(1, steps) * STEP - GAP
}

function stepsOf(type: string, result: KlipResult | null, i: number, phone: boolean): number {
  if (type === 'table') {
    const rows = Math.min(TABLE_ROWS, result?.components[i]?.table?.rows ?? 8)
    return Math.max(8, Math.ceil((rows * ROW + TABLE_AROUND) / STEP))
  }
  return (STEPS[type] ?? 13) + (type === 'chart' && phone ? -1 : 0)
}
