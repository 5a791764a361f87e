import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { text } from 'node:stream/consumers'
import { describe, it, type TestContext } from 'node:test'
import { startDispatcher } from '../../src/delivery/dispatch.ts'
import { createNotices } from '../../src/delivery/notices.ts'
import { type Beat, createBeat } from '../../src/digest/beat.ts'
import { parseDestination } from '../../src/digest/destination.ts'
import type { Digest } from '../../src/digest/digest.ts'
import { emptyShelf } from '../../src/library/shelf.ts'
import type { Destination } from '../../src/platform/platform.ts'
import { openDatabase } from '../../src/store/open.ts'
import { createStore, type Store } from '../../src/store/store.ts'
import type { DeliveryTable } from '../../src/store/tables.ts'
import { createHandMade, openDesk, openFolder, pass } from '../fakes/digests.ts'
import { daily, openNewsroom, type Story } from '../fakes/newsroom.ts'

const to = (text: string): Destination => parseDestination(text) as Destination

const C1 = 'handmade:S/C1'
const C2 = 'handmade:S/C2'

const at = (text: string): Date => new Date(text)

/** 08:00 in Berlin is 07:00Z in November. */
const BEFORE = at('2026-11-21T12:00:00Z')
const DUE = at('2026-11-22T07:00:10Z')
const NEXT = at('2026-11-23T07:00:10Z')

const setPaused = (store: Store, isPaused: boolean, now: string) => {
  const change = { at: now, who: 'slack:U1', destination: C1, digest: 'config:daily', what: 'paused' }
  return store.pauseDigestBy('config:daily', isPaused, now, change)
}

const BUDGET = { characters: 2000, blocks: 20 }

function beatOn(
  store: Store,
  room: ReturnType<typeof openNewsroom>,
  digests: () => Digest[],
  lines: string[] = [],
): Beat {
  const notices = createNotices({ destination: () => undefined, button: { id: '1h:/:1', label: 'All' } })
  return createBeat({
    store,
    digests: async () => digests(),
    material: () => ({ library: room.library(), budgetOf: () => BUDGET }),
    noticeOf: ({ id }, slots, uncounted, now) => {
      const what = `${slots.length + uncounted} missed, the last at ${slots.at(-1)?.toISOString()}`
      return notices.of({ trouble: `missed:${id}:${slots.at(-1)?.toISOString()}`, what, why: '', remedy: '' }, now)
    },
    log: line => lines.push(line),
  })
}

async function open(t: TestContext, stories: Record<string, Story> = { harbour: {} }, change: Partial<Digest> = {}) {
  const { store, close, clock } = await openDesk()
  t.after(close)
  const room = openNewsroom(stories)
  const digests = [daily({ destinations: [to(C1)], ...change })]
  const lines: string[] = []
  return { store, clock, room, digests, lines, beat: beatOn(store, room, () => digests, lines) }
}

const titlesOf = (rows: DeliveryTable[]): string[] =>
  rows.map(({ card }) => [...card.matchAll(/"(Harbour|Cranes|Ships|Ferry)"/g)].map(([, title]) => title).join(' '))

const slotsOf = async (store: Store, id = 'config:daily') =>
  (await store.slots(id, 50)).map(
    ({ slot, state, note }) => `${slot.slice(0, 16)} ${state}${note === 'delayed' ? ' delayed' : ''}`,
  )

