import assert from 'node:assert/strict'
import { describe, it, type TestContext } from 'node:test'
import { startDispatcher } from '../../src/delivery/dispatch.ts'
import { createNotices, NOTICE } from '../../src/delivery/notices.ts'
import { reportDeliveries, reportHolds } from '../../src/delivery/report.ts'
import { resolveDelivery, startAndResume } from '../../src/delivery/resolve.ts'
import { type Retraction, type RetractOptions, retract } from '../../src/delivery/retract.ts'
import { createTeller } from '../../src/delivery/teller.ts'
import { parseDestination } from '../../src/digest/destination.ts'
import { type Destination, PlatformError } from '../../src/platform/platform.ts'
import type { DeliveryTable } from '../../src/store/tables.ts'
import { claim, createHandMade, openDesk, type PostFault, partsTo, pass, rest } from '../fakes/digests.ts'

const readDestination = (text: string): Destination => parseDestination(text) as Destination

const CHANNEL = 'handmade:S/C1'

const OPERATORS = 'handmade:S/OPS'

const OF_CHANNEL: PostFault = { refused: 'channel' }

async function open(t: TestContext, settings: { operators?: string; repeatsWithinMs?: number } = {}) {
  const { clock, store, close } = await openDesk()
  const platform = createHandMade(clock, 'handmade', settings.repeatsWithinMs)
  const lines: string[] = []
  const switches = { isPaused: false }
  const notices = createNotices({ destination: () => settings.operators, button: { id: '1h:/:1', label: 'All' } })
  const start = (over: Partial<Parameters<typeof startDispatcher>[0]> = {}) =>
    startDispatcher({
      store,
      platforms: [platform],
      clock,
      log: line => lines.push(line),
      readDestination,
      isFresh: async () => true,
      isPaused: () => switches.isPaused,
      noticeOf: notices.ofDelivery,
      ...over,
    })
  const dispatchers: { stop: () => Promise<void> }[] = []
  t.after(async () => {
    await Promise.all(dispatchers.map(one => one.stop()))
    await close()
  })
  return {
    clock,
    store,
    platform,
    lines,
    switches,
    notices,
    start: (over?: Parameters<typeof start>[0]) => {
      const dispatcher = start(over)
      dispatchers.push(dispatcher)
      return dispatcher
    },
    states: async (rows: DeliveryTable[]) =>
      Promise.all(rows.map(async ({ id }) => (await store.delivery(id))?.state ?? 'gone')),
    messagesAt: (channel: string) => platform.messages.filter(({ to }) => to === channel),
  }
}

const DAY = '2026-11-22T07:00:00.000Z'

const NEXT_DAY = '2026-11-23T07:00:00.000Z'

