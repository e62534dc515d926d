/** What people choose settings from. The server knows more; what an account has stays in the list. */
export const DAYS = [
  'monday',
  'tuesday',
  'wednesday',
  'thursday',
  'friday',
  'saturday',
  'sunday',
] as const

/** Those that the server has names and marks for, and regions that share them. */
export const LOCALES = (
  'en en-GB en-US en-AU en-CA cs-CZ da-DK de-DE de-AT de-CH es-ES es-MX fi-FI fr-FR fr-CA fr-CH it-IT ja-JP ' +
  'nb-NO nl-NL pl-PL pt-BR pt-PT sv-SE zh-CN'
).split(' ')

const CURRENCIES = (
  'EUR USD GBP CHF SEK NOK DKK PLN CZK HUF RON BGN TRY UAH AUD NZD CAD JPY CNY KRW INR SGD HKD THB IDR ' +
  'MXN BRL ARS CLP ZAR AED SAR ILS'
).split(' ')

interface Option {
  value: string
  label: string
}

/** Time zones that the browser knows, UTC first. */
export function zones(): Option[] {
  const all = Intl.supportedValuesOf('timeZone').filter((zone) => zone !== 'UTC')
  return ['UTC', ...all].map((value) => ({ value, label: value.replaceAll('_', ' ') }))
}

export function locales(): Option[] {
  const names = new Intl.DisplayNames('en-GB', { type: 'language' })
  return LOCALES.map((value) => ({ value, label: names.of(value) ?? value }))
}

export function currencies(): Option[] {
  const names = new Intl.DisplayNames('en-GB', { type: 'currency' })
  return CURRENCIES.map((value) => ({ value, label: `${value}, ${names.of(value) ?? value}` }))
}

/** A number, an amount and a moment as the browser writes them in a language. */
export function example(locale: string, currency: string, zone: string): string {
  const now = new Date()
  return [
    new Intl.NumberFormat(locale).format(1234567.8),
    new Intl.NumberFormat(locale, { style: 'currency', currency }).format(1250),
    new Intl.DateTimeFormat(locale, {
      timeZone: zone,
      dateStyle: 'medium',
      timeStyle: 'short',
    }).format(now),
  ].join(' · ')
}
