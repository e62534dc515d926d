/** Colours, chips, the current argument and the underlined problem of the formula bar. */
import { RangeSetBuilder, StateEffect, StateField, type EditorState } from '@codemirror/state'
import { Decoration, EditorView, type DecorationSet } from '@codemirror/view'
import { callAt, tokens, type Names, type Token } from '$editor/index'

/** What the bar knows besides its text. */
interface Knowledge {
  names: Names
  /** Place of the problem, null without one. */
  problem: number | null
  focused: boolean
}

export const learn = StateEffect.define<Partial<Knowledge>>()

interface Marks extends Knowledge {
  tokens: Token[]
  chips: DecorationSet
  shown: DecorationSet
}

const mark = (name: string) => Decoration.mark({ class: name })
const MARKS = {
  function: mark('cm-function'),
  word: mark('cm-word'),
  number: mark('cm-number'),
  text: mark('cm-text'),
  comment: mark('cm-comment'),
  operator: mark('cm-operator'),
  column: mark('cm-column'),
  unknown: mark('cm-column cm-unknown'),
  variable: mark('cm-variable'),
  part: mark('cm-part'),
}
const ARGUMENT = mark('cm-argument')
const PROBLEM = mark('cm-problem')

const knowledge = StateField.define<Marks>({
  create: (state) =>
    compute(state, {
      names: { active: '', columns: [], parts: [], variables: [] },
      problem: null,
      focused: false,
    }),
  update(value, transaction) {
    const learned = transaction.effects.filter((effect) => effect.is(learn))
    const known: Knowledge = {
      names: value.names,
      // A problem belongs to the text that was evaluated.
      problem: transaction.docChanged ? null : value.problem,
      focused: value.focused,
    }
    for (const effect of learned) Object.assign(known, effect.value)
    if (!transaction.docChanged && learned.length === 0 && !transaction.selection) return value
    return compute(transaction.state, known)
  },
  provide: (field) => [
    EditorView.decorations.from(field, (value) => value.shown),
    EditorView.atomicRanges.of((view) => view.state.field(field).chips),
  ],
})

/** The marks of the bar. */
export const formulaMarks = knowledge

/** The tokens of the text as it is now. */
export function tokensOf(state: EditorState): Token[] {
  return state.field(knowledge).tokens
}

export function namesOf(state: EditorState): Names {
  return state.field(knowledge).names
}

function compute(state: EditorState, known: Knowledge): Marks {
  const text = state.doc.toString()
  const list = tokens(text, known.names)
  return {
    ...known,
    tokens: list,
    chips: chipsOf(list),
    shown: decorate(state, text, list, known),
  }
}

/** Known references move, are selected and are deleted as one. */
function chipsOf(list: readonly Token[]): DecorationSet {
  const builder = new RangeSetBuilder<Decoration>()
  for (const token of list) {
    const chip = token.known && (token.kind === 'column' || token.kind === 'part')
    if (chip) builder.add(token.from, token.to, MARKS.column)
  }
  return builder.finish()
}

function decorate(
  state: EditorState,
  text: string,
  list: readonly Token[],
  known: Knowledge,
): DecorationSet {
  const ranges = list.flatMap((token) => {
    const look =
      token.kind === 'column' && !token.known
        ? MARKS.unknown
        : MARKS[token.kind as keyof typeof MARKS]
    return look ? [look.range(token.from, token.to)] : []
  })
  const { main } = state.selection
  const call = known.focused && main.empty ? callAt(text, list, main.head) : null
  if (call && call.span.to > call.span.from) {
    ranges.push(ARGUMENT.range(call.span.from, call.span.to))
  }
  const wrong = problemRange(text, list, known.problem)
  if (wrong) ranges.push(PROBLEM.range(wrong.from, wrong.to))
  return Decoration.set(ranges, true)
}

/** What is underlined for a problem at a place: the token there, or the last one. */
export function problemRange(
  text: string,
  list: readonly Token[],
  at: number | null,
): { from: number; to: number } | null {
  if (at === null || text.trim() === '') return null
  const here = list.find((token) => token.from <= at && at < token.to) ?? list.at(-1)
  return here ? { from: here.from, to: here.to } : null
}