describe('the dispatcher', () => {
  it('sends the parts of a digest in order', async t => {
    const { clock, store, start, states, platform } = await open(t)
    const rows = partsTo(CHANNEL, 5, clock.now())
    await claim(store, rows.toReversed(), clock.now())
    start()
    await pass(clock, 1000)
    assert.deepEqual(await states(rows), Array(5).fill('sent'))
    assert.deepEqual(
      platform.messages.map(({ delivery }) => delivery),
      rows.map(({ id }) => id),
    )
  })

  it('waits out a rate limit in the middle of a digest of five parts, and goes on with the same part', async t => {
    const { clock, store, start, states, platform } = await open(t)
    const rows = partsTo(CHANNEL, 5, clock.now())
    platform.postFaults.push('none', 'none', 'later')
    await claim(store, rows, clock.now())
    start()
    await pass(clock, 1000)
    assert.deepEqual(await states(rows), ['sent', 'sent', 'pending', 'pending', 'pending'])
    await pass(clock, 5000)
    assert.deepEqual(await states(rows), Array(5).fill('sent'))
    assert.equal(platform.messages.length, 5)
  })

  it('pauses a destination that refuses, tells the remedy once, and harms no other', async t => {
    const { clock, store, start, states, platform, lines, messagesAt } = await open(t, { operators: OPERATORS })
    const rows = partsTo(CHANNEL, 3, clock.now())
    const others = partsTo('handmade:S/C2', 2, clock.now())
    platform.faultsAt.set('C1', OF_CHANNEL)
    await claim(store, [...rows, ...others], clock.now())
    start()
    await pass(clock, 1000)
    assert.deepEqual(await states([...rows, ...others]), ['pending', 'pending', 'pending', 'sent', 'sent'])
    const later = partsTo(CHANNEL, 1, clock.now(), { digest: 'config:other' })
    await claim(store, later, clock.now())
    await pass(clock, 60_000)
    assert.deepEqual(await states(later), ['pending'])
    assert.equal(platform.asked.filter(id => rows.some(row => row.id === id)).length, 1)
    assert.equal(messagesAt('OPS').length, 1)
    assert.match(
      JSON.stringify(messagesAt('OPS')),
      /Invite Readout\. Then: npm run -s readout -- deliveries resume handmade:S\/C1/,
    )
    assert.equal(lines.length, 1)
    assert.deepEqual(reportHolds(await store.holds()).length, 1)
  })

  it('goes on with the part that was refused when a destination is resumed, and tells of its next trouble again', async t => {
    const { clock, store, start, states, platform, messagesAt } = await open(t, { operators: OPERATORS })
    platform.faultsAt.set('C1', OF_CHANNEL)
    const rows = partsTo(CHANNEL, 3, clock.now())
    await claim(store, rows, clock.now())
    start()
    await pass(clock, 1000)
    assert.equal(await store.release(CHANNEL), true)
    await pass(clock, 20_000)
    assert.deepEqual(await states(rows), Array(3).fill('pending'))
    assert.equal(messagesAt('OPS').length, 2)
    platform.faultsAt.clear()
    assert.equal(await store.release(CHANNEL), true)
    await pass(clock, 20_000)
    assert.deepEqual(await states(rows), Array(3).fill('sent'))
    assert.deepEqual(
      platform.asked.filter(id => rows.some(row => row.id === id)),
      [0, 0, 0, 1, 2].map(index => rows[index]?.id),
    )
    assert.deepEqual([await store.holds(), await store.troubles()], [[], []])
  })

  it('sends what was refused no more when it is too late, and says nothing that operators don’t know', async t => {
    const { clock, store, start, states, platform, messagesAt } = await open(t, { operators: 'other:S/OPS' })
    const ways = { C1: 'channel', C2: 'account' } as const
    const rows = Object.keys(ways).flatMap(channel => partsTo(`handmade:S/${channel}`, 2, clock.now()))
    for (const [channel, refused] of Object.entries(ways)) platform.faultsAt.set(channel, { refused })
    await claim(store, rows, clock.now())
    const other = createHandMade(clock, 'other')
    start({ platforms: [platform, other] })
    await pass(clock, 7_300_000, 60_000)
    assert.deepEqual(await states(rows), Array(4).fill('expired'))
    assert.equal(other.messages.length, 2)
    assert.deepEqual(messagesAt('OPS'), [])
    const [row] = await store.deliveries(1, ['expired'])
    assert.equal(row?.why, 'It was too late to send it: It refused.')
  })

  it('holds a platform that refuses its account once for all destinations, tells of it once, and harms no other', async t => {
    const { clock, store, start, states, platform, lines } = await open(t, { operators: 'other:S/OPS' })
    const channels = Array.from({ length: 1000 }, (_, index) => `C${index}`)
    const rows = channels.flatMap(channel => partsTo(`handmade:S/${channel}`, 1, clock.now()))
    const elsewhere = partsTo('other:S/C1', 1, clock.now())
    for (const channel of channels) platform.faultsAt.set(channel, { refused: 'account' })
    await claim(store, [...rows, ...elsewhere], clock.now())
    const other = createHandMade(clock, 'other')
    start({ platforms: [platform, other] })
    await pass(clock, 60_000)
    assert.deepEqual(new Set(await states(rows)), new Set(['pending']))
    assert.deepEqual(await states(elsewhere), ['sent'])
    assert.ok(platform.asked.length <= 50, `${platform.asked.length} posts`)
    assert.equal(new Set(platform.asked).size, platform.asked.length)
    assert.deepEqual(
      (await store.holds()).map(({ destination }) => destination),
      ['handmade'],
    )
    assert.deepEqual(
      (await store.troubles()).map(({ trouble }) => trouble),
      ['hold:handmade'],
    )
    const [told, ...more] = other.messages.filter(({ to }) => to === 'OPS')
    assert.deepEqual([more, lines.length], [[], 1])
    assert.match(
      JSON.stringify(told),
      /Nothing more is posted to handmade\..*start Readout again; .* npm run -s readout -- deliveries resume handmade/,
    )
    assert.equal(await store.release('handmade'), true)
    await pass(clock, 20_000)
    assert.deepEqual(new Set(await states(rows)), new Set(['pending']))
    assert.equal(other.messages.filter(({ to }) => to === 'OPS').length, 2)
    platform.faultsAt.clear()
    await store.release('handmade')
    await pass(clock, 60_000)
    assert.deepEqual(new Set(await states(rows)), new Set(['sent']))
    assert.equal(platform.messages.length, 1000)
  })

  it('says nothing of a refused account in a channel of the same platform, now or later', async t => {
    const { clock, store, start, platform, lines, messagesAt } = await open(t, { operators: OPERATORS })
    platform.faultsAt.set('C1', { refused: 'account' })
    await claim(store, partsTo(CHANNEL, 1, clock.now()), clock.now())
    start()
    await pass(clock, 20_000)
    await store.release('handmade')
    platform.faultsAt.clear()
    await pass(clock, 20_000)
    assert.deepEqual([messagesAt('OPS'), lines.length, messagesAt('C1').length], [[], 1, 1])
  })

  it('looks for what is in doubt where the platform is held, and repeats it no more', async t => {
    const { clock, store, start, states, platform } = await open(t, { repeatsWithinMs: 60_000 })
    const rows = [...partsTo(CHANNEL, 1, clock.now()), ...partsTo('handmade:S/C2', 1, clock.now())]
    platform.faultsAt.set('C2', { refused: 'account' })
    platform.postFaults.push({ storedAfterMs: 0 })
    await claim(store, rows, clock.now())
    start()
    await pass(clock, 115_000)
    assert.deepEqual(await states(rows), ['checking', 'pending'])
    await pass(clock, 20_000)
    assert.deepEqual(await states(rows), ['sent', 'pending'])
    assert.deepEqual([platform.asked.length, platform.looks.length], [2, 1])
  })

  it('holds no channel for what is refused of one message, and says how to send it after all', async t => {
    const { clock, store, start, states, platform, lines, messagesAt } = await open(t, { operators: OPERATORS })
    const rows = partsTo(CHANNEL, 3, clock.now())
    platform.postFaults.push('none', { refused: 'message' })
    await claim(store, rows, clock.now())
    start()
    await pass(clock, 1000)
    const next = partsTo(CHANNEL, 1, clock.now(), { digest: 'config:other' })
    await claim(store, next, clock.now())
    await pass(clock, 20_000)
    assert.deepEqual(await states([...rows, ...next]), ['sent', 'failed', 'pending', 'sent'])
    assert.deepEqual([await store.holds(), lines.length], [[], 1])
    const id = rows[1]?.id ?? ''
    assert.match(
      JSON.stringify(messagesAt('OPS')),
      new RegExp(`Part 3 waits behind it\\..*deliveries resolve ${id} again`),
    )
    const again = async () => {
      const [failed] = await store.deliveries(1, ['failed'])
      assert.equal(await resolveDelivery(store, failed as DeliveryTable, 'again', clock.now()), undefined)
    }
    platform.postFaults.push({ refused: 'message' })
    await again()
    await pass(clock, 20_000)
    assert.equal(lines.length, 2, 'somebody has tried, and is told that it was in vain')
    await again()
    await pass(clock, 20_000)
    assert.deepEqual(await states(rows), Array(3).fill('sent'))
    assert.deepEqual(await store.troubles(), [])
  })

  it('posts nothing behind a newer one that proves not to have been posted', async t => {
    const { clock, store, start, states, platform } = await open(t)
    const cases = [
      { destination: 'handmade:S/C1', slot: DAY, newer: NEXT_DAY, state: 'superseded' },
      { destination: 'handmade:S/C2', slot: DAY, newer: 'now:1', state: 'sent' },
      { destination: 'handmade:S/C3', slot: 'now:1', newer: 'now:2', state: 'sent' },
      { destination: 'handmade:S/C4', slot: 'now:1', newer: NEXT_DAY, state: 'sent' },
    ]
    const rows = cases.flatMap(({ destination, slot }, index) =>
      partsTo(destination, 1, clock.now(), { slot, digest: `config:d${index}` }),
    )
    for (const row of rows) await claim(store, [row], clock.now())
    platform.postFaults.push(...cases.map(() => 'lost' as const))
    start()
    await pass(clock, 60_000)
    for (const [index, { destination, newer }] of cases.entries())
      await claim(store, partsTo(destination, 1, clock.now(), { slot: newer, digest: `config:d${index}` }), clock.now())
    await pass(clock, 120_000)
    assert.deepEqual(
      await states(rows),
      cases.map(({ state }) => state),
    )
    assert.equal(platform.messages.length, 7)
    assert.equal((await store.delivery(rows[0]?.id ?? ''))?.why, 'The next digest came first.')
  })

  it('sends what somebody wants sent again, though a newer one was posted meanwhile', async t => {
    const { clock, store, start, states, platform } = await open(t)
    const rows = [DAY, NEXT_DAY].flatMap(slot => partsTo(CHANNEL, 1, clock.now(), { slot }))
    platform.postFaults.push({ refused: 'message' }, 'none', 'later')
    for (const row of rows) await claim(store, [row], clock.now())
    start()
    await pass(clock, 1000)
    const [failed] = await store.deliveries(1, ['failed'])
    await resolveDelivery(store, failed as DeliveryTable, 'again', clock.now())
    await pass(clock, 20_000)
    assert.deepEqual(await states(rows), ['sent', 'sent'])
  })

  it('holds the parts behind an uncertain one, says which, and sends them when somebody says that it is there', async t => {
    const { clock, store, start, states, platform, messagesAt } = await open(t, { operators: OPERATORS })
    const rows = partsTo(CHANNEL, 3, clock.now())
    platform.postFaults.push({ storedAfterMs: 0 })
    platform.findFaults.push('unclear')
    await claim(store, rows, clock.now())
    start()
    await pass(clock, 180_000)
    assert.deepEqual(await states(rows), ['uncertain', 'pending', 'pending'])
    const told = JSON.stringify(messagesAt('OPS'))
    assert.match(told, /Parts 2 to 3 wait behind it/)
    assert.match(told, new RegExp(`readout -- deliveries resolve ${rows[0]?.id} sent`))
    const report = reportDeliveries(await store.deliveries(10, ['uncertain'])).join('\n')
    assert.match(report, /Parts 2 to 3 wait behind it/)
    assert.match(report, new RegExp(`resolve ${rows[0]?.id} sent`))
    const [first] = await store.deliveries(1, ['uncertain'])
    assert.equal(await resolveDelivery(store, first as DeliveryTable, 'sent', clock.now()), undefined)
    await pass(clock, 20_000)
    assert.deepEqual(await states(rows), ['sent', 'sent', 'sent'])
    assert.equal(messagesAt('C1').length, 3)
    assert.deepEqual(
      (await store.troubles()).filter(({ trouble }) => trouble.startsWith('uncertain')),
      [],
    )
  })

  it('sends an uncertain one again when somebody says so, however late', async t => {
    const { clock, store, start, states, platform } = await open(t)
    const rows = partsTo(CHANNEL, 1, clock.now())
    platform.postFaults.push('lost')
    platform.findFaults.push('unclear')
    await claim(store, rows, clock.now())
    start()
    await pass(clock, 180_000)
    await pass(clock, 86_400_000, 3_600_000)
    const [row] = await store.deliveries(1, ['uncertain'])
    assert.equal(await resolveDelivery(store, row as DeliveryTable, 'again', clock.now()), undefined)
    assert.match((await resolveDelivery(store, row as DeliveryTable, 'again', clock.now())) ?? '', /changed meanwhile/)
    await pass(clock, 20_000)
    assert.deepEqual(await states(rows), ['sent'])
    assert.equal(platform.messages.length, 1)
  })

  it('resolves nothing that is certain', async t => {
    const { clock, store } = await open(t)
    const rows = partsTo(CHANNEL, 1, clock.now())
    await claim(store, rows, clock.now())
    const why = await resolveDelivery(store, rows[0] as DeliveryTable, 'again', clock.now())
    assert.equal(
      why,
      'It is pending; only what is uncertain or failed can be resolved, and what is expired be sent again.',
    )
  })

  it('looks for no message sooner than the time to settle, and finds one that was stored late', async t => {
    const { clock, store, start, states, platform } = await open(t)
    const rows = partsTo(CHANNEL, 1, clock.now())
    platform.postFaults.push({ storedAfterMs: 110_000 })
    await claim(store, rows, clock.now())
    start()
    await pass(clock, 115_000)
    assert.deepEqual(platform.looks, [])
    await pass(clock, 15_000)
    assert.deepEqual(await states(rows), ['sent'])
    assert.equal(platform.messages.length, 1)
  })

  it('repeats on a platform that knows it as the same, and looks on one that does not', async t => {
    const { clock, store, start, states, platform } = await open(t, { repeatsWithinMs: 60_000 })
    const rows = partsTo(CHANNEL, 1, clock.now())
    platform.postFaults.push({ storedAfterMs: 0 })
    await claim(store, rows, clock.now())
    start()
    await pass(clock, 5000, 1000)
    assert.deepEqual(await states(rows), ['sent'])
    assert.deepEqual([platform.asked.length, platform.messages.length, platform.looks.length], [2, 1, 0])
  })

  it('waits for a platform that hangs no longer than its lease', async t => {
    const { clock, store, start, states, platform } = await open(t)
    const rows = partsTo(CHANNEL, 1, clock.now())
    platform.postFaults.push({ hangsAndStoredAfterMs: 60_000 })
    await claim(store, rows, clock.now())
    start()
    await pass(clock, 20_000)
    assert.deepEqual(await states(rows), ['checking'])
    await pass(clock, 120_000)
    assert.deepEqual(await states(rows), ['sent'])
    assert.equal(platform.messages.length, 1)
  })

  it('does not send when the process slept after it had written that it would', async t => {
    const { clock, store, start, states, platform } = await open(t)
    const rows = partsTo(CHANNEL, 1, clock.now())
    await claim(store, rows, clock.now())
    const asleep: typeof store = {
      ...store,
      write: async (read, change) => {
        const isWritten = await store.write(read, change)
        if (change.state === 'sending') clock.push(86_400_000)
        return isWritten
      },
    }
    start({ store: asleep })
    await pass(clock, 20_000)
    assert.deepEqual(platform.asked, [])
    assert.deepEqual(await states(rows), ['expired'])
  })

  it('sends nothing twice after its clock was set back by an hour', async t => {
    const { clock, store, start, states, platform } = await open(t)
    const rows = partsTo(CHANNEL, 1, clock.now())
    await claim(store, rows, clock.now())
    platform.postFaults.push({ storedAfterMs: 0 })
    const first = start()
    await rest()
    await first.stop()
    clock.push(-3_600_000)
    start()
    await pass(clock, 2 * 3_600_000, 60_000)
    assert.deepEqual(await states(rows), ['sent'])
    assert.equal(platform.messages.length, 1)
    const [look] = platform.looks
    assert.ok((look?.since.getTime() ?? 0) < (platform.messages[0]?.at ?? 0) - 3_600_000)
  })

  it('lets what waits too long expire, and tells once for a slot of many destinations', async t => {
    const { clock, store, start, states, platform, lines } = await open(t, { operators: OPERATORS })
    const rows = ['A', 'B', 'C'].flatMap(channel => partsTo(`handmade:S/${channel}`, 2, clock.now()))
    for (const channel of ['A', 'B', 'C']) platform.faultsAt.set(channel, 'later')
    await claim(store, rows, clock.now())
    start()
    await pass(clock, 7_300_000, 60_000)
    assert.deepEqual(await states(rows), Array(6).fill('expired'))
    assert.equal(lines.length, 1)
    assert.match(lines[0] ?? '', /too late to send it: It asks to wait\./)
  })

  it('sends what is posted to a platform that is not set up as soon as it is', async t => {
    const { clock, store, start, states, platform } = await open(t)
    const rows = partsTo(CHANNEL, 1, clock.now())
    await claim(store, rows, clock.now())
    const without = start({ platforms: [] })
    await pass(clock, 1000)
    const [row] = await store.deliveries(1)
    assert.deepEqual([row?.state, row?.why], ['pending', 'handmade is not set up.'])
    await without.stop()
    start()
    await pass(clock, 70_000)
    assert.deepEqual(await states(rows), ['sent'])
    assert.equal(platform.messages.length, 1)
  })

  it('sends nothing while it is paused, but finds out what may have been sent', async t => {
    const { clock, store, start, states, platform, switches } = await open(t)
    const rows = partsTo(CHANNEL, 2, clock.now())
    platform.postFaults.push({ storedAfterMs: 0 })
    await claim(store, rows, clock.now())
    start()
    await pass(clock, 1000)
    switches.isPaused = true
    await pass(clock, 180_000)
    assert.deepEqual(await states(rows), ['sent', 'pending'])
    switches.isPaused = false
    await pass(clock, 20_000)
    assert.deepEqual(await states(rows), ['sent', 'sent'])
  })

  it('repeats nothing while it is paused, even where the platform knows it as the same', async t => {
    const { clock, store, start, states, platform, switches } = await open(t, { repeatsWithinMs: 60_000 })
    const rows = partsTo(CHANNEL, 1, clock.now())
    platform.postFaults.push('lost')
    await claim(store, rows, clock.now())
    start()
    await rest()
    switches.isPaused = true
    await pass(clock, 180_000)
    assert.deepEqual([await states(rows), platform.asked.length, platform.looks.length], [['pending'], 1, 1])
    switches.isPaused = false
    await pass(clock, 20_000)
    assert.deepEqual([await states(rows), platform.messages.length], [['sent'], 1])
  })

  it('tries nothing else to a platform that takes nothing now, and goes on when it may', async t => {
    const { clock, store, start, platform } = await open(t)
    const rows = Array.from({ length: 200 }, (_, at) => partsTo(`handmade:S/C${at}`, 1, clock.now())).flat()
    platform.postFaults.push('none', 'none', 'rests')
    await claim(store, rows, clock.now())
    start()
    await pass(clock, 4000, 1000)
    assert.ok(platform.asked.length <= 50, `${platform.asked.length} were tried`)
    await pass(clock, 20_000)
    assert.equal(platform.messages.length, 200)
    assert.equal(platform.asked.length, 201)
  })

  it('repeats nothing of a digest that was paused meanwhile', async t => {
    const { clock, store, start, platform } = await open(t, { repeatsWithinMs: 60_000 })
    const [row] = partsTo(CHANNEL, 1, clock.now()) as [DeliveryTable]
    platform.postFaults.push('lost')
    await claim(store, [row], clock.now())
    start()
    await rest()
    const now = clock.now().toISOString()
    const change = { at: now, who: 'slack:U1', destination: CHANNEL, digest: row.digest, what: 'paused' }
    await store.pauseDigestBy(row.digest, true, now, change)
    await pass(clock, 60_000)
    assert.equal(platform.asked.length, 1)
  })

  it('tells of a cause once while some destinations fail of it and others don’t', async t => {
    const { clock, store, start, states, lines } = await open(t)
    const bad = ['A', 'B'].flatMap(channel => partsTo(`bad:S/${channel}`, 1, clock.now()))
    await claim(store, bad, clock.now())
    let isBroken = true
    start({
      readDestination: text => {
        if (isBroken && text.startsWith('bad:')) throw new Error('It is no destination.')
        return { ...readDestination(text), platform: 'handmade' }
      },
    })
    for (let index = 0; index < 10; index++) {
      await claim(store, partsTo(CHANNEL, 1, clock.now(), { digest: `config:d${index}` }), clock.now())
      await pass(clock, 20_000)
    }
    assert.deepEqual(lines, ['Deliveries wait: It is no destination.'])
    isBroken = false
    await pass(clock, 20_000)
    assert.deepEqual(await states(bad), ['sent', 'sent'])
  })

  it('tells of a database that fails once, does not spin, and goes on when it works again', async t => {
    const { clock, store, start, states, lines } = await open(t)
    const rows = partsTo(CHANNEL, 1, clock.now())
    await claim(store, rows, clock.now())
    let isBroken = true
    let writes = 0
    const failing: typeof store = {
      ...store,
      write: (read, change) => {
        writes += 1
        return isBroken ? Promise.reject(new Error('database or disk is full')) : store.write(read, change)
      },
    }
    start({ store: failing })
    await pass(clock, 60_000)
    assert.deepEqual(lines, ['Deliveries wait: database or disk is full'])
    assert.ok(writes <= 13, `${writes} writes`)
    isBroken = false
    await pass(clock, 10_000)
    assert.deepEqual(await states(rows), ['sent'])
  })

  it('tells of a database that can’t be read once, and again after it could be', async t => {
    const { clock, store, start, lines } = await open(t)
    let isBroken = true
    const due: typeof store.due = (...asked) =>
      isBroken ? Promise.reject(new Error('database is locked')) : store.due(...asked)
    start({ store: { ...store, due } })
    await pass(clock, 30_000)
    isBroken = false
    await pass(clock, 30_000)
    isBroken = true
    await pass(clock, 30_000)
    assert.deepEqual(lines, Array(2).fill('Deliveries can’t be read: database is locked'))
  })

  it('finishes what is in hand when it is stopped, begins nothing more, and leaves no timer', async t => {
    const { clock, store, start, states, platform } = await open(t)
    const rows = partsTo(CHANNEL, 2, clock.now())
    await claim(store, rows, clock.now())
    const { promise, resolve } = Promise.withResolvers<void>()
    const slow = {
      ...platform,
      post: async (...asked: Parameters<typeof platform.post>) => {
        await promise
        return platform.post(...asked)
      },
    }
    const dispatcher = start({ platforms: [slow] })
    await rest()
    const stopped = dispatcher.stop()
    resolve()
    await stopped
    assert.deepEqual(await states(rows), ['sent', 'pending'])
    await pass(clock, 60_000)
    assert.deepEqual(await states(rows), ['sent', 'pending'])
  })

  it('lets two dispatchers on one database post once', async t => {
    const { clock, store, start, states, platform } = await open(t)
    const rows = Array.from({ length: 20 }, (_, index) => partsTo(`handmade:S/C${index}`, 3, clock.now())).flat()
    await claim(store, rows, clock.now())
    start()
    start()
    await pass(clock, 10_000)
    assert.deepEqual(await states(rows), Array(60).fill('sent'))
    assert.equal(platform.asked.length, 60)
  })

  it('sends to all others while one destination has more than it can take at once', async t => {
    const { clock, store, start, messagesAt, platform } = await open(t)
    const many = Array.from({ length: 120 }, (_, index) =>
      partsTo(CHANNEL, 1, clock.now(), { digest: `config:d${index}` }),
    )
    for (const rows of many) await claim(store, rows, clock.now())
    await claim(store, partsTo('handmade:S/C2', 1, clock.now(), { digest: 'config:z' }), clock.now())
    const stuck = {
      ...platform,
      post: (...asked: Parameters<typeof platform.post>) =>
        asked[0].channel === 'C1' ? new Promise<never>(() => undefined) : platform.post(...asked),
    }
    const dispatcher = start({ platforms: [stuck] })
    await rest()
    assert.equal(messagesAt('C2').length, 1)
    // What hangs is given up.
    const stopped = dispatcher.stop()
    await pass(clock, 20_000)
    await stopped
  })
})

