import assert from 'node:assert/strict'
import { describe, it, type TestContext } from 'node:test'
import fc from 'fast-check'
import {
  type CompiledQuery,
  DummyDriver,
  Kysely,
  PostgresAdapter,
  PostgresIntrospector,
  PostgresQueryCompiler,
  SqliteAdapter,
  SqliteIntrospector,
  SqliteQueryCompiler,
} from 'kysely'
import { deliveryId } from '../../src/store/new-delivery.ts'
import { openDatabase } from '../../src/store/open.ts'
import { createStore, OVERTAKEN } from '../../src/store/store.ts'
import type { DeliveryState, DeliveryTable, SeenTable, Tables } from '../../src/store/tables.ts'
import { claim, partsTo } from '../fakes/digests.ts'

const NOW = new Date('2026-11-22T07:00:00.000Z')

const at = (ms: number): string => new Date(NOW.getTime() + ms).toISOString()

const OPEN: DeliveryState[] = ['sending', 'checking', 'pending']

async function open(t: TestContext) {
  const db = await openDatabase(':memory:')
  t.after(() => db.destroy())
  return { db, store: createStore(db) }
}

const due = (store: ReturnType<typeof createStore>, now = NOW) => store.due(now.toISOString(), 100, [], OPEN)

const seen = (subject: string, delivery: string | null): SeenTable => ({
  digest: 'config:daily',
  destination: 'slack:T1/C1',
  subject,
  hashes: '["a"]',
  delivery,
})

const begun = (id: string) => ({ id, fingerprint: 'x', cursor: at(-1000), created: at(-1000), paused: 0 })

describe('claiming a slot', () => {
  it('is done once, and gives nothing the second time', async t => {
    const { store } = await open(t)
    assert.ok(await claim(store, partsTo('slack:T1/C1', 2, NOW), NOW))
    assert.equal(await claim(store, partsTo('slack:T1/C1', 2, NOW), NOW), undefined)
    assert.equal((await store.deliveries(10)).length, 2)
  })

  it('writes nothing at all where the digest can’t be composed', async t => {
    const { store } = await open(t)
    await store.beginDigest(begun('config:daily'))
    const [old] = partsTo('slack:T1/C1', 1, NOW, { slot: at(-86_400_000) })
    await claim(store, [old as DeliveryTable], NOW)
    const failing = store.claimSlot({
      digest: 'config:daily',
      slot: at(0),
      decided: at(0),
      destinations: ['slack:T1/C1'],
      missed: [{ digest: 'config:daily', slot: at(-5), state: 'missed', decided: at(0), note: '' }],
      notice: { trouble: { trouble: 'missed', since: at(0), note: '' } },
      cursor: at(0),
      compose: () => {
        throw new Error('It can’t be composed.')
      },
    })
    await assert.rejects(failing, /can’t be composed/)
    assert.equal((await store.digests())[0]?.cursor, at(-1000))
    assert.equal((await store.slots('config:daily', 10)).length, 1)
    assert.equal((await store.delivery(old?.id ?? ''))?.state, 'pending')
    assert.deepEqual(await store.troubles(), [])
  })

  it('lets what earlier slots have not begun give way, before it is asked what was told; what somebody has sent stays', async t => {
    const { store } = await open(t)
    await store.beginDigest(begun('config:daily'))
    const old = partsTo('slack:T1/C1', 3, NOW, { slot: at(-86_400_000) })
    const byHand = partsTo('slack:T1/C1', 1, NOW, { slot: 'now:1' })
    const other = partsTo('slack:T1/C1', 1, NOW, { digest: 'config:other' })
    const [again] = partsTo('slack:T1/C1', 1, NOW, { slot: at(-2 * 86_400_000) }) as [DeliveryTable]
    for (const rows of [old, byHand, other, [again]]) await claim(store, rows, NOW)
    await store.write(old[0] as DeliveryTable, { state: 'sending' })
    await store.write(again, { expires: null })
    let told: string[] = []
    await store.claimSlot({
      digest: 'config:daily',
      slot: at(0),
      decided: at(0),
      destinations: ['slack:T1/C1'],
      missed: [],
      cursor: at(0),
      compose: before => {
        told = (before.get('slack:T1/C1') ?? []).map(({ subject }) => subject)
        return { state: 'empty', note: '', deliveries: [], carries: [] }
      },
    })
    const states = await Promise.all(
      [...old, ...byHand, ...other, again].map(async ({ id }) => (await store.delivery(id))?.state),
    )
    assert.deepEqual(states, ['sending', 'superseded', 'superseded', 'pending', 'pending', 'pending'])
    assert.deepEqual(told, [])
  })

  it('ends what was told of earlier slots of its digest, and of no other', async t => {
    const { store } = await open(t)
    const told = ['missed:config:daily:1', 'expired:config:daily:1', 'failed:config:daily:1', 'missed:config:daily2:1']
    for (const trouble of told) await store.tell({ trouble: { trouble, since: at(0), note: '' } })
    await claim(store, partsTo('slack:T1/C1', 1, NOW, { slot: 'now:1' }), NOW)
    assert.equal((await store.troubles()).length, 4, 'one channel has it by hand, the others have not')
    await store.claimSlot({
      digest: 'config:daily',
      slot: at(0),
      decided: at(0),
      destinations: [],
      missed: [],
      cursor: at(0),
      compose: () => ({ state: 'empty', note: '', deliveries: [], carries: [] }),
    })
    const left = (await store.troubles()).map(({ trouble }) => trouble)
    assert.deepEqual(left.toSorted(), ['failed:config:daily:1', 'missed:config:daily2:1'])
  })

  it('moves the schedule on even where the slot is taken, and never back', async t => {
    const { store } = await open(t)
    await store.beginDigest(begun('config:daily'))
    await claim(store, partsTo('slack:T1/C1', 1, NOW, { slot: at(0) }), NOW)
    const again = (cursor: string) =>
      store.claimSlot({
        digest: 'config:daily',
        slot: at(0),
        decided: at(0),
        destinations: [],
        missed: [],
        cursor,
        compose: () => ({ state: 'empty', note: '', deliveries: [], carries: [] }),
      })
    await again(at(5000))
    await again(at(1000))
    assert.equal((await store.digests())[0]?.cursor, at(5000))
  })
})

