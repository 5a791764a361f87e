import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import fc from 'fast-check'
import { createPace, type Limit, NoTurn } from '../../src/platform/pace.ts'
import { createTestClock } from '../fakes/clock.ts'
import { rest } from '../fakes/digests.ts'

const SECOND = 1000

const PATIENT_MS = 1000 * SECOND

const limits: fc.Arbitrary<Required<Limit>> = fc
  .tuple(fc.integer({ min: 1, max: 4 }), fc.integer({ min: 1, max: 6 }), fc.integer({ min: 0, max: 2 }))
  .map(([most, within, gap]) => ({
    most,
    withinMs: within * SECOND,
    gapMs: Math.min(gap, within) * SECOND,
    patienceMs: PATIENT_MS,
  }))

/** How many seconds after the one before it a call is asked for, how many it takes, and whose it is. */
const calls = fc.array(
  fc.record({
    apart: fc.integer({ min: 0, max: 4 }),
    takes: fc.integer({ min: 0, max: 3 }),
    key: fc.constantFrom('a', 'b'),
    isRefused: fc.boolean(),
  }),
  { maxLength: 15 },
)

type Made = { key: string; asked: number; began: number; ended: number }

describe('a pace', () => {
  it('keeps every window of the platform to its limit, in order, and makes no call wait longer than that', async () => {
    await fc.assert(
      fc.asyncProperty(calls, limits, async (wanted, limit) => {
        const made = await makeCalls(wanted, limit)
        for (const key of ['a', 'b']) {
          const ours = made.filter(one => one.key === key)
          for (const [index, { asked, began }] of ours.entries()) {
            const counted = ours.slice(0, index).map(({ ended }) => ended + limit.withinMs / SECOND)
            const free = counted.toSorted((a, b) => b - a)[limit.most - 1] ?? 0
            const last = ours[index - 1]
            const apart = last ? last.began + limit.gapMs / SECOND : 0
            assert.equal(began, Math.max(asked, free, apart))
          }
        }
      }),
      { numRuns: 60 },
    )
  })

  it('refuses a call that would wait too long behind others that hang, and never makes it', async () => {
    const clock = createTestClock()
    const pace = createPace(
      { most: 1, withinMs: SECOND, patienceMs: 4 * SECOND },
      { wait: clock.wait, rest: clock.wait },
    )
    const made: string[] = []
    const call = async (name: string, ms = 0) => {
      made.push(name)
      if (ms > 0) await clock.wait(ms)
    }
    const hanging = pace(() => call('hangs', 10 * SECOND))
    const refused = assert.rejects(
      pace(() => call('waits')),
      NoTurn,
    )
    await rest()
    clock.push(4 * SECOND)
    await refused
    clock.push(6 * SECOND)
    await hanging
    clock.push(SECOND)
    await rest()
    await pace(() => call('comes later'))
    assert.deepEqual(made, ['hangs', 'comes later'])
  })
})

/** Makes calls at a clock of whole seconds; what stands there is in the order in which they were asked for. */
async function makeCalls(
  wanted: { apart: number; takes: number; key: string; isRefused: boolean }[],
  limit: Limit,
): Promise<Made[]> {
  const clock = createTestClock()
  const pace = createPace(limit, { wait: clock.wait, rest: clock.wait })
  let now = 0
  const pass = async () => {
    clock.push(SECOND)
    now += 1
    await rest()
  }
  const made: Promise<Made>[] = []
  let done = 0
  for (const { apart, takes, key, isRefused } of wanted) {
    for (let second = 0; second < apart; second++) await pass()
    const one: Made = { key, asked: now, began: 0, ended: 0 }
    const call = async () => {
      one.began = now
      if (takes > 0) await clock.wait(takes * SECOND)
      one.ended = now
      if (isRefused) throw new Error('refused')
    }
    const finished = () => {
      done += 1
      return one
    }
    made.push(pace(call, key).then(finished, finished))
    await rest()
  }
  while (done < wanted.length) await pass()
  return Promise.all(made)
}