describe('a beat', () => {
  it('posts nothing of what was there when a digest begins, and what came since in its first slot', async t => {
    const { beat, store, room } = await open(t)
    assert.equal(await beat.look(BEFORE, false), 0)
    room.edit('cranes', { title: 'Cranes' })
    assert.equal(await beat.look(DUE, false), 1)
    const rows = await store.deliveries(10)
    assert.equal(rows.length, 1)
    assert.match(rows[0]?.card ?? '', /Cranes/)
    assert.doesNotMatch(rows[0]?.card ?? '', /Harbour/)
    assert.deepEqual(await slotsOf(store), ['2026-11-22T07:00 posted'])
  })

  it('posts nothing in the slot in which it is seen for the first time', async t => {
    const { beat, store } = await open(t)
    assert.equal(await beat.look(DUE, false), 0)
    assert.equal(await beat.look(at('2026-11-22T07:01:10Z'), false), 0)
    assert.deepEqual(await slotsOf(store), [])
  })

  it('decides a slot once, however often it looks, and silence is a decision too', async t => {
    const { beat, store } = await open(t)
    await beat.look(BEFORE, false)
    for (let second = 0; second < 180; second += 60) await beat.look(new Date(DUE.getTime() + second * 1000), false)
    assert.deepEqual(await slotsOf(store), ['2026-11-22T07:00 empty'])
    assert.deepEqual(await store.deliveries(10), [])
  })

  it('starts a changed schedule from now, and keeps what was told', async t => {
    const { beat, store, room, digests } = await open(t)
    await beat.look(BEFORE, false)
    room.edit('cranes', { title: 'Cranes' })
    digests[0] = { ...(digests[0] as Digest), schedule: { ...daily().schedule, cron: '0 7 * * *' } }
    assert.equal(await beat.look(DUE, false), 0)
    assert.equal(await beat.look(at('2026-11-23T06:00:10Z'), false), 1)
    assert.deepEqual(titlesOf(await store.deliveries(10)).length, 1)
    assert.deepEqual(await slotsOf(store), ['2026-11-23T06:00 posted'])
  })

  it('tells nothing as new of what other topics take in', async t => {
    const matter = ['topics: [ships]']
    const { beat, store, room, digests } = await open(
      t,
      { harbour: {}, pier: { title: 'Pier', matter } },
      { topics: ['ships'] },
    )
    await beat.look(BEFORE, false)
    digests[0] = { ...(digests[0] as Digest), topics: [] }
    assert.equal(await beat.look(DUE, false), 0)
    assert.equal(await beat.look(NEXT, false), 0)
    assert.deepEqual(await store.deliveries(10), [])
    room.edit('cranes', { title: 'Cranes' })
    assert.equal(await beat.look(at('2026-11-24T07:00:10Z'), false), 1)
    assert.deepEqual(titlesOf(await store.deliveries(10)), ['Cranes Cranes'])
  })

  it('forgets a digest that is gone: what waits is cancelled, and it begins anew when it is back', async t => {
    const { beat, store, room, digests } = await open(t)
    await beat.look(BEFORE, false)
    room.edit('cranes', { title: 'Cranes' })
    await beat.look(DUE, false)
    const [digest] = digests.splice(0)
    await beat.look(DUE, false)
    assert.deepEqual(
      (await store.deliveries(10)).map(({ state }) => state),
      ['cancelled'],
    )
    assert.deepEqual([await store.digests(), await store.begun(), await store.told('config:daily', C1)], [[], [], []])
    digests.push(digest as Digest)
    await beat.look(DUE, false)
    assert.equal(await beat.look(NEXT, false), 0)
  })

  it('does not send what was in doubt when its digest was removed, and proves to be absent', async t => {
    const { beat, store, room, digests } = await open(t)
    await beat.look(BEFORE, false)
    room.edit('cranes', { title: 'Cranes' })
    await beat.look(DUE, false)
    const [row] = await store.deliveries(1)
    assert.ok(row)
    await store.write(row, { state: 'checking', doubt: 1 })
    digests.splice(0)
    await beat.look(DUE, false)
    const [doubtful] = await store.deliveries(1)
    assert.equal(doubtful?.state, 'checking')
    await store.write(doubtful, { state: 'pending', doubt: 0 })
    const [absent] = await store.deliveries(1)
    assert.ok(absent)
    assert.equal(await beat.refresh(absent, DUE), false)
    assert.equal((await store.deliveries(1))[0]?.state, 'cancelled')
  })

  it('posts a digest although another can’t be made, and names that one', async t => {
    const { beat, store, room, digests } = await open(t)
    const [good] = digests as [Digest]
    digests.unshift({ ...good, id: 'chat:broken', schedule: { ...good.schedule, zone: 'Nowhere/Town' } })
    await beat.look(BEFORE, false).catch(() => undefined)
    room.edit('cranes', { title: 'Cranes' })
    await assert.rejects(beat.look(DUE, false), /^Error: chat:broken can’t be made: .*Nowhere/)
    assert.deepEqual(await slotsOf(store), ['2026-11-22T07:00 posted'])
  })

  it('puts out what waits when somebody pauses its digest, and tells it after it goes on', async t => {
    const { beat, store, room } = await open(t)
    await beat.look(BEFORE, false)
    room.edit('cranes', { title: 'Cranes' })
    await beat.look(DUE, false)
    const change = { at: DUE.toISOString(), who: 'slack:U1', destination: C1, digest: 'config:daily', what: 'paused' }
    await store.pauseDigestBy('config:daily', true, DUE.toISOString(), change)
    assert.equal((await store.deliveries(1))[0]?.state, 'cancelled')
    await store.pauseDigestBy('config:daily', false, DUE.toISOString(), { ...change, what: 'resumed' })
    assert.equal(await beat.look(NEXT, false), 1)
    assert.deepEqual(titlesOf((await store.deliveries(10)).filter(({ state }) => state === 'pending')), [
      'Cranes Cranes',
    ])
  })

  it('does not send what was in doubt when its digest was paused, unless somebody has it sent again', async t => {
    const { beat, store, room } = await open(t)
    await beat.look(BEFORE, false)
    room.edit('cranes', { title: 'Cranes' })
    await beat.look(DUE, false)
    const [row] = (await store.deliveries(1)) as [DeliveryTable]
    await store.write(row, { state: 'checking', doubt: 1 })
    await setPaused(store, true, DUE.toISOString())
    await store.write({ ...row, state: 'checking' }, { state: 'pending', doubt: 0 })
    assert.equal(await beat.refresh({ ...row, expires: null }, DUE), true)
    assert.equal(await beat.refresh(row, DUE), false)
    const [called] = await store.deliveries(1)
    assert.deepEqual([called?.state, called?.why], ['cancelled', 'The digest was paused.'])
  })

  it('keeps what a digest told, and that it is paused, while its row can’t be read', async t => {
    const { store, room } = await open(t)
    const digest = daily({ id: 'chat:k3J9', destinations: [to(C1)] })
    const wanted = [digest]
    const beat = beatOn(store, room, () => wanted)
    const row = { id: 'k3J9', destination: C1, digest: '{', created: BEFORE.toISOString(), by: 'slack:U1' }
    await store.addDraft({ ...row, state: 'active' }, BEFORE.toISOString())
    await beat.look(BEFORE, false)
    wanted.length = 0
    await beat.look(DUE, false)
    assert.equal((await store.told(digest.id, C1)).length, 1)
    assert.deepEqual(
      (await store.digests()).map(({ id }) => id),
      [digest.id],
    )
    const change = { at: DUE.toISOString(), who: 'slack:U1', destination: C1, digest: digest.id, what: 'removed' }
    await store.changeSubscription('k3J9', { state: 'removed' }, change)
    await beat.look(DUE, false)
    assert.deepEqual([await store.digests(), await store.begun()], [[], []])
  })

  it('begins with the library that it found the collection in', async t => {
    const { store, room, digests } = await open(t)
    let reads = 0
    const library = () => (reads++ === 0 ? room.library() : emptyShelf().library)
    await beatOn(store, { ...room, library }, () => digests).look(BEFORE, false)
    assert.equal((await store.told('config:daily', C1)).length, 1)
  })

  it('begins a new destination for itself, and forgets one that is gone', async t => {
    const { beat, store, room, digests } = await open(t)
    await beat.look(BEFORE, false)
    room.edit('cranes', { title: 'Cranes' })
    digests[0] = daily({ destinations: [to(C1), to(C2)] })
    await beat.look(new Date(DUE.getTime() - 60_000), false)
    room.edit('ships', { title: 'Ships' })
    await beat.look(DUE, false)
    const rows = (await store.deliveries(10)).toSorted((a, b) => a.destination.localeCompare(b.destination))
    assert.deepEqual(
      rows.map(({ card }) => [/Cranes/.test(card), /Ships/.test(card)]),
      [
        [true, true],
        [false, true],
      ],
    )
    digests[0] = daily({ destinations: [to(C1)] })
    await beat.look(DUE, false)
    assert.deepEqual(await Promise.all(rows.map(async ({ id }) => (await store.delivery(id))?.state)), [
      'pending',
      'cancelled',
    ])
    assert.deepEqual(await store.told('config:daily', C2), [])
  })

  it('posts nothing of a digest that somebody pauses while it looks', async t => {
    const { store, room, digests } = await open(t, {}, { whenEmpty: 'note' })
    await beatOn(store, room, () => digests).look(BEFORE, false)
    let pausing: Promise<unknown> = Promise.resolve()
    const beat = beatOn(store, room, () => {
      pausing = setPaused(store, true, DUE.toISOString())
      return digests
    })
    assert.equal(await beat.look(DUE, false), 0)
    await pausing
    assert.deepEqual(await store.deliveries(10), [])
  })

  it('names every digest that can’t be made', async t => {
    const { beat, digests } = await open(t)
    const [good] = digests as [Digest]
    for (const id of ['chat:1', 'chat:2'])
      digests.push({ ...good, id, schedule: { ...good.schedule, zone: 'Nowhere/Town' } })
    await beat.look(BEFORE, false)
    await assert.rejects(beat.look(DUE, false), /chat:1 can’t be made: .*\nchat:2 can’t be made: /)
  })

  it('takes no digest for gone that is made while it looks', async t => {
    const { store, room } = await open(t)
    const made = daily({ id: 'chat:1', destinations: [to(C2)], whenEmpty: 'note' })
    const beat = createBeat({
      store,
      digests: async () => {
        await beat.postNow(made, to(C2), 'i1', DUE)
        return []
      },
      material: () => ({ library: room.library(), budgetOf: () => BUDGET }),
      noticeOf: () => ({ trouble: { trouble: '', since: '', note: '' } }),
      log: () => undefined,
    })
    await beat.look(DUE, false)
    assert.deepEqual(
      (await store.deliveries(10)).map(({ state }) => state),
      ['pending'],
    )
  })

  for (const [by, pause, resume] of [
    [
      'a manager',
      (store: Store) => setPaused(store, true, BEFORE.toISOString()),
      (store: Store) => setPaused(store, false, at('2026-11-24T12:00:00Z').toISOString()),
    ],
    ['the switch', async () => undefined, async () => undefined],
  ] as const)
    it(`is silent while it is paused by ${by}, and goes on from the instant at which it is resumed`, async t => {
      const { beat, store, room, lines } = await open(t)
      await beat.look(BEFORE, false)
      room.edit('cranes', { title: 'Cranes' })
      const isSwitch = by === 'the switch'
      await pause(store)
      for (const now of [DUE, NEXT, at('2026-11-24T07:00:10Z'), at('2026-11-24T12:00:00Z')])
        await beat.look(now, isSwitch)
      await resume(store)
      assert.equal(await beat.look(at('2026-11-24T12:01:00Z'), false), 0)
      assert.deepEqual([await slotsOf(store), lines], [[], []])
      assert.equal(await beat.look(at('2026-11-25T07:00:10Z'), false), 1)
    })

  it('tells again what was not sent before the next slot, and never what was', async t => {
    const { beat, store, room } = await open(t)
    await beat.look(BEFORE, false)
    room.edit('cranes', { title: 'Cranes' })
    await beat.look(DUE, false)
    const [first] = await store.deliveries(1)
    assert.equal(await beat.look(NEXT, false), 1)
    assert.equal((await store.delivery(first?.id ?? ''))?.state, 'superseded')
    const [second] = await store.deliveries(1, ['pending'])
    assert.match(second?.card ?? '', /Cranes/)
    await store.write(second as DeliveryTable, { state: 'sent' })
    assert.equal(await beat.look(at('2026-11-24T07:00:10Z'), false), 0)
  })

  it('sets a schedule right whose clock was days ahead', async t => {
    const { beat, store, room } = await open(t)
    await beat.look(at('2027-11-21T12:00:00Z'), false)
    room.edit('cranes', { title: 'Cranes' })
    assert.equal(await beat.look(BEFORE, false), 0)
    assert.equal(await beat.look(DUE, false), 1)
    assert.deepEqual(await slotsOf(store), ['2026-11-22T07:00 posted'])
  })

  it('decides no slot anew when the clock steps back by an hour', async t => {
    const { beat, store, room } = await open(t, {}, { whenEmpty: 'note' })
    await beat.look(BEFORE, false)
    assert.equal(await beat.look(DUE, false), 1)
    room.edit('cranes', { title: 'Cranes' })
    for (let minute = -60; minute < 10; minute++)
      assert.equal(await beat.look(new Date(DUE.getTime() + minute * 60_000), false), 0)
    assert.equal((await store.deliveries(10)).length, 1)
  })
})

