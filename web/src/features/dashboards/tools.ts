/** The part of the feature that is loaded when somebody arranges a dashboard. */
export type ArrangeTools = typeof import('./arranging')
