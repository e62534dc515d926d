/** Shows Klips: scenes as SVG or canvas, tables and values as HTML. */
export { default as ChartView } from './ChartView.svelte'
export { default as KlipView } from './KlipView.svelte'
export { look } from './look.svelte'
export { watchSize } from './resize'
export type { Freshness, KlipState, Shape } from './state'
export { default as TableView } from './TableView.svelte'
export { tooltip } from './tooltip.svelte'
export { default as ValueView } from './ValueView.svelte'
