/** The look of the formula bar. Its colours are set by the editor's page. */
import { EditorView } from '@codemirror/view'

/** Lines before the bar scrolls. */
const MOST_LINES = 8
const LINE = 21

export const formulaTheme = EditorView.theme({
  '&': {
    color: 'var(--ink)',
    backgroundColor: 'transparent',
    font: 'var(--type-code)',
  },
  '&.cm-focused': { outline: 'none' },
  '.cm-scroller': {
    font: 'inherit',
    lineHeight: `${LINE}px`,
    maxHeight: `${MOST_LINES * LINE + 16}px`,
    overflow: 'auto',
  },
  '.cm-content': { padding: '8px 0', caretColor: 'var(--accent)' },
  '.cm-line': { padding: '0 12px' },
  '.cm-placeholder': { color: 'var(--ink-3)' },
  '.cm-function': { color: 'var(--accent)', fontWeight: '600' },
  '.cm-word, .cm-operator': { color: 'var(--ink-3)' },
  '.cm-text': { color: 'var(--formula-text)' },
  '.cm-comment': { color: 'var(--ink-3)', fontStyle: 'italic' },
  '.cm-column, .cm-variable, .cm-part': {
    borderRadius: '4px',
    padding: '1px 3px',
    margin: '0 -1px',
  },
  '.cm-column': { color: 'var(--formula-column)', backgroundColor: 'var(--formula-column-soft)' },
  '.cm-variable': {
    color: 'var(--formula-variable)',
    backgroundColor: 'var(--formula-variable-soft)',
  },
  '.cm-part': { color: 'var(--accent)', backgroundColor: 'var(--accent-soft)' },
  '.cm-unknown': { backgroundColor: 'transparent' },
  '.cm-argument': { backgroundColor: 'var(--formula-argument)', borderRadius: '3px' },
  '.cm-problem': {
    textDecoration: 'underline wavy var(--bad)',
    textDecorationSkipInk: 'none',
    textUnderlineOffset: '3px',
  },
  '&.cm-focused .cm-matchingBracket': {
    backgroundColor: 'var(--sel)',
    borderRadius: '2px',
  },
  '.cm-selectionBackground, &.cm-focused > .cm-scroller > .cm-selectionLayer .cm-selectionBackground':
    { backgroundColor: 'color-mix(in srgb, var(--accent-solid) 24%, transparent)' },
  '.cm-tooltip.cm-tooltip-autocomplete': {
    border: '1px solid var(--line)',
    borderRadius: 'var(--r-m)',
    backgroundColor: 'var(--raised)',
    boxShadow: 'var(--sh-2)',
    overflow: 'hidden',
    zIndex: '40',
  },
  '.cm-tooltip.cm-tooltip-autocomplete > ul': {
    font: 'var(--type-cell)',
    maxHeight: '264px',
    minWidth: '260px',
    maxWidth: 'min(520px, 80vw)',
    padding: '4px',
  },
  '.cm-tooltip.cm-tooltip-autocomplete > ul > li': {
    display: 'flex',
    alignItems: 'center',
    gap: '8px',
    minHeight: '28px',
    padding: '2px 8px',
    borderRadius: 'var(--r-s)',
    color: 'var(--ink)',
    lineHeight: '20px',
  },
  '.cm-tooltip-autocomplete > ul > li[aria-selected]': {
    backgroundColor: 'var(--accent-soft)',
    color: 'var(--ink)',
  },
  '.cm-completionLabel': { font: '500 12.5px/20px var(--mono)' },
  '.cm-completionMatchedText': { textDecoration: 'none', color: 'var(--accent)' },
  '.cm-completionDetail': {
    flex: '1',
    minWidth: '0',
    margin: '0',
    overflow: 'hidden',
    textOverflow: 'ellipsis',
    whiteSpace: 'nowrap',
    textAlign: 'right',
    fontStyle: 'normal',
    font: 'var(--type-small)',
    color: 'var(--ink-3)',
  },
  '.cm-kind': { flex: 'none', display: 'grid', color: 'var(--ink-3)' },
  '.cm-kind svg': {
    width: '14px',
    height: '14px',
    fill: 'none',
    stroke: 'currentColor',
    strokeWidth: '1.5',
    strokeLinecap: 'round',
    strokeLinejoin: 'round',
  },
})
