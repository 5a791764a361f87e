import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import type { Digest } from '../../src/digest/digest.ts'
import { describeNextRuns, nextRuns } from '../../src/digest/next-runs.ts'

const digest = (name: string, cron: string, zone: string, more: Partial<Digest> = {}): Digest => ({
  id: `config:${name}`,
  name,
  collection: 'nato',
  topics: [],
  schedule: { cron, zone, missed: { policy: 'latest', withinMs: 7_200_000 } },
  destinations: [{ platform: 'playground', space: 'local', channel: 'playground' }],
  sections: ['new'],
  whenEmpty: 'silent',
  ...more,
})

const lines = (digests: Digest[], now: string, count: number, isPaused = false): string[] =>
  describeNextRuns(
    digests.map(digest => ({ digest, isPaused })),
    new Date(now),
    count,
  )

describe('describeNextRuns', () => {
  it('gives the local time, the zone and its offset', () => {
    assert.deepEqual(lines([digest('morning', '0 8 * * *', 'Europe/Brussels')], '2026-11-22T09:00Z', 2), [
      'Mon 23 Nov 2026 08:00 Europe/Brussels (UTC+1)  morning → playground',
      'Tue 24 Nov 2026 08:00 Europe/Brussels (UTC+1)  morning → playground',
    ])
  })

  it('puts the runs of all digests in the order of their instants, as many as are asked for, in columns', () => {
    const slack = {
      destinations: [
        { platform: 'slack', space: 'T1', channel: 'C1' },
        { platform: 'slack', space: 'T1', channel: 'C2' },
      ],
    }
    assert.deepEqual(
      lines(
        [
          digest('newyork', '0 8 * * *', 'America/New_York', slack),
          digest('delhi', '0 8 * * *', 'Asia/Kolkata'),
          digest('st-johns', '30 8 * * *', 'America/St_Johns'),
        ],
        '2026-11-22T20:00Z',
        4,
      ),
      [
        'Mon 23 Nov 2026 08:00 Asia/Kolkata (UTC+5:30)      delhi → playground',
        'Mon 23 Nov 2026 08:30 America/St_Johns (UTC-3:30)  st-johns → playground',
        'Mon 23 Nov 2026 08:00 America/New_York (UTC-5)     newyork → slack:T1/C1, slack:T1/C2',
        'Tue 24 Nov 2026 08:00 Asia/Kolkata (UTC+5:30)      delhi → playground',
      ],
    )
  })

  it('marks the days when clocks change, and only those', () => {
    const brussels = [digest('morning', '0 8 * * *', 'Europe/Brussels')]
    const changes = (from: string) => lines(brussels, from, 3).map(line => line.split('; ')[1])
    assert.deepEqual(changes('2026-03-27T12:00Z'), [undefined, 'clocks go forward that day: 02:00 → 03:00', undefined])
    assert.deepEqual(changes('2026-10-23T12:00Z'), [undefined, 'clocks go back that day: 03:00 → 02:00', undefined])
  })

  it('marks both days where clocks change at midnight', () => {
    const runs = lines([digest('morning', '0 8 * * *', 'America/Nuuk')], '2026-03-27T12:00Z', 3)
    const mark = 'clocks go forward that day: 23:00 → 00:00'
    assert.deepEqual(
      runs.map(line => line.split('; ')[1]),
      [mark, mark, undefined],
    )
  })

  it('shows where a time goes that the clocks skip', () => {
    assert.deepEqual(lines([digest('night', '30 3 * * *', 'Europe/Kyiv')], '2026-03-28T12:00Z', 1), [
      'Sun 29 Mar 2026 04:00 Europe/Kyiv (UTC+3)  night → playground; clocks go forward that day: 03:00 → 04:00',
    ])
  })

  it('says which of two equal times it is', () => {
    assert.deepEqual(lines([digest('night', '30 3 * * *', 'Europe/Kyiv')], '2026-10-24T12:00Z', 1), [
      'Sun 25 Oct 2026 03:30 Europe/Kyiv (UTC+3)  night → playground; clocks go back that day: 04:00 → 03:00',
    ])
  })

  it('says what is paused', () => {
    assert.deepEqual(lines([digest('morning', '0 8 * * *', 'UTC')], '2026-11-22T09:00Z', 1, true), [
      'Mon 23 Nov 2026 08:00 UTC (UTC+0)  morning → playground; paused: not posted',
    ])
  })

  it('is empty without digests', () => assert.deepEqual(lines([], '2026-11-22T09:00Z', 5), []))
})

describe('nextRuns', () => {
  it('gives the instants', () => {
    const planned = [{ digest: digest('morning', '0 8 * * *', 'Europe/Brussels'), isPaused: false }]
    const [run] = nextRuns(planned, new Date('2026-11-22T09:00Z'), 1)
    assert.equal(run?.at.toISOString(), '2026-11-23T07:00:00.000Z')
  })
})
