import { describe, expect, it } from 'vitest'
import type { RolloutCandidate, RolloutClient, RolloutPlan } from '$api/contract'
import { matching, NO_CHOICE, NONE, parsePaste, problemsFirst } from './choice'

const client = (name: string, part: Partial<RolloutCandidate> = {}): RolloutCandidate => ({
  slug: name.toLowerCase().replaceAll(' ', '-'),
  name,
  status: 'active',
  tags: [],
  groups: [],
  value: '',
  ...part,
})

const clients = [
  client('Fjord Outdoors', { tags: ['retail'], groups: ['g1'], value: '1021' }),
  client('Solstice Coffee', { status: 'trial', tags: ['retail', 'food'] }),
  client('Tidewater', { value: '7' }),
]

const names = (list: { name: string }[]) => list.map((one) => one.name)

describe('clients of a push', () => {
  it('matches all filters at once', () => {
    const by = (part: object) => names(matching(clients, { ...NO_CHOICE, ...part }))
    expect(by({})).toHaveLength(3)
    expect(by({ q: ' FJORD ' })).toEqual(['Fjord Outdoors'])
    expect(by({ tag: 'retail', status: 'trial' })).toEqual(['Solstice Coffee'])
    expect(by({ group: 'g1' })).toEqual(['Fjord Outdoors'])
    expect(by({ property: 'companyID', value: NONE })).toEqual(['Solstice Coffee'])
    expect(by({ property: 'companyID', value: '7' })).toEqual(['Tidewater'])
    expect(by({ value: '7' })).toHaveLength(3)
  })

  it('reads pasted names and addresses, each once', () => {
    expect(parsePaste('tidewater\nFJORD OUTDOORS\n\nfjord-outdoors\nNobody', clients)).toEqual({
      slugs: ['tidewater', 'fjord-outdoors'],
      unknown: ['Nobody'],
    })
  })

  it('puts what needs somebody first and keeps the order else', () => {
    const row = (name: string, part: Partial<RolloutClient> = {}) =>
      ({ name, ready: true, missing: [], edited_here: 0, ...part }) as unknown as RolloutClient
    const plan = {
      clients: [
        row('A'),
        row('B', { missing: ['x'] }),
        row('C', { ready: false }),
        row('D', { edited_here: 1 }),
        row('E'),
      ],
    } as unknown as RolloutPlan
    expect(names(problemsFirst(plan))).toEqual(['C', 'B', 'D', 'A', 'E'])
  })
})