describe('a digest whose collection is gone', () => {
  /** A library that can be taken away and brought back. */
  async function openMoving(t: TestContext, change: Partial<Digest> = {}) {
    const desk = await open(t, {}, change)
    const shelf = { isThere: true }
    const library = () => (shelf.isThere ? desk.room.library() : emptyShelf().library)
    const beat = beatOn(desk.store, { ...desk.room, library }, () => desk.digests)
    return { ...desk, shelf, beat }
  }

  const notesOf = async (store: Store) =>
    (await store.slots('config:daily', 9)).map(({ state, note }) => `${state}: ${note}`)

  it('is empty and says why, even where it posts a note when there is nothing new', async t => {
    const { beat, store, shelf } = await openMoving(t, { whenEmpty: 'note' })
    await beat.look(BEFORE, false)
    shelf.isThere = false
    assert.equal(await beat.look(DUE, false), 0)
    assert.deepEqual(await notesOf(store), ['empty: There is no collection "port" in the library.'])
    assert.deepEqual(await store.deliveries(10), [])
  })

  it('tells what came meanwhile when it is back, and nothing old as new', async t => {
    const { beat, store, shelf, room } = await openMoving(t)
    room.edit('harbour', { title: 'Harbour' })
    await beat.look(BEFORE, false)
    shelf.isThere = false
    await beat.look(DUE, false)
    room.edit('cranes', { title: 'Cranes' })
    shelf.isThere = true
    assert.equal(await beat.look(NEXT, false), 1)
    assert.deepEqual(titlesOf(await store.deliveries(10)), ['Cranes Cranes'])
  })

  it('begins when there is one: what is there then is not new', async t => {
    const { beat, store, shelf, room, digests } = await openMoving(t)
    room.edit('harbour', { title: 'Harbour' })
    shelf.isThere = false
    await beat.look(BEFORE, false)
    await beat.look(DUE, false)
    assert.equal(await beat.postNow(digests[0] as Digest, to(C1), 'i1', DUE), 'empty')
    shelf.isThere = true
    await beat.look(at('2026-11-22T12:00:00Z'), false)
    assert.equal(await beat.look(NEXT, false), 0)
    assert.deepEqual(await slotsOf(store), ['2026-11-23T07:00 empty', 'now:i1 empty'])
    room.edit('cranes', { title: 'Cranes' })
    assert.equal(await beat.look(at('2026-11-24T07:00:10Z'), false), 1)
    assert.deepEqual(titlesOf(await store.deliveries(10)), ['Cranes Cranes'])
  })

  it('begins for a new channel when it is back', async t => {
    const { beat, store, shelf, room, digests } = await openMoving(t)
    room.edit('harbour', { title: 'Harbour' })
    await beat.look(BEFORE, false)
    shelf.isThere = false
    digests[0] = daily({ destinations: [to(C1), to(C2)] })
    await beat.look(DUE, false)
    shelf.isThere = true
    await beat.look(at('2026-11-22T12:00:00Z'), false)
    assert.equal(await beat.look(NEXT, false), 0)
    assert.equal((await store.told('config:daily', C2)).length, 1)
  })

  it('keeps what it told while its collection is written wrong, and goes on from when that is mended', async t => {
    const { beat, store, room, digests, lines } = await openMoving(t)
    await beat.look(BEFORE, false)
    room.edit('cranes', { title: 'Cranes' })
    digests[0] = daily({ destinations: [to(C1)], collection: 'prot' })
    await beat.look(DUE, false)
    await beat.look(at('2026-11-22T12:00:00Z'), false)
    digests[0] = daily({ destinations: [to(C1)] })
    await beat.look(at('2026-11-22T12:01:00Z'), false)
    assert.deepEqual([await slotsOf(store), lines], [[], []])
    assert.equal(await beat.look(NEXT, false), 1)
    assert.deepEqual(titlesOf(await store.deliveries(10)), ['Cranes Cranes'])
  })

  it('calls off what waits, and tells it when the collection is back', async t => {
    const { beat, store, shelf, room } = await openMoving(t, { whenEmpty: 'note' })
    await beat.look(BEFORE, false)
    room.edit('cranes', { title: 'Cranes' })
    await beat.look(DUE, false)
    const [row] = (await store.deliveries(1)) as [DeliveryTable]
    shelf.isThere = false
    assert.equal(await beat.refresh(row, DUE), false)
    assert.deepEqual(
      (await store.deliveries(10)).map(({ state }) => state),
      ['cancelled'],
    )
    shelf.isThere = true
    assert.equal(await beat.look(NEXT, false), 1)
    assert.deepEqual(titlesOf(await store.deliveries(1, ['pending'])), ['Cranes Cranes'])
  })

  it('says so where it is its topics that no brief has any more', async t => {
    const { beat, store, room } = await open(
      t,
      { pier: { title: 'Pier', matter: ['topics: [ships]'] } },
      { topics: ['ships', 'tugs'] },
    )
    await beat.look(BEFORE, false)
    room.edit('pier', { title: 'Pier' })
    await beat.look(DUE, false)
    assert.deepEqual(await notesOf(store), ['empty: No brief of "port" has the topic "ships" or "tugs".'])
    room.edit('pier', { title: 'Pier', matter: ['topics: [ships]'] })
    await beat.look(NEXT, false)
    assert.equal((await notesOf(store))[0], 'empty: ')
  })
})

