import { readdirSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import type { Command } from './command'
import { commands } from './commands/list'
import { apply, between, invert, squash } from './diff'
import { Editor } from './editor.svelte'
import { KLIP, toDocument, toRecords, type Records } from './records'
import { ATTACHED, COLUMNS, sampleKlip, TestEditor } from './testing'

const folder = new URL('./commands/', import.meta.url)

test('the list has every command of the folder, called like its file', () => {
  const files = readdirSync(folder).filter((name) => name !== 'list.ts')
  expect(
    Object.values(commands)
      .map((command) => `${command.name}.ts`)
      .sort(),
  ).toEqual(files.sort())
})

test('no two commands have the same key', () => {
  const keys = Object.values(commands).flatMap((c: { shortcut?: string }) => c.shortcut ?? [])
  expect(new Set(keys).size).toBe(keys.length)
})

describe('records', () => {
  test('a document comes back as it was, with the fields that nobody here knows', () => {
    expect(toDocument(toRecords(sampleKlip()))).toEqual(sampleKlip())
  })

  test('the document shares nothing with the records', () => {
    const records = toRecords(sampleKlip())
    const first = toDocument(records)
    first.components[0]!.properties!.legend = 'none'
    first.workspace.datasources.push('c3')
    expect(toDocument(records)).toEqual(sampleKlip())
  })

  test('records are frozen', () => {
    const klip = toRecords(sampleKlip())[KLIP]
    expect(() => (klip as unknown as { children: string[] }).children.push('x')).toThrow()
  })
})

/** One run of every command that changes the document. */
const CHANGES: [string, (t: TestEditor) => void][] = [
  ['rename a part', (t) => t.run(commands.rename, { id: 'revenueaaa', name: 'Sales' })],
  ['rename the Klip', (t) => t.run(commands.rename, { id: KLIP, name: 'Other' })],
  ['describe', (t) => t.run(commands.describe, { description: 'For the board' })],
  ['add a component', (t) => t.run(commands.addComponent, { type: 'chart', columns: COLUMNS })],
  ['add an empty one', (t) => t.run(commands.addComponent, { type: 'simple_value', columns: [] })],
  ['add a part', (t) => t.select('Revenue').run(commands.addPart, undefined)],
  ['move a part up', (t) => t.run(commands.moveUp, { id: 'targetaaaa' })],
  ['move a component down', (t) => t.run(commands.moveDown, { id: 'chartaaaaa' })],
  ['remove a part', (t) => t.run(commands.remove, { id: 'targetaaaa' })],
  ['remove a component', (t) => t.run(commands.remove, { id: 'chartaaaaa' })],
  ['set a formula', (t) => t.select('Revenue').type('SUM(@net_sales)')],
  ['empty a formula', (t) => t.select('Revenue').type('')],
  [
    'set a property',
    (t) => t.run(commands.setProperty, { id: 'revenueaaa', property: 'type', value: 'area' }),
  ],
  [
    'set a property of the Klip',
    (t) => t.run(commands.setProperty, { id: KLIP, property: 'titleVisible', value: false }),
  ],
  [
    'set a format',
    (t) => t.run(commands.setFormat, { id: 'revenueaaa', change: { as: 'currency', symbol: '€' } }),
  ],
  [
    'clear a format',
    (t) => t.run(commands.setFormat, { id: 'xaxisaaaaa', change: { as: undefined } }),
  ],
  ['attach a source', (t) => t.run(commands.attachSource, { source: 'c3', attached: ATTACHED })],
  [
    'detach the active source',
    (t) => t.run(commands.detachSource, { source: 'a1', attached: ATTACHED }),
  ],
  [
    'activate a source',
    (t) => t.run(commands.activateSource, { source: 'b2', attached: ATTACHED }),
  ],
]

describe.each(CHANGES)('%s', (_, change) => {
  test('changes the document, and undo and redo restore both states exactly', () => {
    const t = new TestEditor()
    change(t)
    const after = t.editor.document
    expect(after).not.toEqual(sampleKlip())
    expect(t.editor.dirty).toBe(true)
    expect(t.undo().editor.document).toEqual(sampleKlip())
    expect(t.editor.dirty).toBe(false)
    expect(t.editor.canUndo).toBe(false)
    expect(t.redo().editor.document).toEqual(after)
  })
})

test('every command that changes the document is tried above', () => {
  const free = new Set(['undo', 'redo'])
  const tried = new Set<string>()
  for (const [, change] of CHANGES) {
    const t = new TestEditor()
    const spy = t.run.bind(t)
    t.run = ((command: Command<unknown>, args: unknown) => {
      tried.add(command.name)
      return spy(command, args)
    }) as typeof t.run
    t.type = (text) => t.run(commands.setFormula, { id: t.editor.session.selection, text })
    change(t)
  }
  const all = Object.values(commands).map((command) => command.name)
  expect(all.filter((name) => !free.has(name) && !tried.has(name))).toEqual([])
})

describe('undo', () => {
  test('typing is one step until there is a pause', () => {
    const t = new TestEditor().select('Revenue')
    const before = t.formula
    t.type('S').type('SU').type('SUM(')
    t.pause().type('SUM(@a)')
    expect(t.undo().formula).toBe('SUM(')
    expect(t.undo().formula).toBe(before)
  })

  test('typing in two parts is two steps', () => {
    const t = new TestEditor().select('Revenue').type('1').select('Target').type('2')
    t.undo()
    expect(t.formula).toBe('&Series: Revenue * 1.1')
    expect(t.select('Revenue').formula).toBe('1')
  })

  test('a finished step is not continued', () => {
    const t = new TestEditor().select('Revenue').type('1')
    t.editor.endStep()
    t.type('12')
    expect(t.undo().formula).toBe('1')
  })

  test('a new change forgets what could be redone', () => {
    const t = new TestEditor().select('Revenue').type('1').undo()
    expect(t.editor.canRedo).toBe(true)
    t.pause().type('2')
    expect(t.editor.canRedo).toBe(false)
  })

  test('shows the part whose change was taken back', () => {
    const t = new TestEditor().select('Revenue').type('1').select('Status')
    expect(t.undo().selected).toBe('Revenue')
  })

  test('what is selected is no step and not saved', () => {
    const t = new TestEditor().select('Target').run(commands.rename, undefined)
    expect(t.editor.session.renaming).toBe('targetaaaa')
    expect(t.editor.canUndo).toBe(false)
    expect(t.editor.document).toEqual(sampleKlip())
  })
})

describe('parts', () => {
  test('a new series follows the selected one and is selected', () => {
    const t = new TestEditor().select('Revenue').run(commands.addPart, undefined)
    expect(t.parts('Chart').slice(2)).toEqual(['Revenue', 'Series 3', 'Target'])
    expect(t.selected).toBe('Series 3')
  })

  test('a value has at most a primary and a secondary label', () => {
    const t = new TestEditor().run(commands.addComponent, {
      type: 'simple_value',
      columns: COLUMNS,
    })
    expect(t.selected).toBe('net_sales')
    t.run(commands.addPart, undefined)
    const value = t.editor.document.components.at(-1)
    expect(value?.components?.map((part) => part.role)).toEqual(['primary', 'secondary'])
    expect(t.editor.can(commands.addPart, undefined)).toBe(false)
    expect(t.editor.can(commands.remove, undefined)).toBe(true)
    expect(t.editor.can(commands.remove, { id: value?.components?.[0]?.id ?? '' })).toBe(false)
  })

  test('a part that its component needs stays', () => {
    const { editor } = new TestEditor()
    for (const id of ['xaxisaaaaa', 'yaxisaaaaa', 'columnaaaa', KLIP]) {
      expect(editor.can(commands.remove, { id })).toBe(false)
    }
    expect(editor.can(commands.remove, { id: 'revenueaaa' })).toBe(true)
  })

  test('the neighbour is selected after a removal', () => {
    const t = new TestEditor().select('Revenue').run(commands.remove, undefined)
    expect(t.selected).toBe('Target')
    expect(t.select('Chart').run(commands.remove, undefined).selected).toBe('Table')
    expect(t.run(commands.remove, undefined).selected).toBe('Klip')
  })

  test('parts move among their like only', () => {
    const t = new TestEditor()
    expect(t.editor.can(commands.moveUp, { id: 'revenueaaa' })).toBe(false)
    expect(t.editor.can(commands.moveDown, { id: 'yaxisaaaaa' })).toBe(false)
    t.run(commands.moveDown, { id: 'revenueaaa' })
    expect(t.parts('Chart').slice(2)).toEqual(['Target', 'Revenue'])
    expect(t.run(commands.moveUp, { id: 'tableaaaaa' }).components).toEqual(['Table', 'Chart'])
  })

  test('the Y axis has no formula', () => {
    const t = new TestEditor()
    expect(t.editor.can(commands.setFormula, { id: 'yaxisaaaaa', text: '1' })).toBe(false)
  })

  test('a new chart is filled in from the columns', () => {
    const t = new TestEditor().run(commands.addComponent, { type: 'chart', columns: COLUMNS })
    const parts = t.editor.document.components.at(-1)?.components
    expect(parts?.map((part) => part.formulas?.[0]?.text)).toEqual([
      'GROUP(@month)',
      undefined,
      'GROUPBY(@month, @net_sales)',
    ])
    expect(parts?.[2]?.properties).toEqual({ type: 'line' })
  })
})

describe('names of parts in formulas', () => {
  test('follow a new name, as one step', () => {
    const t = new TestEditor().run(commands.rename, { id: 'revenueaaa', name: 'Net sales' })
    expect(t.select('Target').formula).toBe('&Series: Net sales * 1.1')
    expect(t.undo().editor.document).toEqual(sampleKlip())
  })

  test('follow a name that is typed letter by letter', () => {
    const t = new TestEditor()
    for (const name of ['R', 'Re', 'Res', 'Rest']) {
      t.run(commands.rename, { id: 'revenueaaa', name })
    }
    expect(t.select('Target').formula).toBe('&Series: Rest * 1.1')
    expect(t.undo().editor.document).toEqual(sampleKlip())
  })

  test('name the component once two parts are called alike', () => {
    const columns = COLUMNS.map((column) => ({ ...column, name: 'Revenue' }))
    const t = new TestEditor().run(commands.addComponent, { type: 'chart', columns })
    expect(t.editor.document.components.at(-1)?.components?.[2]?.displayName).toBe('Revenue')
    expect(t.select('Target').formula).toBe('&Chart/Series: Revenue #1 * 1.1')
    expect(t.undo().editor.document).toEqual(sampleKlip())
  })
})

describe('data sources', () => {
  const revenue = (t: TestEditor) => t.select('Revenue').formula

  test('formulas mean the same columns when another source is opened, and back', () => {
    const t = new TestEditor().run(commands.activateSource, { source: 'b2', attached: ATTACHED })
    expect(revenue(t)).toBe('GROUPBY(@[Orders/month], @net_sales)')
    t.run(commands.activateSource, { source: 'a1', attached: ATTACHED })
    expect(revenue(t)).toBe('GROUPBY(@[Orders/month], @net_sales)')
    expect(t.undo().undo().editor.document).toEqual(sampleKlip())
  })

  test('a column of a source that is taken off does not become that of another', () => {
    const t = new TestEditor().run(commands.detachSource, { source: 'a1', attached: ATTACHED })
    expect(revenue(t)).toBe('GROUPBY(@[Orders/month], @[Orders/net_sales])')
    expect(t.editor.document.workspace).toMatchObject({
      datasources: ['b2'],
      activeDatasource: 'b2',
    })
  })

  test('attaching a source opens it', () => {
    const t = new TestEditor().run(commands.attachSource, { source: 'c3', attached: ATTACHED })
    expect(t.editor.document.workspace.activeDatasource).toBe('c3')
    // Its columns are not known yet, so every name is spelled out.
    expect(revenue(t)).toBe('GROUPBY(@[Orders/month], @[Orders/net_sales])')
  })
})

describe('saving', () => {
  test('a typed and deleted letter leaves nothing to save', () => {
    const t = new TestEditor().select('Revenue')
    const before = t.formula
    t.type(`${before}x`)
    expect(t.editor.dirty).toBe(true)
    t.pause().type(before)
    expect(t.editor.dirty).toBe(false)
  })

  test('what was changed while a save was on its way stays unsaved', () => {
    const t = new TestEditor().select('Revenue').type('1')
    const sent = t.editor.document
    t.pause().type('12')
    t.editor.markSaved(sent)
    expect(t.editor.dirty).toBe(true)
    t.undo()
    expect(t.editor.dirty).toBe(false)
  })

  test('another document in its place is one step', () => {
    const t = new TestEditor().select('Revenue').type('1')
    const mine = t.editor.document
    t.editor.replace({ ...sampleKlip(), title: 'Theirs', components: [] })
    expect(t.editor.document.title).toBe('Theirs')
    expect(t.undo().editor.document).toEqual(mine)
  })
})

/** Numbers that look random and are the same in every run. */
function dice(seed: number): (below: number) => number {
  let state = seed
  return (below) => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0
    return Math.floor((state / 2 ** 32) * below)
  }
}

