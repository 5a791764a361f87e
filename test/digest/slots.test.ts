import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import fc from 'fast-check'
import type { Schedule } from '../../src/digest/digest.ts'
import { decideSlots, nextSlots, scheduleFault, slotsBetween } from '../../src/digest/slots.ts'
import { zoneFaults } from '../faults/zones.ts'

const HOUR_MS = 3_600_000

const instants = (slots: Date[]): string[] => slots.map(slot => slot.toISOString().replace(':00.000Z', 'Z'))

const slotsOn = (cron: string, zone: string, day: string): string[] =>
  instants(slotsBetween({ cron, zone }, new Date(Date.parse(day) - 1), new Date(`${day}T23:59Z`)))

/** What is due after one instant and up to another. */
const decide = (cron: string, cursor: string, now: string, missed: Partial<Schedule['missed']> = {}) => {
  const schedule: Schedule = { cron, zone: 'UTC', missed: { policy: 'latest', withinMs: 2 * HOUR_MS, ...missed } }
  const { due, missed: passed, ...rest } = decideSlots(schedule, new Date(cursor), new Date(now))
  return {
    due: due === undefined ? 'none' : `${instants([due.at])}${due.isDelayed ? ', delayed' : ''}`,
    missed: instants(passed),
    ...rest,
  }
}

const NOTHING = { due: 'none', missed: [], uncounted: 0 }

describe('slots on the days when clocks change', () => {
  const table: [what: string, cron: string, zone: string, day: string, slots: string[]][] = [
    ['a time in the gap: once, right after it', '30 3 * * *', 'Europe/Kyiv', '2026-03-29', ['2026-03-29T01:00Z']],
    ['a time that comes twice: once, the first time', '30 3 * * *', 'Europe/Kyiv', '2026-10-25', ['2026-10-25T00:30Z']],
    ['the old name of the zone', '30 3 * * *', 'Europe/Kiev', '2026-10-25', ['2026-10-25T00:30Z']],
    ['the morning after the gap', '0 8 * * *', 'Europe/Brussels', '2026-03-29', ['2026-03-29T06:00Z']],
    ['the morning after the hour that came twice', '0 8 * * *', 'Europe/Brussels', '2026-10-25', ['2026-10-25T07:00Z']],
    ['two times that meet in the gap: once', '0,30 2 * * *', 'Europe/Brussels', '2026-03-29', ['2026-03-29T01:00Z']],
    ['one in the gap and one at its end: once', '0 2,3 * * *', 'Europe/Brussels', '2026-03-29', ['2026-03-29T01:00Z']],
    ['a gap that ends on the next day', '30 23 * * *', 'America/Nuuk', '2026-03-29', ['2026-03-29T01:00Z']],
    ['a gap of half an hour', '15 2 * * *', 'Australia/Lord_Howe', '2026-10-03', ['2026-10-03T15:30Z']],
    ['a day that begins in the gap', '0 0 * * *', 'Africa/Cairo', '2026-04-23', ['2026-04-23T22:00Z']],
    [
      'steps in the gap: none is added',
      '*/30 1-3 29 3 *',
      'Europe/Brussels',
      '2026-03-29',
      ['2026-03-29T00:00Z', '2026-03-29T00:30Z', '2026-03-29T01:00Z', '2026-03-29T01:30Z'],
    ],
    [
      'steps in the hour that comes twice: both times',
      '*/30 2 * * *',
      'Europe/Brussels',
      '2026-10-25',
      ['2026-10-25T00:00Z', '2026-10-25T00:30Z', '2026-10-25T01:00Z', '2026-10-25T01:30Z'],
    ],
    [
      'a wildcard hour: each elapsed hour',
      '5 * 25 10 *',
      'Europe/Brussels',
      '2026-10-25',
      [...Array(23).keys()].map(hour => `2026-10-25T${String(hour).padStart(2, '0')}:05Z`),
    ],
  ]
  for (const [what, cron, zone, day, slots] of table)
    it(`are right for ${what}`, () => assert.deepEqual(slotsOn(cron, zone, day), slots))

  it('do not come again in the hour that comes again', () => {
    const [cron, zone] = ['30 3 * * *', 'Europe/Kyiv']
    for (const after of ['2026-10-25T00:30Z', '2026-10-25T00:59:59.999Z', '2026-10-25T01:00Z', '2026-10-25T01:10Z'])
      assert.deepEqual(slotsBetween({ cron, zone }, new Date(after), new Date('2026-10-25T12:00Z')), [], after)
  })

  it('are right in zones of every kind, in the weeks of their changes', () => {
    const changes: [zone: string, days: string[]][] = [
      ['Africa/Cairo', ['2026-04-24', '2026-10-29']],
      ['Africa/Casablanca', ['2026-02-15', '2026-03-22']],
      ['America/Godthab', ['2026-03-28', '2026-10-24']],
      ['America/Havana', ['2026-03-08', '2026-11-01']],
      ['America/Scoresbysund', ['2027-03-27', '2027-10-30']],
      ['America/Santiago', ['2026-04-05', '2026-09-06']],
      ['Antarctica/Troll', ['2026-03-29', '2026-10-25']],
      ['Australia/Lord_Howe', ['2026-04-05', '2026-10-04']],
      ['Europe/Brussels', ['2026-03-29', '2026-10-25']],
      ['Europe/Kyiv', ['2027-03-28', '2027-10-31']],
      ['Pacific/Chatham', ['2026-04-05', '2026-09-27']],
      ['Asia/Kathmandu', ['2026-03-29']],
    ]
    const week = (day: string): [number, number] => [Date.parse(day) - 96 * HOUR_MS, Date.parse(day) + 96 * HOUR_MS]
    assert.deepEqual(
      changes.flatMap(([zone, days]) => days.flatMap(day => zoneFaults(zone, ...week(day)))),
      [],
    )
  })
})

