/** The list of drawable components: a new one is a file beside this and a line here. */
import type { Locale } from '../locale'
import type { ComponentResult } from '../result'
import type { Scene, Size } from '../scene'
import type { Theme } from '../theme'
import { drawChart } from './chart'
import { drawInput } from './input'
import { drawTable } from './table'
import { drawValue } from './value'

/** What the caller does itself. */
export interface DrawOptions {
  /** `outside` leaves a legend at the top to the caller, as `scene.legend`. */
  legend?: 'inside' | 'outside'
  /** Title of the Klip, so that a value does not repeat it. */
  title?: string
}

/** Draws one component. */
export type Drawer = (
  component: ComponentResult,
  size: Size,
  theme: Theme,
  locale: Locale,
  options?: DrawOptions,
) => Scene

const DRAWERS: Record<ComponentResult['type'], Drawer> = {
  chart: drawChart,
  input: drawInput,
  simple_value: drawValue,
  table: drawTable,
}

/** The scene of a component result. Pure: the same input gives the same scene everywhere. */
export const drawComponent: Drawer = (component, size, theme, locale, options) =>
  DRAWERS[component.type](component, size, theme, locale, options)
