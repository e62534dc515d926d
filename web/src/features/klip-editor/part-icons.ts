/** Pictures of components and parts in the tree and at the formula bar. */
import Calendar from '@lucide/svelte/icons/calendar'
import ChartColumn from '@lucide/svelte/icons/chart-column'
import ChartNoAxesCombined from '@lucide/svelte/icons/chart-no-axes-combined'
import Columns3 from '@lucide/svelte/icons/columns-3'
import Hash from '@lucide/svelte/icons/hash'
import Table2 from '@lucide/svelte/icons/table-2'
import ToggleLeft from '@lucide/svelte/icons/toggle-left'
import SlidersHorizontal from '@lucide/svelte/icons/sliders-horizontal'
import Type from '@lucide/svelte/icons/type'
import { formatOf, type KlipItem } from '$editor/index'
import type { IconPart } from '$ui/icon.svelte'

const BY_TYPE: Record<string, IconPart> = {
  chart: ChartNoAxesCombined,
  table: Table2,
  simple_value: Hash,
  input: SlidersHorizontal,
  chart_axis_x: Type,
  chart_axis_y: Hash,
  table_column: Columns3,
  label: Hash,
}

/** The picture of a record; series have their colour instead. */
export function iconOf(item: KlipItem): IconPart {
  if (item.kind === 'klip') return ChartColumn
  if (item.fields.type === 'chart_axis_x' && formatOf(item).as === 'date') return Calendar
  return BY_TYPE[item.fields.type] ?? Type
}

/** Pictures of the types of columns. */
export const COLUMN_ICON = {
  text: Type,
  number: Hash,
  date: Calendar,
  bool: ToggleLeft,
} as const satisfies Record<string, IconPart>