describe('decideSlots', () => {
  const DAILY = '0 8 * * *'
  const table: [what: string, decision: ReturnType<typeof decide>, expected: ReturnType<typeof decide>][] = [
    [
      'posts a slot of the last minute',
      decide(DAILY, '2026-11-23T07:59:30Z', '2026-11-23T08:00:30Z'),
      { due: '2026-11-23T08:00Z', missed: [], uncounted: 0 },
    ],
    ['posts nothing between slots', decide(DAILY, '2026-11-23T08:00Z', '2026-11-23T08:01Z'), NOTHING],
    [
      'posts a slot at its very instant, and not before',
      decide(DAILY, '2026-11-23T07:59Z', '2026-11-23T08:00Z'),
      { due: '2026-11-23T08:00Z', missed: [], uncounted: 0 },
    ],
    ['waits until the slot', decide(DAILY, '2026-11-23T07:59Z', '2026-11-23T07:59:59.999Z'), NOTHING],
    [
      'is on time two minutes late',
      decide(DAILY, '2026-11-23T07:59Z', '2026-11-23T08:02Z'),
      { due: '2026-11-23T08:00Z', missed: [], uncounted: 0 },
    ],
    [
      'posts as delayed what was missed from 08:00 to 08:10',
      decide(DAILY, '2026-11-23T07:59Z', '2026-11-23T08:10Z'),
      { due: '2026-11-23T08:00Z, delayed', missed: [], uncounted: 0 },
    ],
    [
      'posts at the end of the window',
      decide(DAILY, '2026-11-23T07:59Z', '2026-11-23T10:00Z'),
      { due: '2026-11-23T08:00Z, delayed', missed: [], uncounted: 0 },
    ],
    [
      'records as missed what was missed from 08:00 to 13:00',
      decide(DAILY, '2026-11-23T07:59Z', '2026-11-23T13:00Z'),
      { due: 'none', missed: ['2026-11-23T08:00Z'], uncounted: 0 },
    ],
    [
      'does not post last week for a weekly schedule of an hour ago',
      decide('0 8 * * 1', '2026-11-24T09:00Z', '2026-11-24T10:00Z'),
      NOTHING,
    ],
    [
      'posts once for an hourly schedule after eight hours',
      decide('0 * * * *', '2026-11-23T08:00Z', '2026-11-23T16:10Z'),
      {
        due: '2026-11-23T16:00Z, delayed',
        missed: [9, 10, 11, 12, 13, 14, 15].map(hour => `2026-11-23T${String(hour).padStart(2, '0')}:00Z`),
        uncounted: 0,
      },
    ],
    [
      'posts nothing again when the clock steps back an hour',
      decide(DAILY, '2026-11-23T08:00Z', '2026-11-23T07:01Z'),
      NOTHING,
    ],
    [
      'posts nothing again when that hour comes once more',
      decide(DAILY, '2026-11-23T08:00Z', '2026-11-23T08:00:30Z'),
      NOTHING,
    ],
    [
      'after a day asleep posts the latest within the window and records the other',
      decide(DAILY, '2026-11-22T07:30Z', '2026-11-23T08:30Z'),
      { due: '2026-11-23T08:00Z, delayed', missed: ['2026-11-22T08:00Z'], uncounted: 0 },
    ],
    [
      'after a day asleep posts nothing where the window is over',
      decide(DAILY, '2026-11-22T07:30Z', '2026-11-23T07:30Z'),
      { due: 'none', missed: ['2026-11-22T08:00Z'], uncounted: 0 },
    ],
    [
      'never posts late by the policy skip',
      decide(DAILY, '2026-11-23T07:59Z', '2026-11-23T08:10Z', { policy: 'skip' }),
      { due: 'none', missed: ['2026-11-23T08:00Z'], uncounted: 0 },
    ],
    [
      'posts on time by the policy skip',
      decide(DAILY, '2026-11-23T07:59Z', '2026-11-23T08:01Z', { policy: 'skip' }),
      { due: '2026-11-23T08:00Z', missed: [], uncounted: 0 },
    ],
    ['posts nothing for a cursor in the future', decide(DAILY, '2026-11-23T20:00Z', '2026-11-23T07:00Z'), NOTHING],
    [
      'tells a cursor that is days in the future',
      decide(DAILY, '2036-11-23T20:00Z', '2026-11-23T07:00Z'),
      { ...NOTHING, isAhead: true },
    ],
  ]
  for (const [what, decision, expected] of table) it(what, () => assert.deepEqual(decision, expected))

  it('records the newest thousand of what was missed and counts the others', () => {
    for (const minutes of [1000, 1001, 1002, 2000, 2001, 2002, 3500]) {
      const now = new Date(Date.parse('2026-11-01T00:00Z') + minutes * 60_000).toISOString()
      const { due, missed, uncounted } = decide('* * * * *', '2026-11-01T00:00Z', now)
      assert.equal(due, now.replace(':00.000Z', 'Z'))
      assert.deepEqual([missed.length, uncounted], [Math.min(1000, minutes - 1), Math.max(0, minutes - 1001)])
      assert.equal(missed.at(-1), new Date(Date.parse(now) - 60_000).toISOString().replace(':00.000Z', 'Z'))
    }
  })
})