describe('what was told', () => {
  const TELLS: Record<DeliveryState, boolean> = {
    pending: true,
    sending: true,
    checking: true,
    sent: true,
    uncertain: true,
    failed: false,
    expired: false,
    superseded: false,
    cancelled: false,
  }
  for (const [state, tells] of Object.entries(TELLS))
    it(`${tells ? 'holds' : 'does not hold'} what is ${state}`, async t => {
      const { store } = await open(t)
      const [row] = partsTo('slack:T1/C1', 1, NOW) as [DeliveryTable]
      await store.claimSlot({
        digest: row.digest,
        slot: row.slot,
        decided: at(0),
        destinations: [],
        missed: [],
        compose: () => ({ state: 'posted', note: '', deliveries: [row], carries: [seen('port/harbour', row.id)] }),
      })
      await store.write(row, { state: state as DeliveryState })
      assert.equal((await store.told('config:daily', 'slack:T1/C1')).length, tells ? 1 : 0)
      assert.equal((await store.carriedBy(row.id)).length, 1)
    })

  it('begins once for each destination', async t => {
    const { store } = await open(t)
    const baseline = [{ subject: 'port/harbour', hashes: '[]' }]
    await store.beginDestinations('config:daily', ['slack:T1/C1'], at(0), baseline)
    await store.beginDestinations('config:daily', ['slack:T1/C1', 'slack:T1/C2'], at(1), baseline)
    assert.equal((await store.told('config:daily', 'slack:T1/C1')).length, 1)
    assert.equal((await store.told('config:daily', 'slack:T1/C2')).length, 1)
    assert.deepEqual(
      [await store.knows('config:daily', 'slack:T1/C2'), await store.knows('config:daily', 'slack:T1/C3')],
      [true, false],
    )
  })
})

