import { expect, test } from 'vitest'
import { cellFaults } from './cells'
import { ApiError } from './client'

test('a refused value says what its type wants', () => {
  const cell = { client: 'fjord', name: 'budget', code: 'bad_property_value', message: 'Bad.' }
  const cells = [
    { ...cell, params: { reason: 'number' } },
    { ...cell, params: { reason: 'of the future' } },
    { ...cell, code: 'of_the_future' },
  ]
  const faults = cellFaults(new ApiError({ code: 'cells_refused', params: { cells } }))
  expect(faults.map((fault) => fault.text)).toEqual([
    'Write a number such as 1234.5.',
    'This value does not fit the type.',
    'Bad.',
  ])
  expect(faults[0]).toMatchObject({ client: 'fjord', name: 'budget' })
  expect(cellFaults(new ApiError({ code: 'network' }))).toEqual([])
  expect(cellFaults(new Error('other'))).toEqual([])
})