describe('slotsBetween', () => {
  const field = (most: number, least = 0) =>
    fc.oneof(
      fc.constant('*'),
      fc.uniqueArray(fc.integer({ min: least, max: most }), { minLength: 1, maxLength: 3 }).map(list => list.join(',')),
      fc
        .tuple(fc.integer({ min: least, max: most }), fc.integer({ min: least, max: most }))
        .map(([a, b]) => `${Math.min(a, b)}-${Math.max(a, b)}`),
      fc.integer({ min: 5, max: Math.max(5, Math.floor(most / 2)) }).map(step => `*/${step}`),
    )
  const minute = fc
    .uniqueArray(fc.integer({ min: 0, max: 59 }), { minLength: 1, maxLength: 3 })
    .map(list => list.join(','))
  const cron = fc
    .tuple(
      fc.oneof(minute, fc.constant('*/15')),
      fc.oneof(field(23), fc.constantFrom('23,0', '1,2', '1-3', '2,3')),
      fc.oneof(fc.constant('*'), field(31, 1)),
      fc.oneof(fc.constant('*'), fc.constantFrom('MON-FRI', '0', '6,7')),
    )
    .map(([minute, hour, day, weekday]) => `${minute} ${hour} ${day} * ${weekday}`)
  // Zones and instants at which their clocks change.
  const change = fc.constantFrom(
    ['Europe/Brussels', '2026-03-29T01:00Z'],
    ['Europe/Brussels', '2026-10-25T01:00Z'],
    ['America/Nuuk', '2026-03-29T01:00Z'],
    ['America/Nuuk', '2026-10-25T01:00Z'],
    ['Australia/Lord_Howe', '2026-04-04T15:00Z'],
    ['Australia/Lord_Howe', '2026-10-03T15:30Z'],
    ['Asia/Kathmandu', '2026-03-29T01:00Z'],
  )
  const around = fc.oneof(
    fc.integer({ min: -2 * HOUR_MS, max: HOUR_MS }),
    fc.integer({ min: -30 * HOUR_MS, max: 30 * HOUR_MS }),
    fc.constantFrom(-1, 0, 1),
  )
  const situation = fc
    .tuple(cron, change, around)
    .map(([cron, [zone, at], ms]) => ({ times: { cron, zone: zone as string }, from: Date.parse(at as string) + ms }))
  const beats = fc.array(fc.oneof(fc.integer({ min: 1, max: 120_000 }), fc.integer({ min: 1, max: 20 * HOUR_MS })), {
    minLength: 1,
    maxLength: 12,
  })

  it('gives the same however a time is cut into beats', () => {
    fc.assert(
      fc.property(situation, beats, ({ times, from }, beats) => {
        const cuts = [from]
        for (const ms of beats) cuts.push((cuts.at(-1) as number) + ms)
        const cut = cuts
          .slice(1)
          .flatMap((to, index) => slotsBetween(times, new Date(cuts[index] as number), new Date(to)))
        assert.deepEqual(cut, slotsBetween(times, new Date(from), new Date(cuts.at(-1) as number)))
      }),
      { numRuns: 300 },
    )
  })

  it('gives slots that lie in the time and follow one another', () => {
    fc.assert(
      fc.property(situation, fc.integer({ min: 0, max: 80 * HOUR_MS }), ({ times, from }, ms) => {
        const found = slotsBetween(times, new Date(from), new Date(from + ms)).map(slot => slot.getTime())
        for (const [index, slot] of found.entries()) assert.ok(slot > (found[index - 1] ?? from) && slot <= from + ms)
      }),
      { numRuns: 300 },
    )
  })

  it('is empty for a time that goes backwards', () => {
    assert.deepEqual(
      slotsBetween({ cron: '* * * * *', zone: 'UTC' }, new Date('2026-01-02T00:00Z'), new Date('2026-01-01T00:00Z')),
      [],
    )
  })
})

