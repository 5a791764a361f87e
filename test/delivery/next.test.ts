import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import fc from 'fast-check'
import {
  afterLook,
  afterSend,
  type Change,
  type Delivery,
  LEASE_MS,
  lookFrom,
  SETTLE_MS,
  stepOf,
  whereOvertaken,
} from '../../src/delivery/next.ts'
import type { Finding, Outcome, Refused } from '../../src/platform/platform.ts'
import type { DeliveryState } from '../../src/store/tables.ts'
import { partsTo } from '../fakes/digests.ts'

const NOW = new Date('2026-11-22T07:00:10.000Z')

const at = (ms: number): string => new Date(NOW.getTime() + ms).toISOString()

const TIMES = { settleMs: SETTLE_MS }

const delivery = (change: Partial<Delivery> = {}): Delivery => ({
  ...(partsTo('slack:T1/C1', 1, new Date(at(-10_000)))[0] as Delivery),
  ...change,
})

const OUTCOMES: Outcome[] = [
  { kind: 'done', message: '1' },
  { kind: 'later', afterMs: 7000, why: 'wait' },
  { kind: 'unclear', why: 'cut' },
]

/** What is refused, of what. */
const REFUSED = (['message', 'channel', 'account'] as const).map(
  (of): Outcome => ({ kind: 'refused', of, why: 'no', remedy: 'do' }),
)

const FINDINGS: Finding[] = [
  { kind: 'found', message: '1' },
  { kind: 'absent' },
  { kind: 'later', afterMs: 7000, why: 'wait' },
  { kind: 'unclear', why: 'hidden', remedy: 'show' },
]

const SENT = { state: 'sent', message: '1', why: null, remedy: null, doubt: 0 }

describe('what a send comes to', () => {
  const table: [doubt: number, outcome: Outcome['kind'], change: Change][] = [
    [0, 'done', SENT as Change],
    [0, 'later', { state: 'pending', due: at(7000), why: 'wait' }],
    [0, 'unclear', { state: 'checking', doubt: 1, due: at(2000), why: 'cut' }],
    [1, 'done', SENT as Change],
    [1, 'later', { state: 'checking', doubt: 1, due: at(7000), why: 'wait' }],
    [1, 'unclear', { state: 'checking', doubt: 1, due: at(2000), why: 'cut' }],
  ]
  for (const [doubt, kind, change] of table)
    it(`${kind}, ${doubt ? 'where an earlier one may have arrived' : 'where it is the first'}: ${change.state}`, () => {
      const outcome = OUTCOMES.find(one => one.kind === kind) as Outcome
      assert.deepEqual(afterSend(delivery({ doubt }), outcome, NOW), change)
    })
})

describe('what a refusal comes to', () => {
  const pending = { state: 'pending', due: at(0), why: 'no' }
  const checking = { state: 'checking', doubt: 1, due: at(SETTLE_MS), why: 'no' }
  const holds = { why: 'no', remedy: 'do' }
  const table: [doubt: number, of: Refused, change: object][] = [
    [0, 'message', { state: 'failed', why: 'no', remedy: 'do' }],
    [0, 'channel', { ...pending, holds: { of: 'channel', ...holds } }],
    [0, 'account', { ...pending, holds: { of: 'account', ...holds } }],
    [1, 'message', checking],
    [1, 'channel', { ...checking, holds: { of: 'channel', ...holds } }],
    [1, 'account', { ...checking, holds: { of: 'account', ...holds } }],
  ]
  for (const [doubt, of, change] of table)
    it(`of the ${of}, ${doubt ? 'where an earlier one may have arrived' : 'where it is the first'}`, () => {
      const outcome: Outcome = { kind: 'refused', of, why: 'no', remedy: 'do' }
      assert.deepEqual(afterSend(delivery({ doubt }), outcome, NOW), change)
    })
})

describe('what would wait again behind a newer slot', () => {
  const pending: Change = { state: 'pending', due: at(0) }
  const table: [name: string, row: Partial<Delivery>, change: Change, isOvertaken: boolean][] = [
    ['gives way', {}, pending, true],
    ['gives way to none where it was posted by hand', { slot: 'now:1' }, pending, false],
    ['gives way to none where it is a notice', { digest: 'notice', slot: 'hold:x' }, pending, false],
    ['gives way to none where somebody wants it sent however late', { expires: null }, pending, false],
    ['does not wait where it was sent', {}, SENT as Change, false],
  ]
  for (const [name, row, change, isOvertaken] of table)
    it(name, () => assert.equal(whereOvertaken(delivery(row), change)?.state, isOvertaken ? 'superseded' : undefined))
})

