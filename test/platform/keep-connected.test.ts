import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { setImmediate as breathe } from 'node:timers/promises'
import fc from 'fast-check'
import { keepConnected, type Line } from '../../src/platform/keep-connected.ts'
import { createTestClock } from '../fakes/clock.ts'

const GREETING_MS = 20_000
const STEADY_MS = 10_000
const FIRST_WAIT_MS = 250
const LAST_WAIT_MS = 10_000
const HOUR_MS = 3_600_000

/** One try to open the line, and what the other end does with it. */
type Try = { greet: () => void; refuse: (why: string) => void; lose: () => void }

type Explain = Line['explain']

const explainPlainly: Explain = error => ({ note: `It said ${error instanceof Error ? error.message : error}.` })

/** A line that is kept, whose other end does what the test says. */
function keep(explain: Explain = explainPlainly) {
  const clock = createTestClock()
  const tries: Try[] = []
  const lines: string[] = []
  let closes = 0
  const last = () => {
    const one = tries.at(-1)
    assert.ok(one)
    return one
  }
  const line: Line = {
    name: 'The line',
    open: () => {
      const greeting = Promise.withResolvers<{ gone: Promise<void> }>()
      const ending = Promise.withResolvers<void>()
      tries.push({
        greet: () => greeting.resolve({ gone: ending.promise }),
        refuse: why => greeting.reject(new Error(why)),
        lose: ending.resolve,
      })
      return greeting.promise
    },
    explain,
    close: async () => {
      closes += 1
      tries.at(-1)?.refuse('closed by us')
      tries.at(-1)?.lose()
    },
  }
  const connection = keepConnected(line, said => void lines.push(said), clock)
  return {
    ...connection,
    clock,
    lines,
    tries,
    last,
    closes: () => closes,
    /** The waits between two tries. */
    waits: () => clock.waits.filter(ms => ms !== GREETING_MS),
    /** Lets everything happen that needs no time. */
    settle: async () => {
      for (let turn = 0; turn < 3; turn++) await breathe()
    },
  }
}

type Kept = ReturnType<typeof keep>

/** Sees out the wait before the next try. */
async function waitOut({ clock, waits, settle }: Kept): Promise<void> {
  clock.push(waits().at(-1) ?? 0)
  await settle()
}

async function refuse(line: Kept): Promise<void> {
  line.last().refuse('no')
  await line.settle()
}

async function greet(line: Kept): Promise<void> {
  line.last().greet()
  await line.settle()
}

async function loseAfter(line: Kept, ms: number): Promise<void> {
  line.clock.push(ms)
  line.last().lose()
  await line.settle()
}

const SENTENCE = /^\p{Lu}.*\.$/u

