import { addTexts } from '../text'

/** The log of refreshes of many data sources. */
export const refreshLog = addTexts({
  'log.title': 'Refreshes',
  'log.subtitle': 'How data was fetched or pushed, for 90 days.',
  'log.failed': 'The refreshes did not load.',
  'log.empty': 'Nothing was fetched yet.',
  'log.filtered': 'No refresh is like that.',
  'log.source': 'Data source',
  'log.client': 'Client',
  'log.here': 'This account',
  'log.everywhere': 'All accounts',
  'log.all': 'All results',
  'log.more': 'Show earlier ones',
  'log.csv': 'Download CSV',
  'log.ofConnection': 'Refreshes with it',
})
