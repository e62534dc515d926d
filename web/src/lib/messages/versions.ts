import { addTexts } from '../text'

/** What changed from one version of an asset to the next. {what} and {of} are words of the server. */
export const versions = addTexts({
  'versions.title': 'Versions',
  'versions.of': 'Versions of {name}',
  'versions.hint':
    'A version that is restored becomes the newest. Nothing is lost: the current one stays in the list.',
  'versions.since': 'Taken back, as far as it was not changed again:',
  'versions.more': { one: '{first} and {n} more', other: '{first} and {n} more' },
  'versions.look': 'Changes of version {n}',
  'versions.named': '{what} “{name}”',
  'versions.added': '{it} added',
  'versions.removed': '{it} removed',
  'versions.moved': '{it} moved',
  'versions.resized': '{it} resized',
  'versions.changed': '{it}: {of}',
  'versions.renamed': '{what} “{of}” is called “{name}” now',
  'versions.renamedFirst': '{what} is called “{name}” now',
  'versions.replaced': '{what} “{of}” replaced by “{name}”',
})