describe('what a look comes to', () => {
  const table: [finding: Finding['kind'], lastMs: number, state: DeliveryState | undefined][] = [
    ['found', -SETTLE_MS, 'sent'],
    ['absent', -SETTLE_MS, 'pending'],
    ['later', -SETTLE_MS, undefined],
    ['later', -6 * 3_600_000 + 1, undefined],
    ['later', -6 * 3_600_000, 'uncertain'],
    ['unclear', -SETTLE_MS, 'uncertain'],
  ]
  for (const [kind, lastMs, state] of table)
    it(`${kind}, ${-lastMs / 1000} s after the send: ${state ?? 'it is looked for again'}`, () => {
      const finding = FINDINGS.find(one => one.kind === kind) as Finding
      const change = afterLook(delivery({ state: 'checking', doubt: 1, last: at(lastMs) }), finding, NOW)
      assert.equal(change.state, state)
      if (state === 'uncertain') assert.match(change.remedy ?? '', /resolve \S+ sent`, or `again`/)
      if (state === undefined) assert.equal(change.due, at(7000))
    })
})

describe('what is due', () => {
  const table: [name: string, row: Partial<Delivery>, repeatsWithinMs: number, kind: string, change?: Change][] = [
    ['what waits is sent', {}, 0, 'send'],
    ['what waits is sent until it expires', { expires: at(1) }, 0, 'send'],
    ['what may be sent however late is sent', { expires: null }, 0, 'send'],
    [
      'what expired is not sent',
      { expires: at(0), why: 'Slack can’t be reached.' },
      0,
      'write',
      { state: 'expired', why: 'It was too late to send it: Slack can’t be reached.', remedy: null },
    ],
    [
      'a send whose lease is over may have arrived',
      { state: 'sending' },
      0,
      'write',
      { state: 'checking', doubt: 1, due: at(2000), why: 'Readout stopped while it was sending.' },
    ],
    [
      'it is repeated where the platform decides',
      { state: 'checking', tried: at(-59_999), last: at(-3000) },
      60_000,
      'send',
    ],
    [
      'not when the first send is too old, however young the last',
      { state: 'checking', tried: at(-60_000), last: at(-3000) },
      60_000,
      'write',
      { due: at(-3000 + SETTLE_MS) },
    ],
    [
      'not after the clock was set back',
      { state: 'checking', tried: at(3_600_000), last: at(3_600_000) },
      60_000,
      'write',
      { last: at(0), due: at(SETTLE_MS) },
    ],
    [
      'nor where the platform never knows it',
      { state: 'checking', tried: at(-1), last: at(-1) },
      0,
      'write',
      { due: at(-1 + SETTLE_MS) },
    ],
    [
      'it is looked for when the time to settle is over',
      { state: 'checking', tried: at(-SETTLE_MS), last: at(-SETTLE_MS) },
      0,
      'look',
    ],
    [
      'not a millisecond sooner',
      { state: 'checking', tried: at(-SETTLE_MS), last: at(1 - SETTLE_MS) },
      0,
      'write',
      { due: at(1) },
    ],
  ]
  for (const [name, row, repeatsWithinMs, kind, change] of table)
    it(name, () => {
      const step = stepOf(delivery({ tried: null, ...row }), NOW, repeatsWithinMs, TIMES)
      assert.deepEqual(step, change ? { kind, change } : { kind })
    })

  it('the time to settle is longer than the lease, and the lease than a send', () => {
    assert.ok(SETTLE_MS > 2 * LEASE_MS)
  })
})

describe('where a message is looked for', () => {
  it('begins well before the send, for clocks differ', () => {
    assert.equal(lookFrom(delivery({ tried: at(-60_000) }), NOW).toISOString(), at(-60_000 - 2 * 3_600_000))
  })

  it('begins a day ago where the clock was set back: the send may have been any time before', () => {
    assert.equal(lookFrom(delivery({ tried: at(3_600_000) }), NOW).toISOString(), at(-86_400_000))
  })
})

describe('every path through the decisions', () => {
  type Event = { outcome: Outcome } | { finding: Finding } | { diesMs: number } | { waitMs: number }

  const events = fc.array(
    fc.oneof(
      fc.constantFrom<Event>(...[...OUTCOMES, ...REFUSED].map(outcome => ({ outcome }))),
      fc.constantFrom<Event>(...FINDINGS.map(finding => ({ finding }))),
      fc.integer({ min: 0, max: 300_000 }).map((diesMs): Event => ({ diesMs })),
      fc.integer({ min: -4_000_000, max: 4_000_000 }).map((waitMs): Event => ({ waitMs })),
    ),
    { maxLength: 30 },
  )

  /** States that say that nothing was posted. */
  const DENYING: DeliveryState[] = ['pending', 'failed', 'expired', 'superseded', 'cancelled']

  it('leads from what may have happened to a denial only by a look that proved it', () => {
    const property = fc.property(events, fc.constantFrom(0, 60_000), (list, repeatsWithinMs) => {
      let row = delivery()
      let now = NOW.getTime()
      let mayBeThere = false
      for (const event of list) {
        if ('waitMs' in event) {
          now += event.waitMs
          continue
        }
        const step = stepOf(row, new Date(now), repeatsWithinMs, TIMES)
        let isProved = false
        let change: Change = {}
        if (step.kind === 'write') change = step.change
        if (step.kind === 'look' && 'finding' in event) {
          isProved = event.finding.kind === 'absent'
          change = afterLook(row, event.finding, new Date(now))
        }
        if (step.kind === 'send') {
          const last = new Date(now).toISOString()
          const claimed = { ...row, state: 'sending' as const, tried: row.state === 'pending' ? last : row.tried, last }
          if ('outcome' in event) change = afterSend(row, event.outcome, new Date(now))
          mayBeThere ||= 'diesMs' in event || ('outcome' in event && event.outcome.kind === 'unclear')
          row = claimed
        }
        if ('diesMs' in event) now += event.diesMs
        const { holds: _, ...written } = change
        row = { ...row, ...written }
        if (isProved) mayBeThere = false
        assert.ok(!(mayBeThere && DENYING.includes(row.state)), `${row.state} though it may be there`)
        if (row.state === 'pending') assert.equal(row.doubt, 0)
      }
    })
    fc.assert(property, { numRuns: 3000 })
  })

  it('changes nothing of what has ended', () => {
    for (const state of ['sent', 'failed', 'uncertain', 'expired', 'superseded', 'cancelled'] as const)
      assert.deepEqual(stepOf(delivery({ state }), NOW, 60_000, TIMES), { kind: 'write', change: {} })
  })
})