/** Does one thing to a record that is picked at random. */
function randomChange(t: TestEditor, roll: (below: number) => number): void {
  const ids = Object.keys(t.editor.records)
  const id = ids[roll(ids.length)] ?? KLIP
  const type = ['chart', 'table', 'simple_value'][roll(3)] ?? 'chart'
  const steps: (() => void)[] = [
    () => t.run(commands.addComponent, { type, columns: roll(2) ? COLUMNS : [] }),
    () => t.run(commands.addPart, { id }),
    () => t.run(commands.remove, { id }),
    () => t.run(commands.moveUp, { id }),
    () => t.run(commands.moveDown, { id }),
    () => t.run(commands.rename, { id, name: `Name ${roll(9)}` }),
    () => t.run(commands.setFormula, { id, text: `@c${roll(5)}` }),
    () => t.run(commands.setProperty, { id, property: 'color', value: roll(8) + 1 }),
    () => t.run(commands.setFormat, { id, change: { decimals: roll(4) } }),
    () => t.run(commands.attachSource, { source: `s${roll(4)}`, attached: ATTACHED }),
    () => t.run(commands.detachSource, { source: `s${roll(4)}`, attached: ATTACHED }),
    () => t.undo(),
    () => t.redo(),
    () => t.pause(),
    () => t.editor.select(id),
  ]
  steps[roll(steps.length)]?.()
}

