import assert from 'node:assert/strict'
import { describe, it, type TestContext } from 'node:test'
import { type DigestsOptions, startDigests } from '../../src/digests.ts'
import type { Store } from '../../src/store/store.ts'
import { createHandMade, openDesk, pass, rest } from '../fakes/digests.ts'
import { daily, openNewsroom } from '../fakes/newsroom.ts'

const C1 = { platform: 'handmade', space: 'S', channel: 'C1' }

const OPS = { platform: 'handmade', space: 'S', channel: 'OPS' }

async function open(t: TestContext, over: (store: Store) => Partial<DigestsOptions> = () => ({})) {
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
    clock,
    log: line => lines.push(line),
    ...over(store),
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
