import { describe, expect, it } from 'vitest'
import type { InputResult } from '$draw/index'
import { choose } from './choices'

const control = (scope: InputResult['scope']): InputResult => ({
  variable: 'region',
  control: 'multi_select',
  scope,
  options: [],
  chosen: [],
  fixed: false,
})

describe('choose', () => {
  it('replaces the values of its variable and leaves the others', () => {
    const before = ['region=North', 'regional=1', 'region=South', 'AB!region=West']
    expect(choose(before, 'AB', control('dashboard'), ['East', 'a=b'])).toEqual([
      'regional=1',
      'AB!region=West',
      'region=East',
      'region=a=b',
    ])
  })
  it('names the Klip where the choice reaches no further', () => {
    expect(choose(['region=North'], 'AB', control('klip'), ['East'])).toEqual([
      'region=North',
      'AB!region=East',
    ])
  })
  it('gives a choice up', () => {
    expect(choose(['region=North'], '', control('all'), [''])).toEqual([])
  })
})