describe('what is due', () => {
  it('is of each digest the first part that is not sent, the oldest first', async t => {
    const { store } = await open(t)
    const rows = partsTo('slack:T1/C1', 3, NOW)
    const older = partsTo('slack:T1/C2', 1, new Date(at(-1000)), { digest: 'config:older' })
    await claim(store, rows, NOW)
    await claim(store, older, NOW)
    assert.deepEqual(
      (await due(store)).map(({ id }) => id),
      [older[0]?.id, rows[0]?.id],
    )
    await store.write(rows[0] as DeliveryTable, { state: 'sent' })
    await store.write(older[0] as DeliveryTable, { state: 'sent' })
    assert.deepEqual(
      (await due(store)).map(({ id }) => id),
      [rows[1]?.id],
    )
  })

  for (const state of ['sending', 'checking', 'uncertain', 'failed', 'expired', 'cancelled'] as const)
    it(`is nothing behind a part that is ${state}`, async t => {
      const { store } = await open(t)
      const rows = partsTo('slack:T1/C1', 2, NOW)
      await claim(store, rows, NOW)
      await store.write(rows[0] as DeliveryTable, { state, due: at(60_000) })
      assert.deepEqual(await due(store), [])
    })

  it('is not what was composed before, but what was composed anew', async t => {
    const { store } = await open(t)
    const rows = partsTo('slack:T1/C1', 3, NOW)
    await claim(store, rows, NOW)
    await store.write(rows[0] as DeliveryTable, { state: 'sent' })
    const anew = partsTo('slack:T1/C1', 1, NOW, { edition: 2 })
    assert.equal(
      await store.replaceDeliveries(rows.slice(1), 'It was withdrawn.', () => ({ deliveries: anew, carries: [] })),
      true,
    )
    assert.deepEqual(
      (await due(store)).map(({ id }) => id),
      [anew[0]?.id],
    )
    assert.equal(
      await store.replaceDeliveries([...anew, ...rows.slice(1)], '', () => ({ deliveries: [], carries: [] })),
      false,
    )
    assert.equal((await store.delivery(anew[0]?.id ?? ''))?.state, 'pending')
  })

  it('is nothing new for a destination that is held, though what may have been sent there', async t => {
    const { store } = await open(t)
    const rows = partsTo('slack:T1/C1', 1, NOW)
    const doubtful = partsTo('slack:T1/C1', 1, NOW, { digest: 'config:other' })
    await claim(store, rows, NOW)
    await claim(store, doubtful, NOW)
    await store.write(doubtful[0] as DeliveryTable, { state: 'checking' })
    await store.hold({ destination: 'slack:T1/C1', since: at(0), why: '', remedy: '' })
    assert.deepEqual(
      (await due(store)).map(({ id }) => id),
      [doubtful[0]?.id],
    )
    await store.release('slack:T1/C1')
    assert.equal((await due(store)).length, 2)
  })

  it('is nothing new for a platform that is held, though what may have been sent there', async t => {
    const { store } = await open(t)
    const on = (destination: string, digest: string) => partsTo(destination, 1, NOW, { digest })
    const rows = [on('slack:T1/C1', 'config:a'), on('slack:T1/C1', 'config:b'), on('slacker:T1/C1', 'config:c')].flat()
    for (const row of rows) await claim(store, [row], NOW)
    await store.write(rows[1] as DeliveryTable, { state: 'checking' })
    await store.hold({ destination: 'slack', since: at(0), why: '', remedy: '' })
    const ids = async () => new Set((await due(store)).map(({ id }) => id))
    assert.deepEqual(await ids(), new Set([rows[1]?.id, rows[2]?.id]))
    await store.release('slack')
    assert.equal((await ids()).size, 3)
  })

  it('tells when something is due next, of the states that are asked for', async t => {
    const { store } = await open(t)
    const rows = partsTo('slack:T1/C1', 2, NOW)
    await claim(store, rows, NOW)
    await store.write(rows[0] as DeliveryTable, { state: 'checking', due: at(9000) })
    await store.write(rows[1] as DeliveryTable, { due: at(4000) })
    assert.equal(await store.nextDue(at(0), OPEN), at(4000))
    assert.equal(await store.nextDue(at(0), ['sending', 'checking']), at(9000))
    assert.equal(await store.nextDue(at(9000), OPEN), undefined)
  })

  it('is read by index, in order, however many wait', async t => {
    const { db } = await open(t)
    const queries: CompiledQuery[] = []
    const silent = new Kysely<Tables>({
      dialect: {
        createAdapter: () => new SqliteAdapter(),
        createDriver: () => new DummyDriver(),
        createIntrospector: one => new SqliteIntrospector(one),
        createQueryCompiler: () => new SqliteQueryCompiler(),
      },
      log: ({ query }) => void queries.push(query),
    })
    await createStore(silent).due(at(0), 10, ['slack:T1/C1'], ['pending'])
    const [, query] = queries as [CompiledQuery, CompiledQuery]
    const explained = { ...query, sql: `EXPLAIN QUERY PLAN ${query.sql}` }
    const plan = (await db.executeQuery<{ detail: string }>(explained)).rows.map(({ detail }) => detail).join('\n')
    assert.match(plan, /SEARCH one USING INDEX deliveries_due \(state=\? AND due<\?\)/)
    assert.match(
      plan,
      /SEARCH other USING INDEX \S+ \(digest=\? AND slot=\? AND destination=\? AND edition=\? AND part<\?\)/,
    )
    assert.doesNotMatch(plan, /SCAN|TEMP B-TREE/)
  })
})