describe('a connection that is kept', () => {
  it('is down until it is greeted, then up, and says so once', async t => {
    const line = keep()
    t.after(line.stop)
    assert.equal(line.health().isUp, false)
    assert.match(line.health().note, SENTENCE)
    await greet(line)
    assert.equal(line.health().isUp, true)
    assert.match(line.health().note, SENTENCE)
    assert.deepEqual(line.lines, ['The line is connected.'])
    assert.equal(line.tries.length, 1)
  })

  it('is tried again after a wait that doubles up to ten seconds', async t => {
    const line = keep()
    t.after(line.stop)
    for (let failure = 0; failure < 8; failure++) {
      await refuse(line)
      assert.equal(line.tries.length, failure + 1)
      await waitOut(line)
      assert.equal(line.tries.length, failure + 2)
    }
    assert.deepEqual(line.waits(), [500, 1000, 2000, 4000, 8000, 10_000, 10_000, 10_000])
  })

  it('says once that it is not connected, and once that it is again', async t => {
    const line = keep()
    t.after(line.stop)
    for (let failure = 0; failure < 5; failure++) {
      await refuse(line)
      assert.deepEqual(line.health(), { isUp: false, note: 'It said no.' })
      await waitOut(line)
    }
    await greet(line)
    assert.deepEqual(line.lines, ['The line is not connected: It said no.', 'The line is connected.'])
  })

  it('says nothing of a loss that the next try mends, but is down meanwhile', async t => {
    const line = keep()
    t.after(line.stop)
    await greet(line)
    await loseAfter(line, STEADY_MS)
    assert.equal(line.health().isUp, false)
    assert.match(line.health().note, SENTENCE)
    await waitOut(line)
    await greet(line)
    assert.equal(line.health().isUp, true)
    assert.deepEqual(line.lines, ['The line is connected.'])
  })

  it('is waited after ever longer where it is lost as soon as it is there', async t => {
    const line = keep()
    t.after(line.stop)
    for (let loss = 0; loss < 7; loss++) {
      await greet(line)
      await loseAfter(line, STEADY_MS - 100)
      await waitOut(line)
    }
    assert.deepEqual(line.waits(), [500, 1000, 2000, 4000, 8000, 10_000, 10_000])
  })

  it('is made anew almost at once after one that was steady', async t => {
    const line = keep()
    t.after(line.stop)
    await greet(line)
    await loseAfter(line, 0)
    await waitOut(line)
    await greet(line)
    await loseAfter(line, STEADY_MS)
    assert.equal(line.waits().at(-1), FIRST_WAIT_MS)
  })

  it('begins with the short waits again after it was connected', async t => {
    const line = keep()
    t.after(line.stop)
    for (let failure = 0; failure < 6; failure++) {
      await refuse(line)
      await waitOut(line)
    }
    await greet(line)
    await loseAfter(line, STEADY_MS)
    await waitOut(line)
    await refuse(line)
    assert.equal(line.waits().at(-1), 500)
    assert.equal(line.lines.length, 3)
  })

  it('is tried again when the platform said', async t => {
    const line = keep(() => ({ note: 'Wait.', waitMs: 60_000 }))
    t.after(line.stop)
    await refuse(line)
    line.clock.push(59_000)
    await line.settle()
    assert.equal(line.tries.length, 1)
    line.clock.push(1000)
    await line.settle()
    assert.equal(line.tries.length, 2)
  })

  it('is given up where nothing greets it within twenty seconds, and tried again', async t => {
    const line = keep()
    t.after(line.stop)
    line.clock.push(GREETING_MS - 100)
    await line.settle()
    assert.equal(line.closes(), 0)
    line.clock.push(100)
    await line.settle()
    assert.equal(line.closes(), 1)
    assert.equal(line.health().isUp, false)
    assert.match(line.health().note, /did not greet/)
    await waitOut(line)
    await greet(line)
    assert.equal(line.health().isUp, true)
  })

  it('stays, however long, once it was greeted in time', async t => {
    const line = keep()
    t.after(line.stop)
    line.clock.push(GREETING_MS - 100)
    await greet(line)
    line.clock.push(HOUR_MS)
    await line.settle()
    assert.equal(line.health().isUp, true)
    assert.equal(line.closes(), 0)
    assert.equal(line.tries.length, 1)
  })

  const states: [state: string, reach: (line: Kept) => Promise<void>][] = [
    ['while it is being made', async ({ settle }) => settle()],
    ['while a try is waited for', refuse],
    ['while it is up', greet],
    [
      'just after it was lost',
      async line => {
        await greet(line)
        await loseAfter(line, 0)
      },
    ],
  ]
  for (const [state, reach] of states)
    it(`ends ${state}, for good, and a second time does no harm`, async () => {
      const line = keep()
      await reach(line)
      const { length } = line.lines
      const ends = [line.stop(), line.stop()]
      await Promise.all(ends)
      await line.stop()
      const tries = line.tries.length
      line.clock.push(HOUR_MS)
      await line.settle()
      assert.equal(line.tries.length, tries)
      assert.equal(line.health().isUp, false)
      assert.deepEqual(line.lines.slice(length), [], 'An end that was asked for is no trouble.')
    })

  it('is not kept where it is greeted only when it was to end', async () => {
    const line = keep()
    const stopped = line.stop()
    line.last().greet()
    await stopped
    assert.equal(line.health().isUp, false)
    assert.ok(line.closes() > 0)
  })

  it('comes back after whatever happened, without haste, and each trouble is told once', async () => {
    const event = fc.oneof(
      fc.constant('refused' as const),
      fc.constant('silent' as const),
      fc.integer({ min: 0, max: 3 * STEADY_MS }),
    )
    await fc.assert(
      fc.asyncProperty(fc.array(event, { maxLength: 30 }), async events => {
        const line = keep()
        for (const one of events) {
          if (one === 'refused') await refuse(line)
          else if (one === 'silent') {
            line.clock.push(GREETING_MS)
            await line.settle()
          } else {
            await greet(line)
            await loseAfter(line, one)
          }
          await waitOut(line)
        }
        await greet(line)
        assert.equal(line.health().isUp, true)
        assert.equal(line.tries.length, events.length + 1)
        assert.ok(line.waits().every(ms => ms >= FIRST_WAIT_MS && ms <= LAST_WAIT_MS))
        const told = line.lines.map(said => said.startsWith('The line is connected'))
        assert.ok(told.every((isUp, at) => at === 0 || isUp !== told[at - 1]))
        assert.equal(told.at(-1), true)
        await line.stop()
      }),
      { numRuns: 100 },
    )
  })
})