describe('random sequences', () => {
  test.each(Array.from({ length: 40 }, (_, i) => i + 1))('seed %i comes back', (seed) => {
    const roll = dice(seed)
    const t = new TestEditor()
    let mirror: Records = t.editor.records
    t.editor.listen((diff) => (mirror = apply(mirror, diff)))
    for (let i = 0; i < 80; i++) {
      randomChange(t, roll)
      checkWhole(t.editor)
    }
    // Whoever follows the diffs has the same records.
    expect(mirror).toEqual(t.editor.records)
    const end = t.editor.document
    let steps = 0
    while (t.editor.canUndo) {
      t.undo()
      steps++
    }
    expect(t.editor.document).toEqual(sampleKlip())
    for (let i = 0; i < steps; i++) t.redo()
    expect(t.editor.document).toEqual(end)
  })

  test.each([1, 2, 3, 4, 5])('seed %i: two diffs squashed do what they do in turn', (seed) => {
    const roll = dice(seed)
    const states: Records[] = [toRecords(sampleKlip())]
    const t = new TestEditor()
    for (let i = 0; i < 30; i++) {
      randomChange(t, roll)
      states.push(t.editor.records)
    }
    const [a, b, c] = [states[0]!, states[15]!, states[30]!]
    const both = squash(between(a, b), between(b, c))
    expect(apply(a, both)).toEqual(c)
    expect(apply(c, invert(both))).toEqual(a)
    expect(apply(a, squash(both, invert(both)))).toEqual(a)
  })
})

/** Every record is listed once by its owner, and what is selected exists. */
function checkWhole(editor: Editor): void {
  const { records, session } = editor
  const listed = Object.values(records).flatMap((item) =>
    item.kind === 'part' ? [] : [...item.children],
  )
  const all = Object.keys(records).filter((id) => id !== KLIP)
  expect([...listed].sort()).toEqual(all.sort())
  expect(records[session.selection]).toBeDefined()
}