describe('writing a delivery', () => {
  it('is refused where it has changed since it was read, and then nothing follows', async t => {
    const { store } = await open(t)
    const [row] = partsTo('slack:T1/C1', 1, NOW) as [DeliveryTable]
    await claim(store, [row], NOW)
    assert.equal(await store.write(row, { state: 'sending', due: at(30_000) }), true)
    assert.equal(await store.write(row, { state: 'sending', due: at(30_000) }), false)
    const hold = { destination: row.destination, since: at(0), why: '', remedy: '' }
    const notice = { trouble: { trouble: 'hold', since: at(0), note: '' } }
    assert.equal(await store.settle(row, { state: 'failed' }, { hold, notice }), undefined)
    assert.deepEqual([await store.holds(), await store.troubles()], [[], []])
    const stale = { ...row, state: 'sending' as const, due: at(29_000) }
    assert.equal(await store.write(stale, { state: 'sent' }), false, 'another process has a lease of its own')
    const sending = { ...stale, due: at(30_000) }
    assert.equal(await store.settle(sending, { state: 'failed' }, { hold, notice }), notice)
    assert.equal((await store.holds()).length, 1)
  })
})

describe('what would wait again', () => {
  const newer: [name: string, key: { destination?: string; digest?: string; slot: string }, state: DeliveryState][] = [
    ['gives way to a newer slot of its digest there', { slot: '2026-11-23T07:00:00.000Z' }, 'superseded'],
    ['does not give way to an older one', { slot: '2026-11-21T07:00:00.000Z' }, 'pending'],
    ['nor to what was posted by hand', { slot: 'now:1' }, 'pending'],
    ['nor to another digest', { digest: 'config:other', slot: '2026-11-23T07:00:00.000Z' }, 'pending'],
    ['nor to its own digest elsewhere', { destination: 'slack:T1/C2', slot: '2026-11-23T07:00:00.000Z' }, 'pending'],
  ]
  for (const [name, { destination = 'slack:T1/C1', ...key }, state] of newer)
    it(name, async t => {
      const { store } = await open(t)
      const [row] = partsTo('slack:T1/C1', 1, NOW) as [DeliveryTable]
      await claim(store, [row], NOW)
      await store.write(row, { state: 'checking' })
      await claim(store, partsTo(destination, 1, NOW, key), NOW)
      const checking: DeliveryTable = { ...row, state: 'checking' }
      await store.settle(checking, { state: 'pending' }, { ifOvertaken: OVERTAKEN })
      assert.equal((await store.delivery(row.id))?.state, state)
    })
})

describe('a subscription that is removed', () => {
  it('takes with it what waits and what it told, at once', async t => {
    const { store } = await open(t)
    const place = { destination: 'slack:T1/C1', digest: 'chat:k3J9' }
    const row = { id: 'k3J9', destination: place.destination, digest: '{}', created: at(0), by: 'slack:U1' }
    await store.addDraft({ ...row, state: 'active' }, at(0))
    await store.beginDestinations(place.digest, [place.destination], at(0), [{ subject: 'port/harbour', hashes: '[]' }])
    const rows = partsTo(place.destination, 1, NOW, { digest: place.digest })
    await claim(store, rows, NOW)
    const change = { ...place, at: at(0), who: 'slack:U1', what: 'removed' }
    assert.equal(await store.changeSubscription('k3J9', { state: 'removed' }, change), true)
    const told = await store.told(place.digest, place.destination)
    const [delivery] = await store.deliveries(1)
    assert.deepEqual([await store.begun(), told, delivery?.state], [[], [], 'cancelled'])
  })
})

describe('what ends together with its trouble, or not at all,', () => {
  const hold = { destination: 'slack', since: at(0), why: '', remedy: '' }
  const tell = (store: ReturnType<typeof createStore>, trouble: string) =>
    store.tell({ trouble: { trouble, since: at(0), note: '' } })

  it('is a hold', async t => {
    const { db, store } = await open(t)
    await store.hold(hold)
    await tell(store, 'hold:slack')
    assert.equal(await store.release('discord'), false)
    assert.equal(await store.release('slack', at(0)), false, 'it was not made before then')
    assert.deepEqual([(await store.holds()).length, (await store.troubles()).length], [1, 1])
    assert.equal(await store.release('slack', at(1)), true)
    assert.deepEqual([await store.holds(), await store.troubles()], [[], []])
    await store.hold(hold)
    await db.schema.dropTable('troubles').execute()
    await assert.rejects(store.release('slack'))
    assert.equal((await store.holds()).length, 1)
  })

  it('is the doubt of a delivery', async t => {
    const { db, store } = await open(t)
    const [row] = partsTo('slack:T1/C1', 1, NOW) as [DeliveryTable]
    await claim(store, [row], NOW)
    await tell(store, 'uncertain:x')
    assert.equal(await store.resolve({ ...row, state: 'uncertain' }, { state: 'sent' }, 'uncertain:x'), false)
    assert.equal((await store.troubles()).length, 1)
    assert.equal(await store.resolve(row, { state: 'uncertain' }, 'uncertain:x'), true)
    assert.deepEqual(await store.troubles(), [])
    await db.schema.dropTable('troubles').execute()
    await assert.rejects(store.resolve({ ...row, state: 'uncertain' }, { state: 'sent' }, 'uncertain:x'))
    assert.equal((await store.delivery(row.id))?.state, 'uncertain')
  })
})

