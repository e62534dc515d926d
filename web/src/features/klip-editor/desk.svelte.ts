/** What the zones of the editor share: the document store, its data, its picture, and the formula bar. */
import type { FunctionDoc } from '$api/contract'
import {
  columnsOf,
  formulaText,
  klipOf,
  namesFor,
  partType,
  tokens,
  type ColumnInfo,
  type Editor,
  type KlipItem,
  type Names,
} from '$editor/index'
import type { Attached } from './api'
import { Evaluation, type Question } from './evaluation.svelte'
import { LivePreview } from './preview.svelte'

/** Variables that every account has (formulas.md §3.4). */
const VARIABLES = ['user.emailAddress', 'user.firstName', 'user.lastName', 'user.isAdmin']

/** The part of the formula bar that other zones use. */
export interface FormulaHandle {
  insert(text: string): void
  focus(): void
}

export class Desk {
  readonly editor: Editor
  readonly attached: Attached
  readonly preview: LivePreview
  readonly evaluation: Evaluation
  /** The formula bar, once it is there. */
  formula: FormulaHandle | null = $state.raw(null)
  /** What is selected in the formula, and the function at the cursor. */
  cursor: { from: number; to: number; function: string | null } = $state.raw({
    from: 0,
    to: 0,
    function: null,
  })
  readonly #functions: () => readonly FunctionDoc[]

  constructor(
    account: () => string,
    editor: Editor,
    attached: Attached,
    functions: () => readonly FunctionDoc[],
  ) {
    this.editor = editor
    this.attached = attached
    this.preview = new LivePreview(account)
    this.evaluation = new Evaluation(account)
    this.#functions = functions
  }

  get functions(): readonly FunctionDoc[] {
    return this.#functions()
  }

  get selected(): KlipItem | undefined {
    return this.editor.records[this.editor.session.selection]
  }

  /** The text of the selected part's formula. */
  get text(): string {
    return formulaText(this.selected)
  }

  /** Says whether the selected record is a part that has a formula. */
  readonly hasFormula: boolean = $derived.by(
    () => this.selected?.kind === 'part' && !!partType(this.selected.fields.type)?.formula,
  )

  /** Id of the active data source, "" without one. */
  get active(): string {
    return klipOf(this.editor.records).fields.workspace.activeDatasource
  }

  readonly names: Names = $derived.by(() =>
    namesFor(this.editor.records, this.editor.session.selection, this.attached.list, VARIABLES),
  )

  /** Columns of the active data source, for new components. */
  get columns(): ColumnInfo[] {
    const active = this.attached.list.find((one) => one.id === this.active)
    return active ? columnsOf({ ...active, sheets: active.sheets.slice(0, 1) }) : []
  }

  /** What the formula bar shows, as a question for the server. */
  get question(): Question {
    const { datasources, activeDatasource } = klipOf(this.editor.records).fields.workspace
    const list = tokens(this.text, this.names)
    const refers = list.some((token) => token.kind === 'part')
    const used = list.flatMap((token) => token.column?.of ?? [])
    const looked = used.length > 0 ? used : [activeDatasource]
    const rows = this.attached.list.map((one) =>
      looked.includes(one.id) ? (one.source?.rows ?? 0) : 0,
    )
    return {
      part: this.editor.session.selection,
      text: this.text,
      selection: { from: this.cursor.from, to: this.cursor.to },
      klip: refers ? this.editor.document : null,
      sources: datasources,
      active: activeDatasource,
      rows: Math.max(0, ...rows),
    }
  }
}
