import assert from 'node:assert/strict'
import { describe, it, type TestContext } from 'node:test'
import type { Digest } from '../../src/digest/digest.ts'
import { type DigestsOptions, startDigests } from '../../src/digests.ts'
import { emptyShelf } from '../../src/library/shelf.ts'
import type { Store } from '../../src/store/store.ts'
import { createHandMade, openDesk, pass, rest } from '../fakes/digests.ts'
import { daily, openNewsroom } from '../fakes/newsroom.ts'

const C1 = { platform: 'handmade', space: 'S', channel: 'C1' }

const OPS = { platform: 'handmade', space: 'S', channel: 'OPS' }

/** What digests are made from. */
type Given = { room: ReturnType<typeof openNewsroom>; digests: Digest[] }

const textOf = (card: unknown): string => JSON.stringify(card)

async function open(t: TestContext, over: (store: Store, given: Given) => Partial<DigestsOptions> = () => ({})) {
  const { clock, store, close } = await openDesk()
  const platform = createHandMade(clock)
  const room = openNewsroom()
  const lines: string[] = []
  const everyMinute = { ...daily().schedule, cron: '* * * * *' }
  const digests = [daily({ destinations: [C1], schedule: everyMinute })]
  const running = startDigests({
    store,
    platforms: [platform],
    library: room.library,
    digests: async () => digests,
    notices: () => OPS,
    isPaused: () => false,
    settingsFault: () => undefined,
    clock,
    log: line => lines.push(line),
    ...over(store, { room, digests }),
  })
  let isStopped = false
  const stop = async () => {
    if (!isStopped) await running.stop()
    isStopped = true
  }
  t.after(async () => {
    await stop()
    await close()
  })
  return { clock, store, platform, room, lines, digests, running, stop }
}