describe('after an outage', () => {
  const cases: [name: string, change: Partial<Digest>, begins: string, back: string, slots: string[], told: number][] =
    [
      [
        'of ten minutes it posts one, marked as delayed',
        {},
        '2026-11-22T06:59:00Z',
        '2026-11-22T07:10:00Z',
        ['2026-11-22T07:00 posted delayed'],
        0,
      ],
      [
        'of five hours it posts none, and there is one record and one notice',
        {},
        '2026-11-22T06:59:00Z',
        '2026-11-22T12:00:00Z',
        ['2026-11-22T07:00 missed'],
        1,
      ],
      [
        'an hourly digest posts one',
        { schedule: { ...daily().schedule, cron: '0 * * * *' } },
        '2026-11-22T06:59:00Z',
        '2026-11-22T09:30:00Z',
        ['2026-11-22T09:00 posted delayed', '2026-11-22T08:00 missed', '2026-11-22T07:00 missed'],
        1,
      ],
      [
        'a weekly schedule made an hour ago does not fire for last week',
        { schedule: { ...daily().schedule, cron: '0 8 * * 1' } },
        '2026-11-22T11:00:00Z',
        '2026-11-22T12:00:00Z',
        [],
        0,
      ],
      [
        'a digest that skips posts none',
        { schedule: { ...daily().schedule, missed: { policy: 'skip', withinMs: 7_200_000 } } },
        '2026-11-22T06:59:00Z',
        '2026-11-22T07:10:00Z',
        ['2026-11-22T07:00 missed'],
        1,
      ],
    ]
  for (const [name, change, begins, back, slots, told] of cases)
    it(name, async t => {
      const { beat, store, lines } = await open(t, {}, { whenEmpty: 'note', ...change })
      await beat.look(at(begins), false)
      await beat.look(at(back), false)
      await beat.look(new Date(at(back).getTime() + 60_000), false)
      assert.deepEqual(await slotsOf(store), slots)
      assert.equal((await store.troubles()).length, told)
      assert.equal(lines.length, told)
      const [row] = await store.deliveries(10)
      assert.equal(
        row !== undefined,
        slots.some(slot => slot.includes('posted')),
      )
      if (row) assert.match(row.card, /comes late/)
    })

  it('counts the slots that are too many to record', async t => {
    const every = { schedule: { ...daily().schedule, cron: '* * * * *' } }
    const { beat, lines, store } = await open(t, {}, every)
    await beat.look(BEFORE, false)
    await beat.look(at('2026-11-22T12:00:30Z'), false)
    assert.match(lines[0] ?? '', /^1439 missed/)
    assert.equal((await store.slots('config:daily', 5000)).length, 1001)
  })
})

