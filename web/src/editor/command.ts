/** A command is one file of commands/: what it is called, when it can run, and the change it makes. */
import type { MessageKey } from '$lib/messages'
import type { Diff } from './diff'
import type { Records } from './records'

/** What belongs to this browser window and is never saved. */
export interface Session {
  /** Id of the selected record. */
  readonly selection: string
  /** Id of the record whose name is being typed in the tree, or null. */
  readonly renaming: string | null
}

/** What a command may look at. */
export interface EditorView {
  readonly records: Records
  readonly session: Session
  readonly canUndo: boolean
  readonly canRedo: boolean
}

/** What a command wants; the editor carries it out. */
export interface Outcome {
  diff?: Diff
  session?: Partial<Session>
  history?: 'undo' | 'redo'
  /** Changes with the same mark that follow each other quickly are one step of undo. */
  merge?: string
}

export interface Command<A = undefined> {
  /** Unique; the file has the same name. */
  readonly name: string
  readonly label: MessageKey
  /** As in actions: "f2", "alt+arrowup". */
  readonly shortcut?: string
  canRun(view: EditorView, args: A): boolean
  /** Called only when `canRun` says yes. */
  run(view: EditorView, args: A): Outcome
}

/** Arguments of commands that act on one record, the selected one when absent. */
export type OnRecord = { id: string } | undefined

export function target(view: EditorView, args: OnRecord): string {
  return args?.id ?? view.session.selection
}
