/** Keys and palette entries of the editor, made from its commands. */
import { commands, ON_SELECTION } from '$editor/index'
import { t } from '$lib/text'
import type { MessageKey } from '$lib/messages'
import type { Action } from '$ui/actions.svelte'
import type { Desk } from './desk.svelte'

interface Around {
  save: () => void
  root: () => HTMLElement | undefined
}

const ZONES: MessageKey[] = [
  'editor.zone.parts',
  'editor.zone.stage',
  'editor.zone.formula',
  'editor.zone.data',
  'editor.zone.panel',
]

/** Everything that can be done by key now. */
export function editorActions(desk: Desk, around: Around): Action[] {
  return [...history(desk), ...onSelection(desk), ...general(desk, around), ...zones(around)]
}

function history(desk: Desk): Action[] {
  return [commands.undo, commands.redo].map((command) => ({
    id: command.name,
    label: t(command.label),
    group: 'page',
    ...(command.shortcut && { keys: command.shortcut }),
    ...(command === commands.redo && { alsoKeys: ['mod+y'] }),
    run: () => void desk.editor.run(command),
  }))
}

function onSelection(desk: Desk): Action[] {
  return ON_SELECTION.filter((command) => desk.editor.can(command, undefined)).map((command) => ({
    id: command.name,
    label: t(command.label),
    group: 'page',
    ...(command.shortcut && { keys: command.shortcut }),
    // In the formula bar the arrows belong to the text.
    run: (event) => {
      if (!isFormula(event)) desk.editor.run(command, undefined)
    },
  }))
}

function isFormula(event: KeyboardEvent | undefined): boolean {
  return event?.target instanceof Element && event.target.closest('.cm-editor') !== null
}

function general(desk: Desk, { save, root }: Around): Action[] {
  return [
    { id: 'save', label: t('editor.save'), group: 'page', keys: 'mod+s', run: save },
    {
      id: 'save-menu',
      label: t('editor.saveMenu'),
      group: 'page',
      keys: 'mod+shift+s',
      run: () => {
        const button = root()?.querySelector<HTMLElement>('header .split .more')
        button?.focus()
        button?.click()
      },
    },
    {
      id: 'evaluate',
      label: t('editor.evaluate'),
      group: 'page',
      keys: 'alt+a',
      run: () => desk.evaluation.askAll(desk.question),
    },
  ]
}

function zones({ root }: Around): Action[] {
  return ZONES.map((label, i) => ({
    id: `zone-${i + 1}`,
    label: t(label),
    group: 'page',
    keys: `alt+${i + 1}`,
    keysOnly: true,
    run: () => {
      const zone = root()?.querySelector<HTMLElement>(`[data-zone="${i + 1}"]`)
      zone
        ?.querySelector<HTMLElement>(
          '[role=treeitem][tabindex="0"], [contenteditable=true], button:not([disabled]), input, select',
        )
        ?.focus()
    },
  }))
}