describe('notices', () => {
  it('do not go to the channel that fails, only to the log, and do not follow each other', async t => {
    const { clock, store, start, platform, lines } = await open(t, { operators: OPERATORS })
    platform.faultsAt.set('OPS', OF_CHANNEL)
    platform.faultsAt.set('C1', OF_CHANNEL)
    await claim(store, partsTo(CHANNEL, 1, clock.now()), clock.now())
    start()
    await pass(clock, 120_000)
    const notices = (await store.deliveries(50)).filter(({ digest }) => digest === NOTICE)
    assert.deepEqual(
      notices.map(({ state }) => state),
      ['pending'],
    )
    assert.equal(lines.length, 2)
    assert.match(lines[1] ?? '', /Nothing more is posted to handmade:S\/OPS/)
  })

  it('go to the operators for another channel whose id begins as theirs does', async t => {
    const { clock, store, start, platform, messagesAt } = await open(t, { operators: 'handmade:S/C1' })
    platform.faultsAt.set('C12', OF_CHANNEL)
    await claim(store, partsTo('handmade:S/C12', 1, clock.now()), clock.now())
    start()
    await pass(clock, 1000)
    assert.equal(messagesAt('C1').length, 1)
  })

  it('are there when the process dies as soon as the trouble is written', async t => {
    const { clock, store, start, platform } = await open(t, { operators: OPERATORS })
    platform.faultsAt.set('C1', OF_CHANNEL)
    await claim(store, partsTo(CHANNEL, 1, clock.now()), clock.now())
    const settle: typeof store.settle = async (...asked) => {
      await store.settle(...asked)
      return new Promise(() => undefined)
    }
    void startDispatcher({
      store: { ...store, settle },
      platforms: [platform],
      clock,
      log: () => undefined,
      readDestination,
      isFresh: async () => true,
      noticeOf: createNotices({ destination: () => OPERATORS, button: { id: '1h:/:1', label: 'All' } }).ofDelivery,
    })
    await rest()
    start()
    await pass(clock, 20_000)
    assert.equal(platform.messages.filter(({ to }) => to === 'OPS').length, 1)
  })
})

