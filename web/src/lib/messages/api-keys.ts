import { addTexts } from '../text'

/** Texts of the API keys of a person. */
export const apiKeys = addTexts({
  'apiKey.subtitle': 'Programs that call the API with a key of yours may do what you may.',
  'apiKey.title': 'Your API keys',
  'apiKey.make': 'Make a key',
  'apiKey.label': 'What it is for',
  'apiKey.labelHint': 'Such as the program that calls with it.',
  'apiKey.empty': 'You have no API keys',
  'apiKey.emptyHint':
    'Make one for each program, so that you can revoke one without stopping others.',
  'apiKey.failed': 'Your API keys did not load',
  'apiKey.notMade': 'The key was not made.',
  'apiKey.notRevoked': 'The key was not revoked.',
  'apiKey.notRenamed': 'The name was not changed.',
  'apiKey.inVisit':
    'You have no API keys in a client’s account. Go back to your own account for them.',
  'apiKey.off':
    'Your agency has switched the API off for this account. Keys rest, and none can be made.',
  'apiKey.madeOn': 'Made {date}',
  'apiKey.used': 'last used {time}',
  'apiKey.neverUsed': 'never used',
  'apiKey.rename': 'Rename',
  'apiKey.renameOne': 'Rename {name}',
  'apiKey.revoke': 'Revoke',
  'apiKey.revokeOne': 'Revoke {name}',
  'apiKey.revokeTitle': 'Revoke {name}?',
  'apiKey.revokeText': 'Whatever calls with it is refused at once. This cannot be undone.',
  'apiKey.revoked': '{name} is revoked.',
  'apiKey.newTitle': 'Your new key {name}',
  'apiKey.newHint': 'It is shown this once. Copy it to where it is used; nobody can read it again.',
  'apiKey.secret': 'Key',
  'apiKey.copy': 'Copy the key',
  'apiKey.copied': 'Copied.',
  'apiKey.done': 'Done',
  'apiKey.calls': 'Calls of this account today',
  'apiKey.callsOf': '{used} of {limit} so far. The count begins anew {time}.',
  'apiKey.callsNone': '{used} so far. There is no limit for a day; the count begins anew {time}.',
  'apiKey.perSecond': 'With one key up to {n} a second.',
  'apiKey.ofProfile': 'API keys',
  'apiKey.ofProfileHint': 'For programs that work under your name.',
  'apiKey.open': 'See your API keys',
})
