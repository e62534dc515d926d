import { addTexts } from '../text'

/** Texts of removing the demo. */
export const demo = addTexts({
  'demo.title': 'Remove the demo',
  'demo.subtitle': 'Everything the demo brought goes for good. What you made beside it stays.',
  'demo.none': 'There is no demo here',
  'demo.noneHint': 'It was removed, or this agency never had one.',
  'demo.failed': 'What the demo consists of did not load',
  'demo.goes': 'What goes',
  'demo.stays': 'What stays',
  'demo.touched': 'Made or changed since, and goes too',
  'demo.touchedHint':
    'It lies in the demo’s clients, or is a part of the demo that somebody changed.',
  'demo.more': { one: '{n} more', other: '{n} more' },
  'demo.clientGoes': 'Client {name}',
  'demo.ofAgency': 'In {name}',
  'demo.users': { one: '{n} user', other: '{n} users' },
  'demo.dashboards': { one: '{n} dashboard', other: '{n} dashboards' },
  'demo.klips': { one: '{n} Klip', other: '{n} Klips' },
  'demo.sources': { one: '{n} data source', other: '{n} data sources' },
  'demo.properties': {
    one: 'property {names} of clients',
    other: 'properties {names} of clients',
  },
  'demo.nothing': 'nothing in it',
  'demo.people': '{names}, whose sign-in ends',
  'demo.you':
    '{agency}, and you: you go on signing in with {email} and your password, and get what other people of the demo own beside it.',
  'demo.kept': '{kind} {name}, because {users} uses it',
  'demo.keptProperty': 'Property {name}, because a client of yours has a value for it',
  'demo.kind.dashboard': 'Dashboard',
  'demo.kind.klip': 'Klip',
  'demo.kind.source': 'Data source',
  'demo.kind.model': 'Model',
  'demo.kind.person': 'Person',
  'demo.in': '{name}, {client}',
  'demo.added': 'added',
  'demo.changed': 'changed',
  'demo.forGood':
    'This cannot be undone, and nothing of it goes to the bin. Copies that your clients imported stay theirs.',
  'demo.type': 'Type {word} to confirm',
  'demo.remove': 'Remove the demo',
  'demo.notRemoved': 'The demo was not removed.',
  'demo.gone': 'The demo is gone',
  'demo.goneHint': {
    one: 'Removed with {n} client and all that was in it.',
    other: 'Removed with {n} clients and all that was in them.',
  },
  'demo.add': 'Add your first client',
  'demo.home': 'Go to Home',
})
