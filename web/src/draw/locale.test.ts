import { describe, expect, it } from 'vitest'
import { writeDate } from './locale'
import { dateSteps, dateText } from './dates'
import { EN, LOCALES, localeOf } from './testing'

const noon = new Date('2024-09-08T14:07:00Z')
const night = new Date('2024-09-08T00:05:00Z')

/** A day, a month, a year and two times of a locale, as axes write them. */
const TEXTS: Record<string, [string, string, string, string, string]> = {
  en: ['8 Sep', 'Sep', '2024', '14:07', '00:05'],
  'en-GB': ['8 Sept', 'Sept', '2024', '14:07', '00:05'],
  'en-US': ['Sep 8', 'Sep', '2024', '2:07 PM', '12:05 AM'],
  'en-CA': ['Sep 8', 'Sep', '2024', '2:07 p.m.', '12:05 a.m.'],
  'fr-FR': ['8 sept.', 'sept.', '2024', '14:07', '00:05'],
  'fr-CA': ['8 sept.', 'sept.', '2024', '14 h 07', '00 h 05'],
  'de-DE': ['8. Sept.', 'Sep', '2024', '14:07', '00:05'],
  'es-ES': ['8 sept', 'sept', '2024', '14:07', '0:05'],
  'es-MX': ['8 sep', 'sep', '2024', '2:07 p.m.', '12:05 a.m.'],
  'it-IT': ['8 set', 'set', '2024', '14:07', '00:05'],
  'nl-NL': ['8 sep', 'sep', '2024', '14:07', '00:05'],
  'pt-BR': ['8 de set.', 'set.', '2024', '14:07', '00:05'],
  'pt-PT': ['8/09', 'set.', '2024', '14:07', '00:05'],
  'sv-SE': ['8 sep.', 'sep.', '2024', '14:07', '00:05'],
  'nb-NO': ['8. sep.', 'sep', '2024', '14:07', '00:05'],
  'da-DK': ['8. sep.', 'sep.', '2024', '14.07', '00.05'],
  'fi-FI': ['8.9.', 'syys', '2024', '14.07', '0.05'],
  'pl-PL': ['8 wrz', 'wrz', '2024', '14:07', '00:05'],
  'cs-CZ': ['8. 9.', 'zář', '2024', '14:07', '0:05'],
  'ja-JP': ['9月8日', '9月', '2024年', '14:07', '0:05'],
  'zh-CN': ['9月8日', '9月', '2024年', '14:07', '00:05'],
}

describe('dates of axes', () => {
  it('are known for every locale', () => {
    expect(Object.keys(TEXTS).sort()).toEqual(Object.keys(LOCALES).sort())
  })

  it.each(Object.entries(TEXTS))('are written as %s does', (tag, texts) => {
    const locale = localeOf(tag)
    const got = [
      dateText(noon, 'day', locale).text,
      dateText(noon, 'month', locale).text,
      dateText(noon, 'year', locale).text,
      dateText(noon, 'time', locale).text,
      dateText(night, 'time', locale).text,
    ]
    expect(got).toEqual(texts)
  })

  it('have the larger period below', () => {
    const ja = localeOf('ja-JP')
    expect(dateText(noon, 'time', ja).sub).toBe('9月8日')
    expect(dateText(noon, 'month', ja).sub).toBe('2024年')
  })

  it('begin weeks on any day', () => {
    const days = [0, 1, 2, 3].map((i) => Date.UTC(2024, 8, 8 + i * 7) / 1000)
    for (let day = 0; day < 7; day++) {
      const weeks = dateSteps(days, { ...EN, first_weekday: day }).filter(
        (step) => step.level === 'day' && step.length === 7 * 86_400,
      )
      expect(weeks[0]?.interval.floor(noon).getUTCDay()).toBe(day)
    }
  })

  it('have patterns without other fields', () => {
    expect(() => writeDate(noon, 'QQQ', EN)).toThrow('Q is no field')
    expect(writeDate(noon, "yyyy'y'M", EN)).toBe('2024y9')
  })
})
