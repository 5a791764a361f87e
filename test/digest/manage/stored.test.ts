import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { followSubscriptions, subscriptionsOf } from '../../../src/digest/manage/stored.ts'
import { brief, type Channel, FILES, labels, openChannel, says } from './channel.ts'

const LINE = 'subscribe town sections new every day 08:30 Europe/Brussels'

/** Three subscriptions, of which what was stored of the first can't be read and the second has a zone that is none. */
async function openSpoilt(channel: Channel): Promise<{ broken: string; unknown: string }> {
  for (const name of ['first', 'second', 'third'])
    await channel.click(await channel.ask(`${LINE} name ${name}`), 'Subscribe')
  await channel.look()
  const [first, second] = await channel.store().subscriptions()
  assert.ok(first && second)
  const change = { at: '', who: '', destination: '', digest: '', what: '' }
  const store = channel.store()
  await store.changeSubscription(first.id, { digest: '{"name": ' }, change)
  const elsewhere = second.digest.replace('Europe/Brussels', 'Mars/Olympus')
  await store.changeSubscription(second.id, { digest: elsewhere }, change)
  return { broken: first.id, unknown: second.id }
}

describe('a subscription that can’t be read', () => {
  it('stops no other', async t => {
    const channel = await openChannel(t)
    await openSpoilt(channel)
    assert.deepEqual(
      (await subscriptionsOf(channel.store())).map(({ name }) => name),
      ['second', 'third'],
    )
    await channel.look()
    channel.set.files = { ...FILES, 'town/fresh.md': brief('Fresh') }
    channel.set.now = new Date('2026-11-23T07:30:10Z')
    await assert.rejects(channel.look(), /chat:\S+ can’t be made: .*Mars\/Olympus/)
    assert.equal((await channel.store().deliveries(9)).length, 1)
  })

  it('is listed with its remedy, and can be removed', async t => {
    const channel = await openChannel(t)
    const { broken, unknown } = await openSpoilt(channel)
    const list = await channel.ask('digests')
    assert.match(
      says(list),
      new RegExp(`Unreadable digest ${broken}: /readout remove ${broken} · can’t be read and is not posted: remove it`),
    )
    assert.match(
      says(list),
      /Mars\/Olympus · can’t be posted: Expected zone to be a time zone such as .*, got “Mars\/Olympus”\./,
    )
    assert.match(says(list), /third: .* next Monday, 23 November 2026, 08:30/)
    const card = await channel.click(list, `Unreadable digest ${broken}`)
    assert.deepEqual(labels(card), ['Remove', 'Subscribe', '‹ All digests'])
    for (const word of ['edit', 'pause', 'preview', 'why', 'post now', 'next'])
      assert.match(says(await channel.ask(`${word} ${broken}`)), /can’t be read, so nothing is posted of it/, word)
    assert.equal((await channel.ask('next')).title, 'Next runs of this channel')
    await channel.click(await channel.ask(`remove ${broken}`), 'Remove')
    assert.deepEqual((await channel.store().subscriptions()).map(({ id }) => id).includes(broken), false)
    for (const word of ['preview', 'post now', 'next', 'why', 'pause', 'resume'])
      assert.match(says(await channel.ask(`${word} ${unknown}`)), /Expected zone to be .*got “Mars\/Olympus”/, word)
    const zones = await channel.click(await channel.ask(`edit ${unknown}`), 'Time zone')
    assert.match(says(zones), /Mars\/Olympus \(no time zone that is known\)/)
    assert.match(says(await channel.ask(`edit ${unknown} Europe/Kyiv`)), /Next 3 runs/)
    assert.match(says(await channel.ask('changes')), /second .*zone|second .*when: .*Mars\/Olympus → .*Europe\/Kyiv/)
  })

  it('is told of once', async t => {
    const channel = await openChannel(t)
    const { broken } = await openSpoilt(channel)
    const told: string[] = []
    const follow = followSubscriptions(channel.store(), line => told.push(line))
    assert.deepEqual(
      (await follow()).map(({ name }) => name),
      ['second', 'third'],
    )
    await follow()
    assert.deepEqual(told, [
      `The digest ${broken} of slack:T1/C1 can’t be read from the database, and is not posted. In that channel write /readout remove ${broken}, and subscribe again.`,
    ])
  })
})
