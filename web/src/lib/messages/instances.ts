import { addTexts } from '../text'

/** Texts of client instances and their update. */
export const instances = addTexts({
  'instances.title': 'Client instances',
  'instances.count': { zero: 'No client uses it', one: 'In {n} client', other: 'In {n} clients' },
  'instances.panelHint': 'Copies of this Klip that clients imported.',
  'instances.view': 'View Client Instances',
  'instances.update': 'Update Client Instances',
  'instances.updateNow': 'Update Now',
  'instances.list': 'Client instances of {name}',
  'instances.failed': 'The client instances did not load.',
  'instances.empty': 'No client uses this Klip yet',
  'instances.emptyHint':
    'It has client instances once a client imports it, or a dashboard with it.',
  'instances.toClients': 'Go to Clients',
  'instances.column.client': 'Client',
  'instances.column.version': 'Version',
  'instances.column.state': 'State',
  'instances.column.edits': 'Local edits',
  'instances.column.usedOn': 'Used on',
  'instances.column.result': 'Result will be',
  'instances.versions': '{has} → {now}',
  'instances.versionsLong': 'has version {has}, now {now}',
  'instances.versionOld': 'older',
  'instances.state.up_to_date': 'Up to date',
  'instances.state.behind': { one: '{n} behind', other: '{n} behind' },
  'instances.state.behindOld': 'Behind',
  'instances.state.blocked': 'Cannot be updated',
  'instances.edits': '{who}, {ago}',
  'instances.editsNone': 'None',
  'instances.rebound': 'Has a data source of its own; an update keeps it.',
  'instances.usedOn': { zero: 'Not used', one: '{n} dashboard', other: '{n} dashboards' },
  'instances.about': '{name}, imported {day}',
  'instances.editedBy': 'edited by {who}',
  'instances.status.setup': 'Set-up',
  'instances.status.trial': 'Trial',
  'instances.status.active': 'Active',
  'instances.status.disabled': 'Disabled',

  'instances.block.merged_model': 'Uses the merged model {names}.',
  'instances.block.datasource_added': '{names} was added here after the client imported.',
  'instances.block.datasource_changed': '{names} changed here after the client imported.',
  'instances.block.binding_broken': 'The client deleted {names}.',
  'instances.blockPlural.merged_model': 'Uses the merged models {names}.',
  'instances.blockPlural.datasource_added': '{names} were added here after the client imported.',
  'instances.blockPlural.datasource_changed': '{names} changed here after the client imported.',
  'instances.blockPlural.binding_broken': 'The client deleted {names}.',
  'instances.todo.merged_model':
    'Merged data is never sent by an update. Import the Klip again there.',
  'instances.todo.datasource_added':
    'An update does not send data sources. Import the Klip again there.',
  'instances.todo.datasource_changed':
    'An update does not send data sources. Import the Klip again there.',
  'instances.todo.binding_broken': 'Give the Klip another data source there, or import it again.',

  'instances.current': 'All instances are up to date.',
  'instances.othersCurrent': 'The others are up to date. There is nothing to update.',
  'instances.summary': {
    one: '{n} of {all} is behind version {version}.',
    other: '{n} of {all} are behind version {version}.',
  },
  'instances.blockedSome': {
    one: '{n} of {all} cannot be updated',
    other: '{n} of {all} cannot be updated',
  },
  'instances.needsAll': {
    one: '{n} client is not yours to update. An update goes to all clients or to none.',
    other: '{n} clients are not yours to update. An update goes to all clients or to none.',
  },
  'instances.noPush': 'Your role does not include updating client instances.',

  'instances.review': '{name}, version {n}',
  'instances.reviewBack': 'Client instances',
  'instances.reach': { one: '{n} client', other: '{n} clients' },
  'instances.reachEdited': {
    one: '{n} of them edited its copy. These edits are overwritten and kept as a version there.',
    other:
      '{n} of them edited their copies. These edits are overwritten and kept as versions there.',
  },
  'instances.reachEditedOne':
    'It edited its copy. These edits are overwritten and kept as a version there.',
  'instances.reachClean': {
    one: 'It did not edit its copy.',
    other: 'None of them edited its copy.',
  },
  'instances.reachKeeps':
    'Places on dashboards, sharing, published links and each client’s own data stay as they are.',
  'instances.to': 'gets version {n}.',
  'instances.toMany': 'get version {n}.',
  'instances.blockedTitle': {
    one: '{n} of {all} stays as it is',
    other: '{n} of {all} stay as they are',
  },
  'instances.acknowledge': {
    one: 'Update the others and leave this one',
    other: 'Update the others and leave these {n}',
  },
  'instances.allBlockedTitle': 'Nothing can be updated',
  'instances.result.updated': 'Version {n}',
  'instances.result.overwritten': 'Version {n}, edits kept as a version',
  'instances.result.unchanged': 'Unchanged',
  'instances.result.blocked': 'Stays as it is',
  'instances.changed':
    'Something changed since you looked. This is how it is now; nothing was updated.',
  'instances.running': 'Another update of this Klip is running. Look again when it has ended.',
  'instances.updateFailed': 'Nothing was changed',
  'instances.silent': 'No answer yet',
  'instances.updateNetwork':
    'The server does not answer. Try again: if the update went through, it is not made twice.',
  'instances.lookAgain': 'Look again',

  'instances.done': {
    zero: 'Nothing had to be updated',
    one: '{n} client has version {version} now',
    other: '{n} clients have version {version} now',
  },
  'instances.doneUnchanged': {
    one: '{n} had it already.',
    other: '{n} had it already.',
  },
  'instances.doneBlocked': {
    one: '{n} stays as it is and has to import again.',
    other: '{n} stay as they are and have to import again.',
  },
  'instances.doneHint':
    'Local edits that were overwritten are kept under Versions of the Klip in each client.',
  'instances.results': 'Result for each client',
  'instances.done.unchanged': 'Unchanged',
  'instances.done.blocked': 'Not updated',
  'instances.toKlip': 'Back to the Klip',
  'instances.toList': 'View Client Instances',
})
