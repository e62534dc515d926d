import type { GroupDefault } from '$api/contract'

/** How a dashboard comes into the bars of a group's people. */
export type Visibility = GroupDefault['visibility']

/** Strongest first. */
export const VISIBILITIES: Visibility[] = ['required', 'added', 'library']
