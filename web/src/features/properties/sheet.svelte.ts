/* eslint-disable svelte/prefer-svelte-reactivity -- maps here are replaced as a whole and never changed */
/** The grid as a document: what the server has, what is typed over it, and the way back. */
import type { PropertyCell, PropertyDeclaration, PropertyRow, PropertyType } from '$api/contract'
import { valueProblem } from './values'

/** A column: declared by the agency, or a name that some client has. */
export interface GridColumn {
  name: string
  declared: PropertyDeclaration | null
}

/** A new text for one cell. */
export interface Change {
  client: string
  name: string
  value: string
}

/** A cell as it is shown. */
export interface Shown {
  text: string
  type: PropertyType
  given: boolean
  changed: boolean
  locked: boolean
  /** Empty, and every client needs it. */
  lacking: boolean
  /** Why it cannot be saved. */
  problem: string | null
}

type Drafts = ReadonlyMap<string, Change>

const NONE: Drafts = new Map()

/** Steps that can be taken back. */
const STEPS = 200

export const cellKey = (client: string, name: string) => `${client}\u0000${name}`

export class Sheet {
  rows: PropertyRow[] = $state.raw([])
  columns: GridColumn[] = $state.raw([])
  drafts: Drafts = $state.raw(NONE)
  /** What the server said of cells at the last try to save, by key. */
  refused: ReadonlyMap<string, string> = $state.raw(new Map())
  #past: Drafts[] = $state.raw([])
  #future: Drafts[] = $state.raw([])
  readonly #cells = $derived(
    new Map(
      this.rows.flatMap((row) =>
        row.cells.map((cell) => [cellKey(row.client, cell.name), cell] as const),
      ),
    ),
  )
  readonly #declared = $derived(
    new Map(this.columns.map((column) => [column.name, column.declared] as const)),
  )
  readonly canUndo = $derived(this.#past.length > 0)
  readonly canRedo = $derived(this.#future.length > 0)
  readonly changes = $derived(this.drafts.size)

  /** The cell that the server has, if any. */
  cell(client: string, name: string): PropertyCell | undefined {
    return this.#cells.get(cellKey(client, name))
  }

  show(client: string, name: string): Shown {
    const key = cellKey(client, name)
    const cell = this.#cells.get(key)
    const draft = this.drafts.get(key)
    const declared = this.#declared.get(name) ?? null
    const type = declared?.type ?? cell?.type ?? 'text'
    const text = draft?.value ?? cell?.value ?? ''
    const given = draft ? draft.value.trim() !== '' : (cell?.given ?? false)
    const problem =
      this.refused.get(key) ?? (type === 'secret' && !draft ? null : valueProblem(type, text))
    return {
      text,
      type,
      given,
      changed: draft !== undefined,
      locked: cell?.locked ?? false,
      lacking: !given && (declared?.required ?? false),
      problem,
    }
  }

  /** Cells that cannot be saved as they are. */
  readonly problems = $derived(
    [...this.drafts.values()].filter((draft) => this.show(draft.client, draft.name).problem).length,
  )

  /** Types over cells, as one step that can be taken back. */
  set(changes: Change[]): void {
    const next = new Map(this.drafts)
    for (const change of changes) {
      const key = cellKey(change.client, change.name)
      const cell = this.#cells.get(key)
      const same =
        cell?.type === 'secret'
          ? change.value === '' && !cell.given
          : change.value.trim() === (cell?.value ?? '')
      if (same) next.delete(key)
      else next.set(key, change)
    }
    if (!differ(next, this.drafts)) return
    this.#past = [...this.#past.slice(-STEPS), this.drafts]
    this.#future = []
    this.#put(next)
  }

  undo(): void {
    const last = this.#past.at(-1)
    if (!last) return
    this.#past = this.#past.slice(0, -1)
    this.#future = [...this.#future, this.drafts]
    this.#put(last)
  }

  redo(): void {
    const next = this.#future.at(-1)
    if (!next) return
    this.#future = this.#future.slice(0, -1)
    this.#past = [...this.#past, this.drafts]
    this.#put(next)
  }

  /** Forgets all that is not saved. It can be taken back. */
  discard(): void {
    this.set(
      [...this.drafts.values()].map((draft) => ({
        ...draft,
        value: this.cell(draft.client, draft.name)?.value ?? '',
      })),
    )
    if (this.drafts.size > 0) this.#put(NONE)
  }

  /** What saving sends: each cell with the version that it is typed over. */
  toSave(): (Change & { version: number })[] {
    return [...this.drafts.values()].map((draft) => ({
      ...draft,
      version: this.cell(draft.client, draft.name)?.version ?? 0,
    }))
  }

  /** Takes the saved cells over; what was typed before is no way back any more. */
  saved(cells: (PropertyCell & { client: string })[]): void {
    const byClient = new Map<string, PropertyCell[]>()
    for (const { client, ...cell } of cells) {
      byClient.set(client, [...(byClient.get(client) ?? []), cell])
    }
    this.rows = this.rows.map((row) => {
      const changed = byClient.get(row.client)
      if (!changed) return row
      const names = new Set(changed.map((cell) => cell.name))
      return { ...row, cells: [...row.cells.filter((cell) => !names.has(cell.name)), ...changed] }
    })
    this.#past = []
    this.#future = []
    this.#put(NONE)
  }

  #put(drafts: Drafts): void {
    this.drafts = drafts
    this.refused = new Map()
  }
}

function differ(a: Drafts, b: Drafts): boolean {
  if (a.size !== b.size) return true
  for (const [key, change] of a) if (b.get(key)?.value !== change.value) return true
  return false
}
