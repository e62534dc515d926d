import { expect, test } from 'vitest'
import type { Schedule } from '$api/contract'
import { DAYS, draftOf, lacksDays, scheduleOf, scheduleText, timesOf, wrongTimes } from './schedule'

test('a schedule comes back from its form as it was', () => {
  const all: Schedule[] = [
    { mode: 'never' },
    {
      mode: 'interval',
      interval_s: 900,
      days: ['mon', 'wed'],
      window: { from: '06:00', to: '20:00' },
    },
    { mode: 'times', times: ['06:30', '18:00'], timezone: 'Asia/Tokyo', policy: 'active_only' },
    { mode: 'cron', cron: '*/5 * * * *' },
  ]
  for (const one of all) expect(scheduleOf(draftOf(one))).toEqual(one)
})

test('all days are no choice, and other modes leave nothing behind', () => {
  const draft = draftOf({ mode: 'interval', interval_s: 60 })
  draft.mode = 'times'
  draft.windowed = true
  expect(scheduleOf(draft)).toEqual({ mode: 'times', times: ['06:30'] })
})

test('days are wanted only where there are some', () => {
  const draft = draftOf({ mode: 'interval', interval_s: 60 })
  expect(lacksDays(draft)).toBe(false)
  DAYS.forEach((day) => (draft.days[day] = false))
  expect(lacksDays(draft)).toBe(true)
  for (const mode of ['cron', 'never'] as const) expect(lacksDays({ ...draft, mode })).toBe(false)
})

test('times of day are read as people write them', () => {
  expect(timesOf(' 6:30;18:00,  7:05')).toEqual(['06:30', '18:00', '07:05'])
  const draft = { ...draftOf({ mode: 'times', times: ['06:30'] }), times: '25:00' }
  expect(wrongTimes(draft)).not.toBe('')
  expect(wrongTimes({ ...draft, times: '6:30' })).toBe('')
  expect(wrongTimes({ ...draft, times: ' ' })).not.toBe('')
})

test('a schedule in words', () => {
  expect(scheduleText({ mode: 'interval', interval_s: 3600, days: ['mon', 'sun'] })).toBe(
    'Every hour, Mon, Sun',
  )
  expect(scheduleText({ mode: 'times', times: ['06:30'], timezone: 'Asia/Tokyo' })).toBe(
    'At 06:30, Asia/Tokyo',
  )
  expect(scheduleText({ mode: 'never' })).toBe('Never by itself')
})
