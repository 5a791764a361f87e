import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import fc from 'fast-check'
import { readCron, readTime, sayRun, saySchedule, sayTime, writeCron } from '../../../src/digest/manage/times.ts'
import { nextSlots, scheduleFault } from '../../../src/digest/slots.ts'

describe('days and a time as a cron expression', () => {
  it('are read back as they were written, and are due on those days at that time', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 127 }), fc.integer({ min: 0, max: 1439 }), (days, minutes) => {
        const cron = writeCron({ days, minutes })
        assert.deepEqual(readCron(cron), { days, minutes })
        assert.equal(scheduleFault({ cron, zone: 'UTC' }), undefined)
        const slots = nextSlots({ cron, zone: 'UTC' }, new Date('2026-11-22T12:00:00Z'), 7)
        for (const slot of slots) {
          assert.ok(days & (1 << slot.getUTCDay()), cron)
          assert.equal(slot.getUTCHours() * 60 + slot.getUTCMinutes(), minutes)
        }
      }),
    )
  })

  it('are not made out of an expression that has more to it', () => {
    for (const cron of ['0 8,20 * * *', '*/5 8 * * *', '0 8 1 * *', '0 8 * 6 *', '0 8 * * MON', '0 8 * * 2-4'])
      assert.equal(readCron(cron), undefined, cron)
  })
})

describe('a time', () => {
  const table: [text: string, said: string | undefined][] = [
    ['08:30', '08:30'],
    ['8:30', '08:30'],
    ['8.30', '08:30'],
    ['0830', '08:30'],
    ['8am', '08:00'],
    ['12am', '00:00'],
    ['12pm', '12:00'],
    ['8:30 pm', '20:30'],
    ['23:59', '23:59'],
    ['24:00', 'wrong'],
    ['8:60', 'wrong'],
    ['13pm', 'wrong'],
    ['0am', 'wrong'],
    ['8', undefined],
    ['eight', undefined],
    ['2026-11-22', undefined],
  ]
  for (const [text, said] of table)
    it(`${said === undefined ? 'is not read in' : 'is read in'} ${text}`, () => {
      const minutes = readTime(text)
      assert.equal(minutes === undefined ? undefined : Number.isNaN(minutes) ? 'wrong' : sayTime(minutes), said)
    })
})

describe('a run', () => {
  it('is told in local time with its offset, on both sides of a clock change', () => {
    assert.equal(
      sayRun(new Date('2026-10-24T06:00:00Z'), 'Europe/Brussels'),
      'Saturday, 24 October 2026, 08:00 (UTC+02:00)',
    )
    assert.equal(
      sayRun(new Date('2026-10-25T07:00:00Z'), 'Europe/Brussels'),
      'Sunday, 25 October 2026, 08:00 (UTC+01:00)',
    )
    assert.equal(
      sayRun(new Date('2026-01-01T00:30:00Z'), 'America/St_Johns'),
      'Wednesday, 31 December 2025, 21:00 (UTC-03:30)',
    )
  })

  it('of a schedule is told in words, or by its expression where there are none', () => {
    assert.equal(saySchedule({ cron: '30 8 * * 1-5', zone: 'UTC' }), 'on weekdays at 08:30, UTC')
    assert.equal(
      saySchedule({ cron: '0 7 * * 1,3,0', zone: 'UTC' }),
      'on Mondays, Wednesdays and Sundays at 07:00, UTC',
    )
    assert.equal(saySchedule({ cron: '0 8,20 * * *', zone: 'UTC' }), 'by the cron expression 0 8,20 * * *, UTC')
  })
})
