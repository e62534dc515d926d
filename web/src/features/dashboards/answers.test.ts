import { expect, test } from 'vitest'
import type { KlipResult } from '$api/contract'
import { EN, localeOf } from '$draw/testing'
import { freshnessOf, mergeResults, newestData, stateOf, updatedText } from './answers'

const result = (title: string): Omit<KlipResult, 'locale'> => ({
  title,
  title_visible: true,
  components: [],
  warnings: [],
})
const source = (refreshed_at: string | null, state = 'fresh') => ({
  id: 's',
  name: 'Orders',
  refreshed_at,
  state,
})
const given = (hash: string, title: string, sources = [source('2025-11-20T10:00:00Z')]) => ({
  hash,
  result: result(title),
  sources,
})

test('equal results keep their objects', () => {
  const first = mergeResults(undefined, {
    tag: '"1"',
    locale: EN,
    klips: { a: given('x', 'A'), b: given('y', 'B') },
  })
  const next = mergeResults(first, {
    tag: '"2"',
    locale: localeOf('de-DE'),
    klips: { a: given('x', 'A'), b: given('z', 'B2') },
  })
  expect(next.klips.a?.result).toBe(first.klips.a?.result)
  expect(next.klips.b?.result?.title).toBe('B2')
  expect(next.klips.a?.result?.locale.tag).toBe('en')
  expect(next.klips.b?.result?.locale.tag).toBe('de-DE')
  expect(next.tag).toBe('"2"')
})

test('a failure keeps the last picture, a lost right does not', () => {
  const first = mergeResults(undefined, { tag: '', locale: EN, klips: { a: given('x', 'A') } })
  const fail = (code: string) =>
    mergeResults(first, {
      tag: '',
      klips: { a: { hash: '', result: null as never, sources: [], error: { code, message: 'm' } } },
    }).klips.a
  expect(fail('internal_error')?.result?.title).toBe('A')
  expect(fail('not_shared')?.result).toBeNull()
  expect(fail('klip_deleted')?.result).toBeNull()
  expect(stateOf(fail('internal_error'), 'chart', false)).toEqual({ kind: 'error', reason: 'm' })
  expect(stateOf(fail('not_shared'), 'chart', false).kind).toBe('no_permission')
  expect(stateOf(fail('klip_deleted'), 'chart', false).kind).toBe('waiting')
})

test('without an answer a Klip loads, or says that it failed', () => {
  expect(stateOf(undefined, 'table', false)).toEqual({ kind: 'loading', shape: 'table' })
  expect(stateOf(undefined, 'table', true).kind).toBe('waiting')
})

test('the newest data gives the time of the page', () => {
  const now = Date.parse('2025-11-20T12:00:00Z')
  const answers = mergeResults(undefined, {
    tag: '',
    klips: {
      a: given('1', 'A', [source('2025-11-20T11:56:00Z'), source(null, 'no_data')]),
      b: given('2', 'B', [source('2025-11-17T06:00:00Z')]),
      c: given('3', 'C', [source('2025-11-20T11:00:00Z', 'deleted')]),
    },
  })
  const newest = newestData(answers)
  expect(newest).toBe('2025-11-20T11:56:00Z')
  expect(updatedText(newest ?? '', now)).toBe('Updated 4 min ago')
  expect(updatedText('2025-11-08T11:56:00Z', now)).toBe('Updated 8 Nov')
  expect(freshnessOf(answers.klips.a, newest, now)).toBeNull()
  expect(freshnessOf(answers.klips.b, newest, now)?.text).toBe('Data from 17 Nov')
  const gone = answers.klips.c?.sources[0]
  expect(freshnessOf(answers.klips.c, newest, now)?.text).toBe('Data source deleted')
  if (gone) gone.deleted_at = '2025-11-18T11:00:00Z'
  expect(freshnessOf(answers.klips.c, newest, now)).toEqual({
    text: 'Data source in the bin',
    detail: expect.stringMatching(/^Orders is in the bin since 18 Nov\./) as string,
    tone: 'bad',
  })
  expect(newestData(undefined)).toBeNull()
})

test('data that is not whole is marked, and late data before it', () => {
  const at = '2025-11-20T10:00:00Z'
  const mark = (...sources: (ReturnType<typeof source> & { notes?: string[] })[]) => {
    const answers = mergeResults(undefined, {
      tag: '',
      locale: EN,
      klips: { a: given('x', 'A', sources) },
    })
    return freshnessOf(answers.klips.a, at, Date.parse(at))
  }
  expect(mark({ ...source(at), notes: ['pages_repeat'] })).toBeNull()
  expect(mark(source(at), { ...source(at), notes: ['partial'] })).toEqual({
    text: 'Some rows are missing',
    detail: 'Orders was not read whole. Its page says why.',
    tone: 'warn',
  })
  expect(mark({ ...source(at), notes: ['truncated'] })?.text).toBe('Some rows are missing')
  expect(mark({ ...source(at, 'failing'), notes: ['partial'] })?.text).toContain('Delayed')
})

test('late data is marked, the worst of it first', () => {
  const now = Date.parse('2025-11-20T13:00:00Z')
  const old = '2025-11-20T10:00:00Z'
  const mark = (...states: string[]) => {
    const sources = states.map((state) => source(old, state))
    const answers = mergeResults(undefined, {
      tag: '',
      locale: EN,
      klips: { a: given('x', 'A', sources) },
    })
    return freshnessOf(answers.klips.a, old, now)
  }
  expect(mark('fresh')).toBeNull()
  expect(mark('fresh', 'stale')?.tone).toBe('warn')
  expect(mark('stale', 'failing')?.tone).toBe('bad')
  expect(mark('disabled')?.text).toBe('Delayed, from 3 h')
  expect(mark('fresh', 'off')?.text).toBe('Data from 3 h')
  expect(mark('off')?.text).toBe('Data from 3 h')
  expect(mark('stale', 'off')?.tone).toBe('warn')
})
