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
  /** Takes a stored secret away. Without it an empty text says nothing about a secret, which is never shown. */
  clear?: boolean
}

/** What is typed over a cell, with the version that the cell had then. */
interface Draft extends Change {
  version: number
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

/** A cell as it is sent to be saved. */
export type SentCell = Omit<Draft, 'clear'>

type Drafts = ReadonlyMap<string, Draft>

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

  typeOf(client: string, name: string): PropertyType {
    return this.#declared.get(name)?.type ?? this.cell(client, name)?.type ?? 'text'
  }

  show(client: string, name: string): Shown {
    const key = cellKey(client, name)
    const cell = this.#cells.get(key)
    const draft = this.drafts.get(key)
    const declared = this.#declared.get(name) ?? null
    const type = this.typeOf(client, name)
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
      const secret = this.typeOf(change.client, change.name) === 'secret'
      if (secret && change.value === '' && !change.clear) continue
      const same = secret
        ? change.value === '' && !cell?.given
        : change.value.trim() === (cell?.value ?? '')
      if (same) next.delete(key)
      else next.set(key, this.#draft(key, change))
    }
    this.#step(next)
  }

  /** Forgets what is typed over one cell. */
  revert(client: string, name: string): void {
    const next = new Map(this.drafts)
    next.delete(cellKey(client, name))
    this.#step(next)
  }

  /**
   * A draft keeps the version that it was first typed over, so that what others changed meanwhile is
   * noticed. Typing over a refused cell is a decision about what is there now.
   */
  #draft(key: string, change: Change): Draft {
    const before = this.refused.has(key) ? undefined : this.drafts.get(key)
    if (before && before.value === change.value) return before
    return { ...change, version: before?.version ?? this.#cells.get(key)?.version ?? 0 }
  }

  #step(next: Drafts): void {
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
    this.#step(NONE)
  }

  /** What saving sends: each cell with the version that it is typed over. */
  toSave(): SentCell[] {
    return [...this.drafts.values()].map(({ client, name, value, version }) => ({
      client,
      name,
      value,
      version,
    }))
  }

  /**
   * Takes the saved cells over; what was typed before is no way back any more. What was typed since
   * `sent` went out stays, over what was saved.
   */
  saved(sent: SentCell[], cells: (PropertyCell & { client: string })[]): void {
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
    const left = new Map(this.drafts)
    for (const { client, name, value } of sent) {
      const key = cellKey(client, name)
      const draft = left.get(key)
      if (draft?.value === value) left.delete(key)
      else if (draft) left.set(key, { ...draft, version: this.cell(client, name)?.version ?? 0 })
    }
    this.#past = []
    this.#future = []
    this.#put(left)
  }

  /** What the server said of a cell stands until something else is typed there. */
  #put(drafts: Drafts): void {
    const before = this.drafts
    this.drafts = drafts
    this.refused = new Map(
      [...this.refused].filter(([key]) => drafts.has(key) && drafts.get(key) === before.get(key)),
    )
  }
}

function differ(a: Drafts, b: Drafts): boolean {
  if (a.size !== b.size) return true
  for (const [key, draft] of a) {
    const other = b.get(key)
    if (other?.value !== draft.value || other.version !== draft.version) return true
  }
  return false
}