describe('nextSlots', () => {
  it('finds the next ones however far they are', () => {
    assert.deepEqual(
      instants(nextSlots({ cron: '0 8 29 2 *', zone: 'Europe/Brussels' }, new Date('2026-11-23T00:00Z'), 2)),
      ['2028-02-29T07:00Z', '2032-02-29T07:00Z'],
    )
  })

  it('ends where nothing comes', () => {
    assert.deepEqual(nextSlots({ cron: '0 8 31 2 *', zone: 'Europe/Brussels' }, new Date('2026-11-23T00:00Z'), 2), [])
  })
})

describe('scheduleFault', () => {
  const A_CRON = 'a cron expression such as "0 8 * * 1-5" for 08:00 from Monday to Friday'
  const table: [cron: string, fault: string | undefined][] = [
    ['0 8 * * 1-5', undefined],
    ['*/15 8-18 1,15 JAN-JUN MON,FRI', undefined],
    [' 0  8 * * * ', undefined],
    ['0 8 29 2 *', undefined],
    ['0 8 31 2 *', 'a cron expression whose date comes, such as "0 8 28 2 *" (day 31 of month 2 never comes)'],
    ['0 8 30 2 *', 'a cron expression whose date comes, such as "0 8 28 2 *" (day 30 of month 2 never comes)'],
    [
      '0 8 31 4,6,9,11 *',
      'a cron expression whose date comes, such as "0 8 28 4,6,9,11 *" (day 31 of month 4,6,9,11 never comes)',
    ],
    ['0 8 * *', `${A_CRON}: minute, hour, day of the month, month, day of the week`],
    ['0 0 8 * * *', `${A_CRON}: minute, hour, day of the month, month, day of the week`],
    ['@daily', `${A_CRON}: minute, hour, day of the month, month, day of the week`],
    ['at 8 in the morning', `${A_CRON}, with its minute from 0 to 59, such as 0 or 0,30`],
    ['60 8 * * *', `${A_CRON}, with its minute from 0 to 59, such as 0 or 0,30`],
    ['08:00 1 2 3 4', `${A_CRON}, with its minute from 0 to 59, such as 0 or 0,30`],
    ['0 24 * * *', `${A_CRON}, with its hour from 0 to 23, such as 8, 8,20 or 9-17`],
    ['0 17-9 * * *', `${A_CRON}, with its hour from 0 to 23, such as 8, 8,20 or 9-17`],
    ['0 8 32 * *', `${A_CRON}, with its day of the month from 1 to 31, such as 1 or 1,15`],
    ['0 8 * 13 *', `${A_CRON}, with its month from 1 to 12, such as 6 or JUN`],
    ['0 8 * * 8', `${A_CRON}, with its day of the week from 0 to 7 (Sunday is both), such as 5, 1-5 or FRI`],
    ['0 8 * * monday', `${A_CRON}, with its day of the week from 0 to 7 (Sunday is both), such as 5, 1-5 or FRI`],
  ]
  for (const [cron, fault] of table)
    it(`tells what "${cron}" is`, () =>
      assert.deepEqual(scheduleFault({ cron, zone: 'UTC' }), fault === undefined ? undefined : { key: 'cron', fault }))

  const zones: [zone: string, fault: string | undefined][] = [
    ['Europe/Kiev', undefined],
    ['Europe/Kyiv', undefined],
    ['UTC', undefined],
    ['US/Eastern', undefined],
    ['Europe/Brusels', 'a time zone, most likely Europe/Brussels'],
    ['Europe/Kyv', 'a time zone, most likely Europe/Kyiv'],
    ['brussels', 'a time zone, most likely Europe/Brussels'],
    ['New York', 'a time zone, most likely America/New_York'],
    ['CEST', 'a time zone such as Europe/Brussels'],
    ['+02:00', 'a time zone such as Europe/Brussels'],
    ['', 'a time zone such as Europe/Brussels'],
  ]
  for (const [zone, fault] of zones)
    it(`tells what the zone "${zone}" is`, () =>
      assert.deepEqual(
        scheduleFault({ cron: '0 8 * * *', zone }),
        fault === undefined ? undefined : { key: 'zone', fault },
      ))
})
