import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import type { Digest } from '../../../src/digest/digest.ts'
import { mistypedAs, namedBy, nearTo } from '../../../src/digest/manage/names.ts'
import { subscriptionsOf } from '../../../src/digest/manage/stored.ts'
import { entryOf } from '../../../src/digest/manage/subscription.ts'
import { type Channel, CONFIGURED, labels, MANAGER, openChannel, READER, says } from './channel.ts'

const digestCalled = (name: string, id: string): Digest => ({ ...CONFIGURED, id, name })

const ENTRIES = [
  digestCalled('NATO: membership', 'chat:aaaaaaaa'),
  digestCalled('NATO: membership, Ukraine', 'chat:bbbbbbbb'),
  digestCalled('EU: summits', 'chat:cccccccc'),
  digestCalled('At sea', 'chat:dddddddd'),
  digestCalled('morning-brief', 'config:morning-brief'),
].map(digest => entryOf(digest, 'active'))

const namesOf = (found: { digest: Digest }[]): string[] => found.map(({ digest }) => digest.name)

describe('the name of a digest', () => {
  const table: [typed: string, means: string[]][] = [
    ['aaaaaaaa', ['NATO: membership']],
    ['chat:bbbbbbbb', ['NATO: membership, Ukraine']],
    ['nato membership', ['NATO: membership']],
    ['“At sea”', ['At sea']],
    ['Morning brief', ['morning-brief']],
    ['membership', ['NATO: membership', 'NATO: membership, Ukraine']],
    ['ukraine', ['NATO: membership, Ukraine']],
    ['summ', ['EU: summits']],
    ['eu', ['EU: summits']],
    ['sea', ['At sea']],
    ['s', []],
    ['mb', []],
    ['ship', []],
    ['membership summits', []],
    ['', []],
    ['???', []],
  ]
  for (const [typed, means] of table)
    it(`is understood: ${typed || 'nothing'}`, () => assert.deepEqual(namesOf(namedBy(ENTRIES, typed)), means))

  it('is near where it has typing mistakes', () => {
    assert.deepEqual(namesOf(mistypedAs(ENTRIES, 'nato membrship')), ['NATO: membership'])
    assert.deepEqual(namesOf(mistypedAs(ENTRIES, 'summts')), [])
    assert.deepEqual(namesOf(nearTo(ENTRIES, 'summts')), ['EU: summits'])
    assert.deepEqual(namesOf(nearTo(ENTRIES, 'weather')), [])
  })
})

const HARBOUR = 'subscribe town harbour weekdays 08:30 Europe/Brussels'
const COUNCIL = 'subscribe town city council weekdays 09:30 Europe/Brussels'

async function subscribe(channel: Channel, ...lines: string[]): Promise<void> {
  for (const line of lines) await channel.click(await channel.ask(line), 'Subscribe')
  await channel.look()
}

const paused = async (channel: Channel) => {
  const names = new Map((await subscriptionsOf(channel.store())).map(({ id, name }) => [id, name]))
  return (await channel.store().digests()).filter(row => row.paused === 1).map(({ id }) => names.get(id) ?? id)
}

