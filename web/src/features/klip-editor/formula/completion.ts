/** The list of what can be inserted, made from the editor's choices. */
import { autocompletion, type Completion, type CompletionContext } from '@codemirror/autocomplete'
import type { Extension } from '@codemirror/state'
import type { EditorView } from '@codemirror/view'
import type { FunctionDoc } from '$api/contract'
import { choicesAt, type Choice } from '$editor/index'
import { namesOf } from './marks'

/** Typing goes on filtering a list until one of these is typed. */
const WHILE = /^[^+\-*/^=<>!,();"\n]*$/

/** Completion over functions that may arrive later. */
export function formulaCompletion(functions: () => readonly FunctionDoc[]): Extension {
  return autocompletion({
    icons: false,
    interactionDelay: 40,
    maxRenderedOptions: 60,
    activateOnTyping: true,
    override: [(context) => complete(context, functions())],
    addToOptions: [{ render: (completion) => kindMark(completion.type ?? ''), position: 20 }],
  })
}

function complete(context: CompletionContext, functions: readonly FunctionDoc[]) {
  const text = context.state.doc.toString()
  const names = namesOf(context.state)
  const found = choicesAt(text, context.pos, names, functions, context.explicit)
  if (!found || found.items.length === 0) return null
  const typed = text.slice(found.typed, context.pos).toLowerCase()
  const done = found.items.some((item) => item.label.toLowerCase() === typed)
  if (done && !context.explicit && found.items.every((i) => !isLonger(i, typed))) return null
  return {
    from: found.typed,
    validFor: WHILE,
    options: found.items.map((item): Completion => ({
      label: item.label,
      detail: item.detail,
      type: item.kind,
      boost: item.kind === 'keyword' ? 2 : 0,
      apply: (view) => insert(view, item, functions),
    })),
  }
}

function isLonger(item: Choice, typed: string): boolean {
  const label = item.label.toLowerCase()
  return label.length > typed.length && label.startsWith(typed)
}

/** Puts a choice in place of what was typed. */
function insert(view: EditorView, item: Choice, functions: readonly FunctionDoc[]): void {
  const text = view.state.doc.toString()
  const { head } = view.state.selection.main
  const found = choicesAt(text, head, namesOf(view.state), functions, true)
  const from = found?.from ?? head
  // Names with spaces: everything up to the cursor belongs to what was typed.
  const to = Math.max(head, found?.to ?? head)
  const called = item.kind === 'function' && /^\s*\(/.test(text.slice(to))
  const inserted = called ? item.label : item.insert
  view.dispatch({
    changes: { from, to, insert: inserted },
    selection: { anchor: from + (called ? item.label.length : item.cursor) },
    userEvent: 'input.complete',
    scrollIntoView: true,
  })
}

const PATHS: Record<string, string> = {
  function:
    'M7.8 3.4C6.3 2.6 5.3 3.3 5 4.9L3.7 12c-.2 1-.8 1.6-1.7 1.3M3.2 7h4M9 8l4.4 5M13.4 8 9 13',
  number: 'M6.4 2.8 5 13.2M11 2.8 9.6 13.2M3 6h10.4M2.6 10H13',
  text: 'M3.5 4v-.8h9V4M8 3.2v9.6M6.4 12.8h3.2',
  date: 'M4 3.5h8A1.5 1.5 0 0 1 13.5 5v7a1.5 1.5 0 0 1-1.5 1.5H4A1.5 1.5 0 0 1 2.5 12V5A1.5 1.5 0 0 1 4 3.5M2.5 6.8h11M5.4 2v2.6M10.6 2v2.6',
  bool: 'm3.2 8.4 3.1 3.1 6.5-7',
  variable: 'M10.5 4.5c-.7-.8-4.5-1.2-4.5 1.2s4.5 1.5 4.5 4-4 2.2-5 1M8 2.5v11',
  keyword: 'M3 5h10M3 8h7M3 11h5',
  part: 'M3 12.5V6.5M6.5 12.5v-9M10 12.5V8M13.5 12.5v-7',
}

/** A small picture of what an entry is. */
function kindMark(kind: string): Node {
  const span = document.createElement('span')
  span.className = 'cm-kind'
  span.setAttribute('aria-hidden', 'true')
  const svg = document.createElementNS('http://www.w3.org/2000/svg', 'svg')
  svg.setAttribute('viewBox', '0 0 16 16')
  const path = document.createElementNS('http://www.w3.org/2000/svg', 'path')
  path.setAttribute('d', PATHS[kind] ?? PATHS.text ?? '')
  svg.append(path)
  span.append(svg)
  return span
}