describe('forgetting', () => {
  it('takes deliveries that ended long ago, keeps what they told, and what nobody knows of', async t => {
    const { store } = await open(t)
    const states: DeliveryState[] = ['sent', 'failed', 'uncertain', 'pending']
    const rows = states.map(
      (_, index) => partsTo('slack:T1/C1', 1, NOW, { digest: `config:d${index}` })[0] as DeliveryTable,
    )
    for (const [index, row] of rows.entries()) {
      await store.claimSlot({
        digest: row.digest,
        slot: row.slot,
        decided: at(0),
        destinations: [],
        missed: [],
        compose: () => ({
          state: 'posted',
          note: '',
          deliveries: [row],
          carries: [{ ...seen('port/harbour', row.id), digest: row.digest }],
        }),
      })
      await store.write(row, { state: states[index] as DeliveryState })
    }
    for (const trouble of [
      'missed:config:d0:x',
      'expired:config:d0:x',
      'failed:config:d0:x',
      'hold:slack:T1/C1',
      `uncertain:${rows[2]?.id}`,
    ])
      await store.tell({ trouble: { trouble, since: at(0), note: '' } })
    assert.equal(await store.prune(at(-1)), 0)
    assert.equal(await store.prune(at(1)), 2)
    assert.deepEqual(new Set((await store.deliveries(10)).map(({ state }) => state)), new Set(['uncertain', 'pending']))
    const told = await Promise.all(rows.map(async ({ digest }) => (await store.told(digest, 'slack:T1/C1')).length))
    assert.deepEqual(told, [1, 0, 1, 1])
    assert.deepEqual(
      (await store.troubles()).map(({ trouble }) => trouble.split(':')[0]),
      ['hold', 'uncertain'],
    )
  })

  it('takes the posts of the playground that are old, but for those of deliveries that are kept', async t => {
    const { store } = await open(t)
    const [ended, doubtful, recent] = ['old', 'doubtful', 'recent'].map(
      digest => partsTo('playground', 1, NOW, { digest })[0] as DeliveryTable,
    ) as [DeliveryTable, DeliveryTable, DeliveryTable]
    for (const row of [ended, doubtful, recent]) {
      await claim(store, [row], NOW)
      await store.addPost(row.id, row.card, at(row === recent ? 2 : 0))
      await store.write(row, { state: row === doubtful ? 'checking' : 'sent' })
    }
    await store.addPost('of no delivery', '{}', at(0))
    await store.prune(at(1))
    assert.deepEqual(new Set((await store.posts(10)).map(one => one.delivery)), new Set([doubtful.id, recent.id]))
  })
})

describe('the id of a delivery', () => {
  it('has 22 characters, is the same each time and another for each key', () => {
    const key = fc.record({
      digest: fc.string(),
      slot: fc.string(),
      destination: fc.string(),
      part: fc.integer({ min: 1, max: 5 }),
      edition: fc.integer({ min: 1, max: 3 }),
    })
    fc.assert(
      fc.property(key, key, (one, other) => {
        assert.match(deliveryId(one), /^[A-Za-z0-9_-]{22}$/)
        assert.equal(
          deliveryId(one) === deliveryId(other),
          JSON.stringify(Object.entries(one)) === JSON.stringify(Object.entries(other)),
        )
      }),
    )
  })
})

describe('the queries', () => {
  it('are those of PostgreSQL too, as far as they can be written without one', async () => {
    const db = new Kysely<Tables>({
      dialect: {
        createAdapter: () => new PostgresAdapter(),
        createDriver: () => new DummyDriver(),
        createIntrospector: one => new PostgresIntrospector(one),
        createQueryCompiler: () => new PostgresQueryCompiler(),
      },
    })
    const store = createStore(db)
    await store.due(at(0), 10, ['slack:T1/C1'], OPEN)
    await store.prune(at(0))
    await store.expire(at(0), () => undefined)
  })
})
