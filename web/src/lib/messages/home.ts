import { addTexts } from '../text'

/** Texts of the home page. */
export const home = addTexts({
  'home.morning': 'Good morning, {name}',
  'home.afternoon': 'Good afternoon, {name}',
  'home.evening': 'Good evening, {name}',
  'home.needsYou': 'Needs you',
  'home.quiet': 'All quiet. Nothing needs you today.',
  'home.stale': { one: '{n} data source is not fresh', other: '{n} data sources are not fresh' },
  'home.property': {
    one: '{n} company property has no value',
    other: '{n} company properties have no value',
  },
  'home.fillIn': 'Fill in',
  'home.behind': {
    one: '{n} client instance is behind its template',
    other: '{n} client instances are behind their templates',
  },
  'home.setup': { one: '{n} client is in set-up', other: '{n} clients are in set-up' },
  'home.trial_ending': { one: '{n} trial ends soon', other: '{n} trials end soon' },
  'home.trial_endingHint': 'Within 7 days. After that people there cannot sign in.',
  'home.trial_ended': { one: '{n} trial is over', other: '{n} trials are over' },
  'home.trial_endedHint': 'Nobody there can sign in now. Nothing is deleted.',
  'home.near_limit': { one: '{n} client is near a limit', other: '{n} clients are near a limit' },
  'home.near_limitHint': '90% or more of seats, dashboards or calls are used.',
  'home.setupHint': 'Nobody there can sign in until you say so.',
  'home.inClients': { one: 'In {n} client', other: 'In {n} clients' },
  'home.show': 'Show',
  'home.recent': 'Recently active clients',
  'home.allClients': 'All clients',
  'home.recentFailed': 'The clients did not load.',
  'home.failed': 'Health is unknown at the moment.',
  'home.noDashboards': 'No dashboards yet',
  'home.noDashboardsYours': 'Start one, or import one from a template.',
  'home.noDashboardsHint': 'Your dashboards appear here as soon as one is shared with you.',
  'home.dead_jobs': {
    one: '{n} job of the server was given up',
    other: '{n} jobs of the server were given up',
  },
  'home.dead_jobsHint': 'They wait until somebody tries them again.',
})
