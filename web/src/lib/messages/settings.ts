import type { Message } from '../text'

/** Texts of the settings of an account. */
export const settings = {
  'settings.title': 'Settings',
  'settings.subtitle': 'How numbers, dates and weeks are written in everything this account shows.',
  'settings.failed': 'The settings did not load.',
  'settings.notSaved': 'Nothing was saved.',
  'settings.saved': 'Saved. Klips show it from now on.',
  'settings.section.place': 'Language and time',
  'settings.section.people': 'Visits',
  'settings.time_zone': 'Time zone',
  'settings.time_zone.hint': 'Days, and the time of schedules, begin and end in it.',
  'settings.locale': 'Numbers and dates',
  'settings.locale.hint': 'The language that they are written in.',
  'settings.date_pattern': 'Date',
  'settings.date_pattern.hint':
    'For days without a pattern of their own, such as d MMM yyyy. Left alone, it is that of the language.',
  'settings.first_weekday': 'First day of the week',
  'settings.currency': 'Currency',
  'settings.currency.hint': 'For money without a currency of its own.',
  'settings.show_visitors': 'Name your people in clients’ activity',
  'settings.show_visitors.hint':
    'Off: a client reads that {agency} did something. On: it reads who did.',
  'settings.source.account': 'Set here',
  'settings.source.agency': 'From your agency',
  'settings.source.factory': 'As Octavo comes',
  'settings.inherit': 'Use {value}',
  'settings.inheritLabel': '{name}: use {value} again',
  'settings.example': 'Example: {text}',
  'settings.day.sunday': 'Sunday',
  'settings.day.monday': 'Monday',
  'settings.day.tuesday': 'Tuesday',
  'settings.day.wednesday': 'Wednesday',
  'settings.day.thursday': 'Thursday',
  'settings.day.friday': 'Friday',
  'settings.day.saturday': 'Saturday',
} as const satisfies Record<string, Message>
