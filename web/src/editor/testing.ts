/** An editor that speaks the person's language, for tests. */
import type { KlipDoc, SheetPreview, Source } from '$api/contract'
import type { Command } from './command'
import { commands } from './commands/list'
import { Editor } from './editor.svelte'
import type { ColumnInfo } from './formula/names'
import type { AttachedSource } from './names'
import { componentOf, formulaText, klipOf, partsOf } from './records'
import { nameOf } from './catalogue'

const orders = { of: 'a1', home: 'Orders' }

/** Columns of the active data source. */
export const COLUMNS: ColumnInfo[] = [
  { ...orders, name: 'month', type: 'date', pattern: 'yyyy-MM' },
  { ...orders, name: 'status', type: 'text' },
  { ...orders, name: 'net_sales', type: 'number' },
]

function sheet(name: string, columns: string[]): SheetPreview {
  return {
    name,
    hidden: false,
    header_row: 1,
    rows: 2,
    columns: columns.map((column, i) => ({
      name: column,
      letter: 'ABC'[i] ?? 'Z',
      type: 'text',
      pattern: '',
      blank: 0,
      misfit: 0,
      sample: [],
    })),
    preview: [],
  }
}

/** An attached data source with one sheet for each list of columns. */
export function attachedSource(id: string, name: string, ...sheets: string[][]): AttachedSource {
  return {
    id,
    source: { id, name } as Source,
    sheets: sheets.map((columns, i) => sheet(`Sheet ${i + 1}`, columns)),
  }
}

/** The data sources of the sample Klip; both have a month. */
export const ATTACHED = [
  attachedSource('a1', 'Orders', ['month', 'status', 'net_sales']),
  attachedSource('b2', 'Targets', ['month', 'target']),
]

/** A Klip with a chart of two series and a table, with fields that this build does not know. */
export function sampleKlip(): KlipDoc {
  return {
    title: 'Revenue and target',
    description: '',
    workspace: { datasources: ['a1', 'b2'], activeDatasource: 'a1', dimensions: { w: 400 } },
    properties: { titleVisible: true },
    components: [
      {
        id: 'chartaaaaa',
        type: 'chart',
        displayName: 'Chart',
        properties: { orientation: 'vertical', stacking: 'none', legend: 'auto', later: [1] },
        components: [
          {
            id: 'xaxisaaaaa',
            type: 'chart_axis_x',
            displayName: 'month',
            formulas: [{ text: 'GROUP(@month)' }],
            format: { as: 'date' },
          },
          { id: 'yaxisaaaaa', type: 'chart_axis_y', displayName: '' },
          {
            id: 'revenueaaa',
            type: 'chart_series',
            displayName: 'Revenue',
            formulas: [{ text: 'GROUPBY(@month, @net_sales)' }],
            properties: { type: 'bar', color: null },
          },
          {
            id: 'targetaaaa',
            type: 'chart_series',
            displayName: 'Target',
            formulas: [{ text: '&Series: Revenue * 1.1' }],
            properties: { type: 'line', color: 2 },
          },
        ],
      },
      {
        id: 'tableaaaaa',
        type: 'table',
        displayName: 'Table',
        properties: { showHeader: true },
        components: [{ id: 'columnaaaa', type: 'table_column', displayName: 'Status' }],
      },
    ],
    future: { kept: true },
  } as KlipDoc
}

/** A test editor with human verbs; time passes only when told. */
export class TestEditor {
  time = 0
  readonly editor: Editor

  constructor(document: KlipDoc = sampleKlip()) {
    this.editor = new Editor(document, () => this.time)
  }

  /** Lets so much time pass that typing is a new step. */
  pause(): this {
    this.time += 10_000
    return this
  }

  select(name: string): this {
    this.editor.select(this.find(name))
    return this
  }

  type(text: string): this {
    const id = this.editor.session.selection
    this.editor.run(commands.setFormula, { id, text })
    return this
  }

  run(command: Command): this
  run<A>(command: Command<A>, args: A): this
  run<A>(command: Command<A>, args?: A): this {
    this.editor.run(command as Command<A | undefined>, args)
    return this
  }

  undo(): this {
    return this.run(commands.undo)
  }

  redo(): this {
    return this.run(commands.redo)
  }

  get formula(): string {
    return formulaText(this.editor.records[this.editor.session.selection])
  }

  /** Names of the parts of a component, in order. */
  parts(component: string): string[] {
    const id = componentOf(this.editor.records, this.find(component))?.id ?? ''
    return partsOf(this.editor.records, id).map((part) => nameOf(part.fields) || part.fields.type)
  }

  get components(): string[] {
    const { records } = this.editor
    return klipOf(records).children.map((id) => {
      const item = records[id]
      return item?.kind === 'component' ? nameOf(item.fields) : ''
    })
  }

  get selected(): string {
    const item = this.editor.records[this.editor.session.selection]
    return !item || item.kind === 'klip' ? 'Klip' : nameOf(item.fields) || item.fields.type
  }

  find(name: string): string {
    const found = Object.values(this.editor.records).find(
      (item) =>
        item.id === name ||
        (item.kind !== 'klip' && (nameOf(item.fields) || item.fields.type) === name),
    )
    if (!found) throw new Error(`nothing is called ${name}`)
    return found.id
  }
}