describe('sending again', () => {
  it('begins with the part that stands before it', async t => {
    const { clock, store } = await open(t)
    const [first, second] = partsTo(CHANNEL, 2, clock.now()) as [DeliveryTable, DeliveryTable]
    await claim(store, [first, second], clock.now())
    await store.write(first, { state: 'failed' })
    await store.write(second, { state: 'expired' })
    const again = async ({ id }: DeliveryTable) =>
      resolveDelivery(store, (await store.delivery(id)) as DeliveryTable, 'again', clock.now())
    assert.match(String(await again(second)), new RegExp(`Part 1 comes before it and is failed: ${first.id}`))
    assert.equal(await again(first), undefined)
    assert.equal(await again(second), undefined)
  })
})

describe('the trouble of a slot', () => {
  it('lasts until the last delivery is resolved that failed of it', async t => {
    const { clock, store, start, platform } = await open(t)
    const rows = ['C1', 'C2'].flatMap(channel => partsTo(`handmade:S/${channel}`, 1, clock.now()))
    for (const channel of ['C1', 'C2']) platform.faultsAt.set(channel, { refused: 'message' })
    await claim(store, rows, clock.now())
    start()
    await pass(clock, 1000)
    for (const left of [1, 0]) {
      assert.equal((await store.troubles()).length, 1)
      const [failed, ...others] = await store.deliveries(10, ['failed'])
      await resolveDelivery(store, failed as DeliveryTable, 'sent', clock.now())
      assert.equal(others.length, left)
    }
    assert.deepEqual(await store.troubles(), [])
  })
})

