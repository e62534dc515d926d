import { describe, expect, it } from 'vitest'
import type { Pushed } from '$api/contract'
import {
  draftOfPushed,
  historyDraftOf,
  historyOf,
  pushAddress,
  pushedOf,
  pushExample,
} from './pushed'

const full: Pushed = {
  columns: [
    { name: 'day', type: 'date', pattern: 'dd/MM/yyyy' },
    { name: 'visits', type: 'number' },
  ],
  unique_by: ['day', 'shop'],
  variables: ['region', 'shop.id'],
  keep: { days: 400, order_by: 'day' },
}

describe('the form of a pushed data source', () => {
  it('gives back what it was made of', () => {
    for (const pushed of [
      full,
      {},
      { keep: { rows: 5 } },
      { unique_by: ['a'] },
      { variables: ['a'] },
    ])
      expect(pushedOf(draftOfPushed(pushed))).toEqual(pushed)
  })

  it('leaves out what has no name, and patterns of other types', () => {
    const draft = draftOfPushed(full)
    draft.columns.push({ id: 99, name: ' ', type: 'text', pattern: '' })
    draft.columns[0]!.type = 'text'
    draft.uniqueBy = ' day,, '
    expect(pushedOf(draft)).toEqual({
      ...full,
      columns: [
        { name: 'day', type: 'text' },
        { name: 'visits', type: 'number' },
      ],
      unique_by: ['day'],
    })
    draft.listed = false
    expect(pushedOf(draft).columns).toBeUndefined()
  })

  it('keeps a history as it was', () => {
    for (const history of [
      null,
      { mode: 'append' as const, keep: { rows: 9 } },
      { mode: 'upsert' as const, unique_by: ['a', 'b'] },
    ])
      expect(historyOf(historyDraftOf(history))).toEqual(history)
  })

  it('says for which values rows are', () => {
    const address = pushAddress('https://o.test', 'acme', 'a1', ['region', 'shop.id'])
    expect(address).toBe(
      'https://o.test/api/v1/acme/data-sources/a1/data?var.region=VALUE&var.shop.id=VALUE',
    )
    expect(pushExample(address, [])).toContain(`curl -X POST '${address}' `)
  })

  it('shows a command without a key', () => {
    const text = pushExample(pushAddress('https://o.test', 'acme', 'a1'), [
      { name: "shop's", type: 'text' },
    ])
    expect(text).toContain("'https://o.test/api/v1/acme/data-sources/a1/data'")
    expect(text).toContain('Bearer $OCTAVO_KEY')
    expect(text).toContain(`'[{"shop'\\''s":"text"}]'`)
  })
})