describe('digests', () => {
  it('arrive once at their time, with what is new', async t => {
    const { clock, platform, room, running } = await open(t)
    await rest()
    room.edit('cranes', { title: 'Cranes' })
    clock.push(60_000)
    await running.look()
    await pass(clock, 1000)
    await running.look()
    await pass(clock, 60_000)
    await running.look()
    assert.equal(platform.messages.length, 1)
    assert.match(JSON.stringify(platform.messages), /Cranes/)
  })

  it('tell operators of slots that were missed', async t => {
    const { clock, platform, running } = await open(t)
    await rest()
    clock.push(86_400_000)
    await running.look()
    await pass(clock, 1000)
    assert.equal(platform.messages.length, 1)
    assert.equal(platform.messages[0]?.to, 'OPS')
    assert.match(JSON.stringify(platform.messages), /Daily: 14\d\d slots were missed, the last at /)
  })

  it('tell of a collection that is gone once for all its digests, and once more when it is gone again', async t => {
    const shelf = { isThere: true }
    const { clock, store, platform, running, lines, digests } = await open(t, (_, { room }) => ({
      library: () => (shelf.isThere ? room.library() : emptyShelf().library),
    }))
    digests.push(daily({ id: 'config:weekly', name: 'Weekly', destinations: [C1] }))
    const troubles = async () => (await store.troubles()).map(({ trouble }) => trouble)
    await running.look()
    for (const [round, isThere] of [false, false, true, true, false].entries()) {
      shelf.isThere = isThere
      clock.push(1000)
      await running.look()
      await pass(clock, 1000)
      assert.deepEqual(await troubles(), isThere ? [] : ['missing:port'], `round ${round}`)
    }
    assert.equal(platform.messages.length, 2)
    assert.equal(platform.messages[0]?.to, 'OPS')
    assert.match(
      textOf(platform.messages[0]),
      /There is no collection \\"port\\".*Daily, Weekly.*Bring its folder back/,
    )
    assert.equal(lines.length, 2)
  })

  it('tell once of a platform that is not set up, however many slots and channels expire', async t => {
    const { clock, store, platform, running, lines, digests } = await open(t)
    const [first] = digests as [Digest]
    const gone = ['C1', 'C2'].map(channel => ({ platform: 'gone', space: 'S', channel }))
    digests[0] = { ...first, destinations: [...gone, C1], whenEmpty: 'note' }
    await running.look()
    for (let minute = 0; minute < 3; minute++) {
      clock.push(60_000)
      await running.look()
      await pass(clock, 1000)
    }
    await pass(clock, 3 * 3_600_000, 60_000)
    const states = (await store.deliveries(50)).filter(one => one.destination.startsWith('gone')).map(one => one.state)
    assert.deepEqual(new Set(states), new Set(['superseded', 'expired']))
    assert.deepEqual(lines, [
      'Readout runs without gone, so nothing is posted there. It is needed for: Daily. npm run -s readout -- doctor says what it needs.',
    ])
    assert.equal(platform.messages.filter(({ to }) => to === 'OPS').length, 1)
    digests[0] = first
    await running.look()
    assert.doesNotMatch(JSON.stringify(await store.troubles()), /missing:/)
  })

  it('tell once of settings that can’t be taken, until they can', async t => {
    const file = { fault: 'readout.yaml:2:5: Expected schedule to be …' as string | undefined }
    const { running, platform, clock, store, lines } = await open(t, () => ({ settingsFault: () => file.fault }))
    for (const round of [1, 2]) {
      await running.look()
      await running.look()
      await pass(clock, 1000)
      assert.equal(platform.messages.length, round)
      assert.match(textOf(platform.messages.at(-1)), /go on as they were set before.*readout\.yaml:2:5/)
      const { fault } = file
      file.fault = undefined
      await running.look()
      assert.deepEqual(await store.troubles(), [])
      file.fault = fault
    }
    assert.deepEqual(lines, [])
  })

  it('look once more for what came while they looked', async t => {
    const gate = { isShut: false, opens: Promise.withResolvers<void>() }
    const { running, digests, store } = await open(t, store => ({
      store: {
        ...store,
        passOver: async (...given) => {
          if (gate.isShut) await gate.opens.promise
          return store.passOver(...given)
        },
      },
      isPaused: () => true,
    }))
    await running.look()
    gate.isShut = true
    const looking = running.look()
    await rest()
    await rest()
    digests.push(daily({ id: 'config:weekly', destinations: [C1] }))
    const again = running.look()
    gate.opens.resolve()
    await Promise.all([looking, again])
    assert.deepEqual(
      (await store.digests()).map(({ id }) => id),
      ['config:daily', 'config:weekly'],
    )
  })

  it('post nothing by hand as new that a change of the digest took in just now', async t => {
    const { clock, running, digests, room } = await open(t)
    room.edit('pier', { title: 'Pier' })
    room.edit('ship', { title: 'Ship', matter: ['topics: [ships]'] })
    const [digest] = digests as [Digest]
    digests[0] = { ...digest, topics: ['ships'] }
    await running.look()
    digests[0] = digest
    void running.look()
    assert.equal(await running.postNow(digest, C1, 'i1', clock.now()), 'empty')
  })

  it('tell of a database that fails once, and go on when it works again', async t => {
    let isBroken = false
    const { clock, platform, room, running, lines } = await open(t, store => ({
      store: {
        ...store,
        digests: () => (isBroken ? Promise.reject(new Error('database is locked')) : store.digests()),
      },
    }))
    await rest()
    isBroken = true
    for (let minute = 0; minute < 5; minute++) await running.look()
    assert.deepEqual(lines, ['Digests wait: database is locked'])
    isBroken = false
    room.edit('cranes', { title: 'Cranes' })
    clock.push(60_000)
    await running.look()
    await pass(clock, 1000)
    assert.equal(platform.messages.length, 1)
    isBroken = true
    await running.look()
    assert.equal(lines.length, 2)
  })

  it('begin no look when they are stopped', async t => {
    let looks = 0
    const { running, stop } = await open(t, store => ({
      store: {
        ...store,
        begun: () => {
          looks++
          return store.begun()
        },
      },
    }))
    await running.look()
    const before = looks
    void running.look()
    void running.look()
    await stop()
    await running.look()
    assert.equal(looks, before + 1)
  })

  it('finish what is in hand when they are stopped, and leave no timer', async t => {
    const before = process.getActiveResourcesInfo().filter(kind => kind === 'Timeout').length
    const { promise, resolve } = Promise.withResolvers<void>()
    let written = false
    const { stop } = await open(t, store => ({
      store: {
        ...store,
        begun: async () => {
          await promise
          await rest()
          written = true
          return store.begun()
        },
      },
    }))
    const stopped = stop()
    resolve()
    await stopped
    assert.equal(written, true)
    assert.equal(process.getActiveResourcesInfo().filter(kind => kind === 'Timeout').length, before)
  })
})
