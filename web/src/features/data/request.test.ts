import { describe, expect, it } from 'vitest'
import type { WebRequest } from '$api/contract'
import {
  draftOf,
  emptyDraft,
  newRow,
  requestOf,
  setPagesType,
  variablesOf,
  type PagesType,
} from './request'
import { Trying } from './trying.svelte'
import { credentialText } from './web-wording'

const full: WebRequest = {
  url: 'https://api.example.com/{props.shop}/orders',
  method: 'POST',
  query: [{ id: 'aaaaaaaaaa', name: 'client', value: '{props.companyID}' }],
  headers: [{ id: 'bbbbbbbbbb', name: 'Accept', value: 'application/json', off: true }],
  cookies: [{ id: 'cccccccccc', name: 'lang', value: 'en' }],
  body: { type: 'graphql', text: 'query { a }', variables: '{"n":1}' },
  paginate: {
    type: 'cursor',
    param: 'after',
    from: 'next',
    more: 'has_more',
    size_param: 'n',
    size: 50,
  },
  timeout_s: 60,
  accept_status: [404],
  tls: { ca: 'PEM', server_name: 'shop.lan' },
}

describe('the form of a request', () => {
  it('keeps what it does not show', () => {
    expect(requestOf(draftOf(full))).toEqual(full)
  })

  it('leaves out what says nothing', () => {
    const draft = emptyDraft()
    draft.url = ' https://example.com '
    draft.rows = [newRow(), { ...newRow('header'), name: ' A ', value: 'b' }]
    draft.body = 'json'
    expect(requestOf(draft)).toEqual({
      url: 'https://example.com',
      headers: [{ id: draft.rows[1]?.id, name: 'A', value: 'b' }],
    })
  })

  it('reads a form line by line', () => {
    const draft = {
      ...emptyDraft(),
      url: 'https://x',
      method: 'POST' as const,
      body: 'form' as const,
    }
    draft.text = 'a=1=2\n\nb\n'
    expect(requestOf(draft).body?.rows?.map(({ name, value }) => [name, value])).toEqual([
      ['a', '1=2'],
      ['b', undefined],
    ])
    expect(draftOf(requestOf(draft)).text).toBe('a=1=2\nb=')
  })

  it('forgets the pages of another kind', () => {
    const draft = draftOf(full)
    setPagesType(draft.pages, 'link_header')
    expect(requestOf(draft).paginate).toEqual({ type: 'link_header' })
  })

  it('keeps of lists and windows what the other may have', () => {
    const window = {
      type: 'window' as const,
      window: { from_param: 'since', start: '{date}', end: '{date}', step: 'P7D' },
    }
    const each = { type: 'each' as const, in: 'path' as const, each: { values: '{props.a}' } }
    const pages = (paginate: NonNullable<WebRequest['paginate']>, type: PagesType) => {
      const draft = draftOf({ url: 'https://x', paginate })
      setPagesType(draft.pages, type)
      return requestOf(draft).paginate
    }
    const then = { type: 'page' as const, param: 'n' }
    expect(pages({ ...each, then: window }, 'window')).toMatchObject({ type: 'window' })
    expect(pages({ ...each, then: window }, 'window')).not.toHaveProperty('then')
    expect(pages({ ...each, then }, 'window')).toMatchObject({ then })
    expect(pages({ ...each, then }, 'window')).not.toHaveProperty('in')
    expect(pages({ ...each, then: window }, 'each')).toMatchObject({ in: 'path', then: window })
  })

  it('keeps lists, windows and what is below them', () => {
    const lists: WebRequest = {
      url: 'https://x/${page.token}',
      paginate: {
        type: 'each',
        in: 'path',
        each: { values: '{props.shops}', as: 'shop' },
        delay_ms: 100,
        partial: 'allow',
        then: {
          type: 'window',
          window: {
            from_param: 'since',
            to_param: 'until',
            start: '{date.startOfYear}',
            end: '{date}',
            step: 'P7D',
            format: 'unix',
            open: true,
          },
          then: { type: 'page', param: 'page', total_pages: 'pages' },
        },
      },
    }
    expect(requestOf(draftOf(lists))).toEqual(lists)
    expect(variablesOf(lists)).toEqual(['shops'])
  })

  it('finds variables, once each', () => {
    expect(variablesOf(full)).toEqual(['shop', 'companyID'])
    expect(variablesOf({ url: 'https://x/{date.today}' })).toEqual([])
  })
})

it('what a source reads with is told as far as it may be', () => {
  expect(credentialText({ label: 'Shop', account: null })).toBe('Reads with Shop')
  const agency = { slug: 'northlight', name: 'Northlight' }
  expect(credentialText({ label: 'Shop', account: agency })).toBe('Reads with Shop of Northlight')
  expect(credentialText({ label: '', account: agency })).toBe('Reads with a connected account')
})

it('a trial is of the connected account, too', () => {
  const trying = new Trying()
  trying.draft.url = 'https://api.shop.test/orders'
  const before = trying.asked
  trying.credential = 'c1'
  expect(trying.asked).not.toBe(before)
})