describe('the start of a platform', () => {
  async function openHeld(t: TestContext) {
    const desk = await open(t)
    const hold = { destination: 'handmade', since: desk.clock.now().toISOString(), why: '', remedy: '' }
    await desk.store.hold(hold)
    await desk.store.tell({ trouble: { trouble: 'hold:handmade', since: hold.since, note: '' } })
    desk.clock.push(60_000)
    const resume = (platform: Partial<typeof desk.platform> = {}) =>
      startAndResume(desk.store, { ...desk.platform, ...platform }, desk.clock.now(), line => desk.lines.push(line))
    return { ...desk, resume, hold }
  }

  it('ends its hold and the trouble of it', async t => {
    const { store, resume } = await openHeld(t)
    assert.equal(await resume(), true)
    assert.deepEqual([await store.holds(), await store.troubles()], [[], []])
    assert.equal(await resume(), false)
  })

  it('ends no hold where the token is refused', async t => {
    const { store, resume } = await openHeld(t)
    const start = () => Promise.reject(new PlatformError('The token is refused.'))
    await assert.rejects(resume({ start }), PlatformError)
    assert.equal((await store.holds()).length, 1)
  })

  it('ends no hold that was made since it began', async t => {
    const { store, clock, resume, hold } = await openHeld(t)
    await store.release('handmade')
    const start = async () => {
      clock.push(1000)
      await store.hold({ ...hold, since: clock.now().toISOString() })
    }
    assert.equal(await resume({ start }), false)
    assert.equal((await store.holds()).length, 1)
  })

  it('goes on where the database can’t be written, and says what to do', async t => {
    const { store, platform, lines, clock } = await openHeld(t)
    const failing = { ...store, release: () => Promise.reject(new Error('database is locked')) }
    assert.equal(await startAndResume(failing, platform, clock.now(), line => lines.push(line)), false)
    assert.match(lines.join(), /database is locked.*deliveries resume handmade/)
  })
})

