import { describe, expect, it } from 'vitest'
import { importedText, isNarrowed, parseChoice, queryOf } from './choice'

describe('the choice of a list', () => {
  const parse = (text: string) => parseChoice(new URLSearchParams(text))

  it('is what the address says, without what is not known', () => {
    expect(parse('owner=a&origin=own&since=7&sort=-updated_at&tag=Q1')).toEqual({
      owner: 'a',
      origin: 'own',
      since: '7',
      sort: '-updated_at',
      tag: 'Q1',
    })
    expect(parse('origin=other&since=9&sort=size&page=2')).toEqual({})
  })

  it('narrows by anything but the order', () => {
    expect(isNarrowed(parse('sort=-name'))).toBe(false)
    expect(isNarrowed(parse('tag=x'))).toBe(true)
  })

  it('asks for days before the hour that has begun', () => {
    const now = Date.UTC(2026, 10, 26, 12, 30)
    expect(queryOf({ since: '1', tag: 'x' }, now)).toEqual({
      since: '2026-11-25T12:00:00.000Z',
      tag: 'x',
    })
  })

  it('says where something was imported from, as far as that may be told', () => {
    const now = Date.UTC(2026, 10, 26)
    const account = { slug: 'n', name: 'Northlight' }
    const origin = {
      id: '1',
      import: '0000018000000001',
      imported_at: '2026-02-03T10:00:00Z',
      account,
    }
    expect(importedText(null, now)).toBeNull()
    const hidden = { ...origin, account: null } as unknown as typeof origin
    expect(importedText(hidden, now)).toMatch(/^Imported from your agency on .*3/)
    expect(importedText(origin, now)).toMatch(/^Imported from Northlight on .*3/)
  })
})