describe('two beats', () => {
  it('on one store at the same time post once', async t => {
    const { beat, store, room, digests } = await open(t, {}, { whenEmpty: 'note' })
    await beat.look(BEFORE, false)
    const other = beatOn(store, room, () => digests)
    const posted = await Promise.all([beat.look(DUE, false), other.look(DUE, false)])
    assert.deepEqual(posted.toSorted(), [0, 1])
    assert.equal((await store.deliveries(10)).length, 1)
  })

  it('in two processes on one file post once', async t => {
    const path = openFolder(t.after.bind(t))('readout.db')
    const store = createStore(await openDatabase(path))
    const room = openNewsroom()
    const digests = [daily({ destinations: [to(C1)], whenEmpty: 'note' })]
    await beatOn(store, room, () => digests).look(BEFORE, false)
    await store.close()
    const posted = await Promise.all([1, 2, 3].map(() => lookInProcess(path)))
    assert.deepEqual(posted.toSorted(), ['0', '0', '1'])
    const after = createStore(await openDatabase(path))
    assert.equal((await after.deliveries(10)).length, 1)
    await after.close()
  })
})

/** A beat of another process looks at the first slot; gives back how many digests it says that it posts. */
async function lookInProcess(path: string): Promise<string> {
  const fileOf = (name: string) => JSON.stringify(new URL(name, import.meta.url))
  const script = `
    import { createBeat } from ${fileOf('../../src/digest/beat.ts')}
    import { openDatabase } from ${fileOf('../../src/store/open.ts')}
    import { createStore } from ${fileOf('../../src/store/store.ts')}
    import { daily, openNewsroom } from ${fileOf('../fakes/newsroom.ts')}
    const library = openNewsroom().library()
    const store = createStore(await openDatabase(process.argv[1]))
    const digest = daily({ destinations: [{ platform: 'handmade', space: 'S', channel: 'C1' }], whenEmpty: 'note' })
    const beat = createBeat({
      store,
      digests: async () => [digest],
      material: () => ({ library, budgetOf: () => (${JSON.stringify(BUDGET)}) }),
      noticeOf: () => undefined,
      log: () => {},
    })
    console.log(await beat.look(new Date('${DUE.toISOString()}'), false))
  `
  const child = spawn(process.execPath, ['--input-type=module', '--eval', script, path], {
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  return (await text(child.stdout)).trim()
}

describe('posting by hand', () => {
  it('is done once for an interaction, and tells what is new', async t => {
    const { beat, store, room, digests } = await open(t)
    await beat.look(BEFORE, false)
    room.edit('cranes', { title: 'Cranes' })
    const [digest] = digests as [Digest]
    assert.equal(await beat.postNow(digest, to(C1), 'i1', DUE), 'posted')
    assert.equal(await beat.postNow(digest, to(C1), 'i1', DUE), undefined)
    assert.equal(await beat.postNow(digest, to(C1), 'i2', DUE), 'empty')
    assert.equal((await store.deliveries(10))[0]?.slot, 'now:i1')
    assert.equal((await store.digests())[0]?.cursor, BEFORE.toISOString())
  })

  it('begins a digest that nobody has looked at yet, so that not everything is new', async t => {
    const { beat, store, digests } = await open(t)
    assert.equal(await beat.postNow(digests[0] as Digest, to(C1), 'i1', DUE), 'empty')
    assert.deepEqual(await store.deliveries(10), [])
  })
})

/** Briefs of which each fills a part by itself. */
const long = (title: string): Story => ({
  title,
  intro: `${title} ${'and what else there is to be said of it '.repeat(30)}ends.`,
})

describe('a brief that is withdrawn between composing and sending', () => {
  async function openLong(t: TestContext, change: Partial<Digest> = {}) {
    const desk = await open(t, {}, change)
    await desk.beat.look(BEFORE, false)
    for (const title of ['Cranes', 'Ships', 'Ferry']) desk.room.edit(title.toLowerCase(), long(title))
    await desk.beat.look(DUE, false)
    const rows = (await desk.store.deliveries(10)).toSorted((a, b) => a.part - b.part)
    assert.equal(rows.length, 3)
    return { ...desk, rows: rows as [DeliveryTable, DeliveryTable, DeliveryTable] }
  }

  const briefIn = ({ card }: DeliveryTable): string => /Cranes|Ships|Ferry/.exec(card)?.[0] ?? ''

  const editions = async (store: Store) =>
    (await store.deliveries(20))
      .toSorted((a, b) => a.edition - b.edition || a.part - b.part)
      .map(row => `${row.edition}: ${row.part} of ${row.parts} ${row.state}`)

  it('is not sent; what is left is composed anew', async t => {
    const { beat, store, room, rows } = await openLong(t)
    assert.equal(await beat.refresh(rows[0], DUE), true)
    room.edit(briefIn(rows[0]).toLowerCase(), undefined)
    assert.equal(await beat.refresh(rows[0], DUE), false)
    assert.deepEqual(await editions(store), [
      '1: 1 of 3 cancelled',
      '1: 2 of 3 cancelled',
      '1: 3 of 3 cancelled',
      '2: 1 of 2 pending',
      '2: 2 of 2 pending',
    ])
    const left = (await store.deliveries(10, ['pending'])).map(({ card }) => card).join()
    assert.doesNotMatch(left, new RegExp(briefIn(rows[0])))
    assert.equal((await store.deliveries(10, ['pending']))[0]?.expires, rows[0].expires)
    assert.doesNotMatch(left, /comes late/)
  })

  it('is not sent after the first part was; that is not told again, and the ids are others', async t => {
    const { beat, store, room, rows } = await openLong(t)
    await store.write(rows[0], { state: 'sent' })
    room.edit(briefIn(rows[1]).toLowerCase(), undefined)
    assert.equal(await beat.refresh(rows[1], DUE), false)
    assert.deepEqual(await editions(store), [
      '1: 1 of 3 sent',
      '1: 2 of 3 cancelled',
      '1: 3 of 3 cancelled',
      '2: 1 of 1 pending',
    ])
    const [anew] = (await store.deliveries(10, ['pending'])) as [DeliveryTable]
    assert.equal(briefIn(anew), briefIn(rows[2]))
    assert.ok(!rows.some(({ id }) => id === anew.id))
    room.edit(briefIn(rows[2]).toLowerCase(), undefined)
    assert.equal(await beat.refresh(anew, DUE), false)
    assert.deepEqual((await editions(store)).slice(3), ['2: 1 of 1 cancelled'])
  })

  it('leaves no note behind a part that was sent that there is nothing to tell', async t => {
    const { beat, store, room, rows } = await openLong(t, { whenEmpty: 'note' })
    await store.write(rows[0], { state: 'sent' })
    for (const row of rows.slice(1)) room.edit(briefIn(row).toLowerCase(), undefined)
    assert.equal(await beat.refresh(rows[1], DUE), false)
    assert.deepEqual(await store.deliveries(10, ['pending']), [])
  })

  it('is put out where its digest is gone', async t => {
    const { beat, store, room, rows, digests } = await openLong(t)
    digests.splice(0)
    room.edit(briefIn(rows[0]).toLowerCase(), undefined)
    assert.equal(await beat.refresh(rows[0], DUE), false)
    assert.deepEqual(new Set((await store.deliveries(10)).map(({ state }) => state)), new Set(['cancelled']))
  })

  it('is composed anew once more where somebody has an old part sent again', async t => {
    const { beat, store, room, rows } = await openLong(t)
    room.edit(briefIn(rows[0]).toLowerCase(), undefined)
    await beat.refresh(rows[0], DUE)
    const old = (await store.delivery(rows[0].id)) as DeliveryTable
    await store.write(old, { state: 'pending', expires: null })
    room.edit('tugs', long('Tugs'))
    assert.equal(await beat.refresh({ ...old, state: 'pending', expires: null }, NEXT), false)
    assert.equal((await store.delivery(rows[0].id))?.state, 'cancelled')
    assert.deepEqual((await editions(store)).slice(-1), ['3: 1 of 1 pending'])
  })

  it('reaches no reader, through the dispatcher, and what is left does once', async t => {
    const { beat, store, room, rows, clock } = await openLong(t)
    const platform = createHandMade(clock)
    platform.postFaults.push('none', 'later')
    // The test's clock runs with the real one.
    for (const row of rows) await store.write(row, { expires: null })
    const dispatcher = startDispatcher({
      store,
      platforms: [platform],
      clock,
      log: () => undefined,
      readDestination: to,
      isFresh: delivery => beat.refresh(delivery, clock.now()),
      noticeOf: () => undefined,
    })
    clock.push(Math.max(0, DUE.getTime() - clock.now().getTime()) + 1000)
    await pass(clock, 1000)
    room.edit(briefIn(rows[1]).toLowerCase(), undefined)
    await pass(clock, 20_000)
    const posted = platform.messages.map(({ card }) => JSON.stringify(card))
    assert.equal(posted.length, 2)
    assert.doesNotMatch(posted.join(), new RegExp(briefIn(rows[1])))
    await dispatcher.stop()
  })
})

describe('a slot of a thousand destinations', () => {
  it('is claimed within three seconds', async t => {
    const destinations = Array.from({ length: 1000 }, (_, index) => to(`handmade:S/C${index}`))
    const stories = Object.fromEntries(
      Array.from({ length: 30 }, (_, index) => [`old-${index}`, { title: `Old ${index}` }]),
    )
    const { beat, store, room } = await open(t, stories, { destinations })
    await beat.look(BEFORE, false)
    room.edit('cranes', { title: 'Cranes' })
    const began = performance.now()
    assert.equal(await beat.look(DUE, false), 1)
    const ms = performance.now() - began
    assert.equal((await store.deliveries(2000)).length, 1000)
    assert.ok(ms < 3000, `${Math.round(ms)} ms`)
    t.diagnostic(`${Math.round(ms)} ms`)
  })
})