describe('what is told once', () => {
  it('is told again when nothing is left that could be well', () => {
    const lines: string[] = []
    const { fails, forget } = createTeller('It waits', line => lines.push(line))
    fails('full', 'A')
    forget()
    fails('full', 'B')
    assert.equal(lines.length, 2)
  })

  it('is each cause, until all that failed of it is well', () => {
    const lines: string[] = []
    const { fails, isWell } = createTeller('It waits', line => lines.push(line))
    for (const place of ['A', 'B', 'A']) fails(new Error('full'), place)
    isWell('A')
    fails('locked', 'C')
    fails('full', 'A')
    assert.deepEqual(lines, ['It waits: full', 'It waits: locked'])
    for (const place of ['A', 'B']) isWell(place)
    fails('full', 'A')
    assert.equal(lines.length, 3)
  })

  it('is remembered of so many causes only', () => {
    let count = 0
    const { fails } = createTeller('It waits', () => {
      count += 1
    })
    for (let cause = 0; cause <= 100; cause++) fails(String(cause))
    fails('100')
    assert.equal(count, 101)
    fails('0')
    assert.equal(count, 102)
  })
})

async function takeBack(options: RetractOptions, deliveries: DeliveryTable[]): Promise<Retraction[]> {
  const done: Retraction[] = []
  for await (const one of retract(options, deliveries)) done.push(one)
  return done
}