describe('a digest that is named', () => {
  it('is meant by a clear part of its name', async t => {
    const channel = await openChannel(t)
    await subscribe(channel, HARBOUR, COUNCIL)
    assert.match(says(await channel.ask('pause council')), /It is paused/)
    assert.deepEqual(await paused(channel), ['town: city council'])
    assert.equal((await channel.ask('post now harbour')).title, 'Post town: harbour now?')
    assert.equal((await channel.ask('post harbour now')).title, 'Post town: harbour now?')
    assert.equal((await channel.ask('why was nothing posted? harb')).title, 'Why was nothing posted? town: harbour')
    assert.equal((await channel.ask('edit harbour 07:15')).title, 'Edit town: harbour')
    const [digest] = await subscriptionsOf(channel.store())
    assert.deepEqual([digest?.name, digest?.schedule.cron], ['town: harbour', '15 7 * * 1-5'])
  })

  it('is chosen by a button where several may be meant, and nothing is done before', async t => {
    const channel = await openChannel(t)
    await subscribe(channel, HARBOUR, COUNCIL, COUNCIL)
    const card = await channel.ask('pause town')
    assert.equal(card.title, 'Pause which digest?')
    assert.match(says(card), /Several digests may be meant by “town”\. Choose one\./)
    assert.deepEqual(await paused(channel), [])
    const twins = labels(card).filter(label => /^town: city council \([\w-]{8}\)$/.test(label))
    assert.deepEqual([labels(card)[0], twins.length], ['town: harbour', 2])
    assert.match(says(await channel.click(card, 'town: harbour')), /It is paused/)
    assert.deepEqual(await paused(channel), ['town: harbour'])
    assert.match(says(await channel.ask('edit city council 07:00')), /Several digests .* Nothing was changed\./)
    assert.match(says(await channel.ask('edit 07:00')), /Write first which digest is meant/)
    const crons = (await subscriptionsOf(channel.store())).map(({ schedule }) => schedule.cron)
    assert.deepEqual(crons, ['30 8 * * 1-5', '30 9 * * 1-5', '30 9 * * 1-5'])
  })

  it('is offered where the name is none, the nearest first, and never taken for it', async t => {
    const channel = await openChannel(t)
    await subscribe(channel, HARBOUR, COUNCIL)
    const near = await channel.ask('pause harbuor')
    assert.match(says(near), /There is no digest “harbuor” in this channel\./)
    assert.deepEqual(labels(near), ['town: harbour', '‹ All digests'])
    assert.deepEqual(labels(await channel.ask('remove weather')), [
      'town: harbour',
      'town: city council',
      '‹ All digests',
    ])
    await channel.ask('pause council')
    assert.match(
      says(await channel.ask('resume harbuor')),
      /None of those that may be meant was made here and is paused/,
    )
    await channel.ask('resume council')
    assert.equal((await channel.ask('post now weather')).title, 'Post which digest now?')
    assert.deepEqual(await paused(channel), [])
  })

  it('is not looked for in what readers ask, nor in a question that names none', async t => {
    const channel = await openChannel(t)
    await subscribe(channel, HARBOUR)
    const answer = (text: string, asker = MANAGER) =>
      channel.manage({ kind: 'asked', command: 'readout', text }, asker).then(card => card?.title)
    for (const text of ['post harbour', 'next harbour', 'why harbour'])
      assert.equal(await answer(text, READER), undefined)
    assert.equal(await answer('post now harbour', READER), 'This is for managers')
    assert.equal(await answer('next harbour'), 'Next runs of town: harbour')
    assert.equal(await answer('next town harbuor'), 'The next runs of which digest?')
    assert.equal(await answer('next harbour opening'), undefined)
  })
})

describe('digests of the configuration', () => {
  it('are not offered for what only their operator does, and it is said whose they are', async t => {
    const channel = await openChannel(t, { configured: [CONFIGURED] })
    for (const word of ['pause', 'edit', 'remove', 'resume'])
      assert.equal((await channel.ask(word)).title, 'This digest is the operator’s')
    await subscribe(channel, HARBOUR)
    for (const word of ['pause', 'edit', 'remove', 'edit 09:00']) {
      const card = await channel.ask(word)
      assert.deepEqual(labels(card), ['town: harbour', '‹ All digests'], word)
      assert.match(
        says(card),
        /morning stands in the configuration, .* It is the operator’s .* ask whoever runs Readout\./,
      )
    }
    const none = await channel.ask('resume')
    assert.deepEqual(labels(none), ['‹ All digests'])
    assert.match(says(none), /No digest of this channel was made here and is paused\./)
    assert.deepEqual(labels(await channel.ask('preview')), ['morning', 'town: harbour', '‹ All digests'])
    assert.deepEqual(await paused(channel), [])
  })
})
