import type { Message } from '../text'

/** The dialog that says who may see something. */
export const sharing = {
  'share.title': 'Share {name}',
  'share.add': 'Add people or groups',
  'share.none': 'Nobody matches.',
  'share.all': 'It is shared with everybody here.',
  'share.members': { one: '{n} person', other: '{n} people' },
  'share.right': 'What {name} can do',
  'share.view': 'Can view',
  'share.edit': 'Can edit',
  'share.with': 'Shared with',
  'share.onlyYou': 'Only you can see this',
  'share.onlyYouHint': 'Administrators of the account see it as well.',
  'share.submit': 'Save',
  'share.saved': 'Saved who can see {name}.',
  'share.failed': 'The list of people did not load.',
  'share.unknown': 'Somebody who left',
} as const satisfies Record<string, Message>
