/** The formula bar as a CodeMirror view. Loaded on idle: nothing else imports @codemirror. */
import {
  acceptCompletion,
  closeBrackets,
  closeBracketsKeymap,
  completionKeymap,
} from '@codemirror/autocomplete'
import { defaultKeymap, insertNewlineAndIndent } from '@codemirror/commands'
import { bracketMatching } from '@codemirror/language'
import { EditorState, type Extension } from '@codemirror/state'
import { drawSelection, EditorView, keymap, placeholder } from '@codemirror/view'
import type { FunctionDoc } from '$api/contract'
import { functionAt, widen, type Names } from '$editor/index'
import { formulaCompletion } from './completion'
import { formulaMarks, learn, tokensOf } from './marks'
import { formulaTheme } from './theme'

/** Where the cursor is and what surrounds it. */
export interface Cursor {
  from: number
  to: number
  /** The function that the cursor is in or on, in capitals. */
  function: string | null
}

export interface FormulaOptions {
  text: string
  label: string
  placeholder: string
  nonce: string
  functions: () => readonly FunctionDoc[]
  onchange: (text: string) => void
  oncursor: (cursor: Cursor) => void
  /** Enter: the step ends and the formula is evaluated. */
  oncommit: () => void
  /** Alt A. */
  onevaluate: () => void
}

/** The keys of the standard map that mean something else in the editor. */
const TAKEN = new Set(['Alt-ArrowUp', 'Alt-ArrowDown', 'Enter', 'Mod-Enter', 'Shift-Alt-ArrowUp'])

export class FormulaView {
  readonly #view: EditorView
  /** True while the text is set from outside. */
  #quiet = false

  constructor(parent: HTMLElement, options: FormulaOptions) {
    this.#view = new EditorView({
      parent,
      state: EditorState.create({
        doc: options.text,
        selection: { anchor: options.text.length },
        extensions: this.#extensions(options),
      }),
    })
  }

  /** Shows another text, changing only what differs so that the cursor stays where it can. */
  setText(text: string): void {
    const now = this.#view.state.doc.toString()
    if (now === text) return
    let start = 0
    while (start < now.length && now[start] === text[start]) start++
    let end = 0
    const most = Math.min(now.length, text.length) - start
    while (end < most && now[now.length - 1 - end] === text[text.length - 1 - end]) end++
    this.#quiet = true
    this.#view.dispatch({
      changes: { from: start, to: now.length - end, insert: text.slice(start, text.length - end) },
    })
    this.#quiet = false
  }

  setNames(names: Names): void {
    this.#view.dispatch({ effects: learn.of({ names }) })
  }

  setProblem(problem: number | null): void {
    this.#view.dispatch({ effects: learn.of({ problem }) })
  }

  /** Puts a text at the cursor, in place of what is selected, and goes on behind it. */
  insert(text: string): void {
    this.#view.dispatch(this.#view.state.replaceSelection(text), { userEvent: 'input' })
    this.#view.focus()
  }

  focus(): void {
    this.#view.focus()
  }

  select(from: number, to: number): void {
    this.#view.dispatch({ selection: { anchor: from, head: to } })
    this.#view.focus()
  }

  destroy(): void {
    this.#view.destroy()
  }

  #extensions(options: FormulaOptions): Extension[] {
    return [
      EditorView.cspNonce.of(options.nonce),
      EditorView.lineWrapping,
      EditorView.contentAttributes.of({
        'aria-label': options.label,
        autocapitalize: 'off',
        autocorrect: 'off',
        spellcheck: 'false',
      }),
      EditorView.domEventHandlers({ beforeinput: typeOver }),
      placeholder(options.placeholder),
      drawSelection(),
      closeBrackets(),
      bracketMatching({ brackets: '()' }),
      formulaMarks,
      formulaCompletion(options.functions),
      keymap.of([
        { key: 'Tab', run: acceptCompletion },
        { key: 'Alt-a', run: () => run(options.onevaluate) },
        { key: 'Alt-Enter', run: insertNewlineAndIndent, shift: insertNewlineAndIndent },
        { key: 'Shift-Enter', run: insertNewlineAndIndent },
        { key: 'Mod-e', run: grow },
        ...closeBracketsKeymap,
        ...completionKeymap,
        { key: 'Enter', run: () => run(options.oncommit) },
        ...defaultKeymap.filter(({ key }) => !TAKEN.has(key ?? '')),
      ]),
      EditorView.updateListener.of((update) => {
        if (update.docChanged && !this.#quiet) options.onchange(update.state.doc.toString())
        if (update.docChanged || update.selectionSet || update.focusChanged) {
          options.oncursor(cursorOf(update.state))
        }
        if (update.focusChanged) {
          const focused = update.view.hasFocus
          queueMicrotask(() => update.view.dispatch({ effects: learn.of({ focused }) }))
        }
      }),
      formulaTheme,
    ]
  }
}

function run(action: () => void): boolean {
  action()
  return true
}

function cursorOf(state: EditorState): Cursor {
  const { from, to, head } = state.selection.main
  return { from, to, function: functionAt(state.doc.toString(), tokensOf(state), head) }
}

/** Widens the selection to the call round it. */
function grow(view: EditorView): boolean {
  const { from, to } = view.state.selection.main
  const next = widen(view.state.doc.toString(), tokensOf(view.state), { from, to })
  view.dispatch({ selection: { anchor: next.from, head: next.to } })
  return true
}

/**
 * Types over a selection ourselves. Chromium carries the colour of the replaced word on as an inline
 * style, which the policy refuses and reports. Handlers of typed text (brackets) are asked as usual.
 */
function typeOver(event: InputEvent, view: EditorView): boolean {
  const { data, inputType } = event
  const { from, to, empty } = view.state.selection.main
  if (empty || !data || inputType !== 'insertText' || view.state.selection.ranges.length > 1)
    return false
  const insert = () =>
    view.state.update(view.state.replaceSelection(data), { userEvent: 'input.type' })
  const taken = view.state
    .facet(EditorView.inputHandler)
    .some((handle) => handle(view, from, to, data, insert))
  if (!taken) view.dispatch(insert())
  event.preventDefault()
  return true
}
