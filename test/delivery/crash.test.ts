import assert from 'node:assert/strict'
import { readFileSync, writeFileSync } from 'node:fs'
import { resolve } from 'node:path'
import { describe, it } from 'node:test'
import { pathToFileURL } from 'node:url'
import fc from 'fast-check'
import { startDispatcher } from '../../src/delivery/dispatch.ts'
import { createNotices } from '../../src/delivery/notices.ts'
import type { Platform } from '../../src/platform/platform.ts'
import type { Store } from '../../src/store/store.ts'
import {
  claim,
  createHandMade,
  type FindFault,
  openDesk,
  openFolder,
  type PostFault,
  partsTo,
  pass,
  rest,
} from '../fakes/digests.ts'

type Start = typeof startDispatcher

/** What happens to a dispatcher: faults of the platform in order, and after how many effects it dies, each time. */
type Plan = {
  repeatsWithinMs: number
  parts: number[]
  posts: PostFault[]
  finds: FindFault[]
  deaths: number[]
}

const late = fc.integer({ min: 0, max: 100_000 })

const plans: fc.Arbitrary<Plan> = fc.record({
  repeatsWithinMs: fc.constantFrom(0, 60_000),
  parts: fc.array(fc.integer({ min: 1, max: 3 }), { minLength: 1, maxLength: 3 }),
  posts: fc.array(
    fc.oneof(
      fc.constantFrom<PostFault>('none', 'lost', 'later', 'throws'),
      fc.constantFrom('channel', 'message', 'account').map(refused => ({ refused })),
      late.map(storedAfterMs => ({ storedAfterMs })),
      late.map(hangsAndStoredAfterMs => ({ hangsAndStoredAfterMs })),
    ),
    { maxLength: 8 },
  ),
  finds: fc.array(fc.constantFrom<FindFault>('none', 'none', 'later', 'unclear', 'throws'), { maxLength: 4 }),
  deaths: fc.array(fc.integer({ min: 0, max: 24 }), { maxLength: 6 }),
})

const never = () => new Promise<never>(() => undefined)

/** A process that dies at an effect, before it or after it; of what it does from then on nothing happens. */
function mortal(store: Store, platform: Platform, effects: number) {
  let left = effects
  const isDead = () => left < 0
  function dying<A extends unknown[], R>(act: (...args: A) => Promise<R>) {
    return async (...args: A): Promise<R> => {
      if (isDead() || --left < 0) return never()
      const result = await act(...args)
      return isDead() || --left < 0 ? never() : result
    }
  }
  return {
    isDead,
    store: { ...store, write: dying(store.write), settle: dying(store.settle), expire: dying(store.expire) },
    platform: { ...platform, post: dying(platform.post), find: dying(platform.find) },
  }
}

/** Carries a plan out, then lets all be well for hours. Gives back every promise that was broken. */
async function carryOut(start: Start, plan: Plan): Promise<string[]> {
  const { clock, store, close } = await openDesk()
  const platform = createHandMade(clock, 'handmade', plan.repeatsWithinMs)
  platform.postFaults.push(...plan.posts)
  platform.findFaults.push(...plan.finds)
  const broken: string[] = []
  const deliveries = plan.parts.flatMap((parts, index) => partsTo(`handmade:S/C${index}`, parts, clock.now()))
  await claim(store, deliveries, clock.now())
  const notices = createNotices({ destination: () => undefined, button: { id: '1h:/:1', label: 'All' } })

  const birth = (effects: number) => {
    const life = mortal(store, platform, effects)
    const dispatcher = start({
      store: life.store,
      platforms: [life.platform],
      clock,
      log: () => undefined,
      readDestination: text => ({ platform: 'handmade', space: 'S', channel: text.slice(-2) }),
      isFresh: async () => true,
      noticeOf: notices.ofDelivery,
    })
    return { ...life, dispatcher }
  }

  for (const effects of plan.deaths) {
    const { isDead } = birth(effects)
    for (let step = 0; step < 40 && !isDead(); step++) await pass(clock, 5000)
  }
  const last = birth(Number.POSITIVE_INFINITY)
  await pass(clock, 600_000, 10_000)
  await pass(clock, 3 * 3_600_000, 600_000)
  await pass(clock, 300_000, 30_000)
  last.dispatcher.stop()
  await rest()

  const troubles = (await store.troubles()).map(({ trouble }) => trouble)
  const holds = new Set((await store.holds()).map(({ destination }) => destination))
  for (const { id } of deliveries) {
    const row = await store.delivery(id)
    const count = platform.messages.filter(({ delivery }) => delivery === id).length
    const state = row?.state ?? 'gone'
    const say = (what: string) =>
      broken.push(`${row?.destination} part ${row?.part}: ${what} (${state}, ${count} messages)`)
    if (count > 1) say('posted twice')
    if (state === 'sent' && count !== 1) say('sent is not there')
    if (['failed', 'expired', 'superseded', 'cancelled'].includes(state) && count > 0) say('was posted all the same')
    if (['pending', 'sending', 'checking', 'gone'].includes(state)) say('never ends')
    if (state === 'uncertain' && !troubles.includes(`uncertain:${id}`)) say('nobody was told')
    if (state === 'failed' && !troubles.includes(`failed:${row?.digest}:${row?.slot}`)) say('nobody was told')
    const isKnown =
      holds.has('handmade') ||
      holds.has(row?.destination ?? '') ||
      troubles.some(trouble => trouble.startsWith('expired:'))
    if (state === 'expired' && !isKnown) say('nobody was told')
  }
  for (const held of holds) if (!troubles.includes(`hold:${held}`)) broken.push(`${held}: nobody was told`)
  for (const index of plan.parts.keys()) {
    const order = platform.messages.filter(({ to }) => to === `C${index}`)
    const parts = order.map(({ delivery }) => deliveries.find(({ id }) => id === delivery)?.part ?? 0)
    if (parts.some((part, at) => part < (parts[at - 1] ?? 0))) broken.push(`C${index}: out of order ${parts}`)
  }
  for (const delivery of deliveries.filter(({ part }) => part > 1)) {
    const before = deliveries.find(one => one.destination === delivery.destination && one.part === delivery.part - 1)
    const isAsked = platform.asked.includes(delivery.id)
    const state = before && (await store.delivery(before.id))?.state
    if (isAsked && state !== 'sent')
      broken.push(`${delivery.destination} part ${delivery.part}: was sent before part ${delivery.part - 1}`)
  }
  await close()
  return broken
}

