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

const LOCALES = (
  'en en-GB en-AU en-CA cs da de de-AT de-CH el es es-MX et fi fr fr-CA fr-CH hr hu it ja ko lt lv nb nl pl pt ' +
  'pt-BR ro sk sl sv tr uk zh'
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
