// @vitest-environment jsdom
import { cleanup, fireEvent, render, screen } from '@testing-library/svelte'
import { afterEach, expect, test, vi } from 'vitest'
import NumberField from './number-field.svelte'
import TextField from './text-field.svelte'
import Segmented from './segmented.svelte'

afterEach(cleanup)

test('a number field takes numbers, refuses others and steps by arrows', async () => {
  const onchange = vi.fn()
  render(NumberField, { props: { label: 'Seats', value: 6, min: 0, max: 2000, onchange } })
  const input = screen.getByLabelText<HTMLInputElement>('Seats')
  await fireEvent.input(input, { target: { value: '1,200' } })
  expect(onchange).toHaveBeenLastCalledWith(1200)
  await fireEvent.input(input, { target: { value: 'many' } })
  expect(input.getAttribute('aria-invalid')).toBe('true')
  expect(screen.getByText('Type a number.')).toBeTruthy()
  await fireEvent.input(input, { target: { value: '9999' } })
  expect(screen.getByText('Type a number from 0 to 2,000.')).toBeTruthy()
  expect(onchange).toHaveBeenLastCalledWith(1200)
  await fireEvent.keyDown(input, { key: 'ArrowUp' })
  expect(onchange).toHaveBeenLastCalledWith(1201)
  await fireEvent.input(input, { target: { value: '' } })
  expect(onchange).toHaveBeenLastCalledWith(null)
})

test('an error is tied to its input and replaces the hint', async () => {
  const { rerender } = render(TextField, { props: { label: 'Name', value: '', hint: 'Short' } })
  const input = screen.getByLabelText('Name')
  const described = () => document.getElementById(input.getAttribute('aria-describedby') ?? '')
  expect(described()?.textContent).toBe('Short')
  await rerender({ error: 'Fill this in.' })
  expect(described()?.textContent).toContain('Fill this in.')
  expect(screen.queryByText('Short')).toBeNull()
})

test('a password can be shown and hidden', async () => {
  render(TextField, { props: { label: 'Password', value: 'x', type: 'password' } })
  const input = screen.getByLabelText<HTMLInputElement>('Password')
  await fireEvent.click(screen.getByRole('button', { name: 'Show password' }))
  expect(input.type).toBe('text')
  await fireEvent.click(screen.getByRole('button', { name: 'Hide password' }))
  expect(input.type).toBe('password')
})

test('segments are one radio group', async () => {
  const onchange = vi.fn()
  const items = ['Bars', 'Line'].map((label) => ({ id: label.toLowerCase(), label }))
  render(Segmented, { props: { items, value: 'bars', label: 'Draw as', onchange } })
  await fireEvent.click(screen.getByRole('radio', { name: 'Line' }))
  expect(onchange).toHaveBeenCalledExactlyOnceWith('line')
})