/** The dispatcher with something of it taken out. */
async function mutate(
  after: (clean: () => void) => void,
  file: 'dispatch.ts' | 'next.ts',
  changes: [from: string, to: string][],
): Promise<Start> {
  const folder = openFolder(after)
  const src = resolve(import.meta.dirname, '../../src/delivery')
  for (const name of ['dispatch.ts', 'next.ts']) {
    let text = readFileSync(`${src}/${name}`, 'utf8')
    for (const [from, to] of name === file ? changes : []) {
      assert.ok(text.includes(from), `${name} does not hold ${from}`)
      text = text.replace(from, () => to)
    }
    const outside = /from '(\.\.?\/(?!next)[^']*)'/g
    writeFileSync(
      folder(name),
      text.replace(outside, (_, module: string) => `from '${pathToFileURL(resolve(src, module)).href}'`),
    )
  }
  return (await import(pathToFileURL(folder('dispatch.ts')).href)).startDispatcher
}

/** Plans that break a promise, of a number of plans that are the same each time. */
async function caught(start: Start, count = 60): Promise<string[]> {
  for (const plan of fc.sample(plans, { numRuns: count, seed: 6 })) {
    const broken = await carryOut(start, plan)
    if (broken.length > 0) return broken
  }
  return []
}

describe('a dispatcher that dies at any effect, on a platform that loses, delays and refuses', () => {
  it('posts each part once, in order, or tells what became of it', async () => {
    const property = fc.asyncProperty(plans, async plan => {
      assert.deepEqual(await carryOut(startDispatcher, plan), [])
    })
    await fc.assert(property, { numRuns: Number(process.env.DISPATCH_RUNS ?? 120) })
  })

  it('is caught without its write-ahead', async t => {
    const start = await mutate(t.after.bind(t), 'dispatch.ts', [
      ['if (!(await store.write(delivery, claim))) return', ''],
      ['await apply({ ...delivery, ...claim }, ', 'await apply(delivery, '],
    ])
    assert.match((await caught(start)).join('\n'), /twice/)
  })

  it('is caught when it repeats what is unclear', async t => {
    const start = await mutate(t.after.bind(t), 'next.ts', [
      ["  state: 'checking',\n  doubt: 1,", "  state: 'pending',\n  doubt: 0,"],
    ])
    assert.match((await caught(start)).join('\n'), /twice/)
  })

  it('is caught when it looks before the settle time', async t => {
    const start = await mutate(t.after.bind(t), 'next.ts', [['return isBefore(settled, now) ?', 'return true ?']])
    assert.match((await caught(start)).join('\n'), /twice|all the same/)
  })

  it('is caught when it forgets to tell', async t => {
    const start = await mutate(t.after.bind(t), 'dispatch.ts', [
      ['const notice = isTrouble(after, hold) ?', 'const notice = hold ?'],
    ])
    assert.match((await caught(start)).join('\n'), /nobody was told/)
  })
})
