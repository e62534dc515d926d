import type { Message } from '../text'

/** Texts of the home page. */
export const home = {
  'home.title': 'Home',
  'home.morning': 'Good morning, {name}',
  'home.afternoon': 'Good afternoon, {name}',
  'home.evening': 'Good evening, {name}',
  'home.needsYou': 'Needs you',
  'home.quiet': 'All quiet. Nothing needs you today.',
  'home.stale': { one: '{n} data source is not fresh', other: '{n} data sources are not fresh' },
  'home.behind': {
    one: '{n} client instance is behind its template',
    other: '{n} client instances are behind their templates',
  },
  'home.setup': { one: '{n} client is in set-up', other: '{n} clients are in set-up' },
  'home.setupHint': 'Nobody there can sign in until you say so.',
  'home.inClients': { one: 'In {n} client', other: 'In {n} clients' },
  'home.show': 'Show',
  'home.recent': 'Recently active clients',
  'home.allClients': 'All clients',
  'home.failed': 'Health is unknown at the moment.',
  'home.noDashboards': 'No dashboards yet',
  'home.noDashboardsYours': 'Start one, or import one from a template.',
  'home.noDashboardsHint': 'Your dashboards appear here as soon as one is shared with you.',
} as const satisfies Record<string, Message>
