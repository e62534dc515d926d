/**
 * Which step of a tour is under way in this tab, and which of its marks were closed. It outlives a full load
 * of the page and ends with the tab.
 */
const STORE = 'octavo.tour'

export interface CoachRun {
  step: string
  /** "Step 2 of 3", as numbers. */
  at: number
  of: number
  /** Slug of the account that the tour is of. */
  home: string
  /** What the step is about. */
  client: { slug: string; name: string }
  property: string
  closed: string[]
}

function stored(): CoachRun | null {
  try {
    return JSON.parse(sessionStorage.getItem(STORE) ?? 'null') as CoachRun | null
  } catch {
    return null
  }
}

let current: CoachRun | null = $state.raw(typeof sessionStorage === 'undefined' ? null : stored())

function set(run: CoachRun | null) {
  current = run
  if (run) sessionStorage.setItem(STORE, JSON.stringify(run))
  else sessionStorage.removeItem(STORE)
}

/** The step under way, or null. */
export function coachRun(): CoachRun | null {
  return current
}

/** Begins a step: its marks show again, also those that were closed before. */
export function startCoach(run: Omit<CoachRun, 'closed'>): void {
  set({ ...run, closed: [] })
}

/** Closes one mark of the step under way. */
export function closeCoachMark(id: string): void {
  if (current) set({ ...current, closed: [...current.closed, id] })
}

/** Ends the step under way. */
export function endCoach(): void {
  set(null)
}