describe('taking a digest back', () => {
  it('deletes what was posted, cancels what waits, and says where it could not', async t => {
    const { clock, store, start, states, platform, messagesAt } = await open(t)
    const rows = partsTo(CHANNEL, 3, clock.now())
    const elsewhere = partsTo('gone:S/C9', 1, clock.now())
    platform.postFaults.push('none', 'none', 'later')
    await claim(store, [...rows, ...elsewhere], clock.now())
    const dispatcher = start()
    await rest()
    await dispatcher.stop()
    await store.write((await store.delivery(elsewhere[0]?.id ?? '')) as DeliveryTable, { state: 'sent', message: '9' })
    const all = (await store.deliveries(10)).toSorted((a, b) => a.part - b.part)
    const done = await takeBack({ store, platforms: [platform], readDestination, clock, log: () => undefined }, all)
    assert.deepEqual(await states(rows), ['cancelled', 'cancelled', 'cancelled'])
    assert.deepEqual(messagesAt('C1'), [])
    assert.deepEqual(
      done.filter(({ isGone }) => !isGone).map(({ note }) => note),
      ['gone is not set up.'],
    )
    assert.equal(done[0]?.delivery.part, 3)
  })

  it('waits where a platform asks to, and no longer for one that goes on asking', async t => {
    const { clock, store, start, platform, messagesAt } = await open(t)
    await claim(store, partsTo(CHANNEL, 4, clock.now()), clock.now())
    start()
    await pass(clock, 20_000)
    const all = await store.deliveries(10)
    const lines: string[] = []
    const take = async (some: DeliveryTable[]) => {
      const options = { store, platforms: [platform], readDestination, clock, log: (line: string) => lines.push(line) }
      const taking = takeBack(options, some)
      await pass(clock, 60_000)
      return (await taking).map(({ isGone }) => isGone)
    }
    platform.laterRemovals = 2
    assert.deepEqual(await take(all.slice(0, 2)), [true, true])
    assert.deepEqual([lines.length, lines[0]], [2, 'It asks to wait. The next try is in 5 s.'])
    platform.laterRemovals = 6
    assert.deepEqual(await take(all.slice(2)), [false, false])
    assert.deepEqual([platform.laterRemovals, messagesAt('C1').length], [0, 2])
  })

  it('says of each state what became of it', async t => {
    const { clock, store, platform } = await open(t)
    const rows = partsTo(CHANNEL, 6, clock.now())
    await claim(store, rows, clock.now())
    const states = ['sending', 'checking', 'uncertain', 'failed', 'expired', 'cancelled'] as const
    for (const [index, state] of states.entries()) await store.write(rows[index] as DeliveryTable, { state })
    const all = (await store.deliveries(10)).toSorted((a, b) => a.part - b.part)
    const done = await takeBack({ store, platforms: [platform], readDestination, clock, log: () => undefined }, all)
    assert.deepEqual(
      done.map(({ isGone }) => isGone),
      [false, false, false, true, true, true],
    )
    assert.ok(done.every(({ note }) => note !== ''))
  })
})
