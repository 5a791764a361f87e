import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import type { Card } from '../../src/card/card.ts'
import { PLAYGROUND } from '../../src/digest/destination.ts'
import { writeClick } from '../../src/digest/manage/click.ts'
import { WORDS } from '../../src/digest/manage/command.ts'
import { subscriptionsOf } from '../../src/digest/manage/stored.ts'
import { refOf } from '../../src/digest/manage/subscription.ts'
import { DISCORD_BUDGET } from '../../src/platform/discord/limits.ts'
import { SLACK_BUDGET } from '../../src/platform/slack/limits.ts'
import { HOSTILE } from '../fakes/hostile.ts'
import {
  brief,
  type Channel,
  CONFIGURED,
  FILES,
  idOf,
  labels,
  MANAGER,
  openChannel,
  READER,
  says,
} from './manage/channel.ts'

/** The managers’ channel as it is stored. */
const HERE = 'slack:T1/C1'

const LINE = 'subscribe town city council weekdays 08:30 Europe/Brussels'

/** Subscribes by one line, lets the schedule begin, and gives the card of the digest. */
async function subscribed(channel: Channel, line = LINE) {
  const card = await channel.click(await channel.ask(line), 'Subscribe')
  await channel.look()
  return card
}

const logOf = async (channel: Channel) =>
  (await channel.store().changesAt(HERE, 100)).map(({ who, destination, digest, what }) => ({
    who,
    destination,
    digest,
    what,
  }))

/** Everything that the database holds of digests. */
const stored = async (channel: Channel) => {
  const store = channel.store()
  const digests = await store.digests()
  return {
    digests,
    subscriptions: await store.subscriptions(),
    changes: await store.changesAt(HERE, 1000),
    deliveries: await store.deliveries(1000),
    holds: await store.holds(),
    slots: await Promise.all(digests.map(({ id }) => store.slots(id, 1000))),
    told: await Promise.all(digests.map(({ id }) => store.told(id, 'slack:T1/C1'))),
  }
}

describe('subscribing a channel', () => {
  for (const [name, budget] of [
    ['Slack', SLACK_BUDGET],
    ['Discord', DISCORD_BUDGET],
  ] as const)
    it(`is done by clicks only on ${name}, with a restart after each`, async t => {
      const channel = await openChannel(t, { budget, restarts: true })
      const { click, pick } = channel
      let card = await click(await channel.ask('digests'), 'Subscribe')
      assert.ok(!labels(card).includes('Subscribe'), 'a collection has to be chosen first')
      card = await pick(card, 'town')
      card = await pick(await click(card, 'Topics'), 'roads')
      card = await pick(card, 'city council')
      card = await click(await click(card, 'Without roads'), '‹ Done')
      card = await click(await click(card, 'Days'), 'Weekends')
      card = await click(await click(card, 'Sunday'), 'Monday')
      card = await click(card, '‹ Done')
      card = await pick(await click(card, 'Time'), '18:00')
      card = await click(await click(card, '18:35'), '‹ Done')
      card = await pick(await click(await click(card, 'Time zone'), 'America'), 'America/New_York')
      card = await click(await click(card, 'Sections'), 'On this day')
      card = await click(await click(card, '‹ Done'), 'Post a note when empty')
      card = await click(card, 'Subscribe')
      assert.match(says(card), /This channel is subscribed\./)
      assert.deepEqual(
        says(card)
          .split('\n')
          .filter(line => line.startsWith('• ')),
        [
          '• Monday, 23 November 2026, 18:35 (UTC-05:00), America/New_York',
          '• Saturday, 28 November 2026, 18:35 (UTC-05:00), America/New_York',
          '• Monday, 30 November 2026, 18:35 (UTC-05:00), America/New_York',
        ],
      )
      const [digest] = await subscriptionsOf(channel.store())
      assert.match(digest?.id ?? '', /^chat:[\w-]{8}$/)
      assert.deepEqual(digest, {
        id: digest?.id,
        name: 'town: city council',
        collection: 'town',
        topics: ['city council'],
        schedule: {
          cron: '35 18 * * 1,6',
          zone: 'America/New_York',
          missed: { policy: 'latest', withinMs: 7_200_000 },
        },
        destinations: [{ platform: 'slack', space: 'T1', channel: 'C1' }],
        sections: ['new', 'updated', 'quote'],
        whenEmpty: 'note',
      })
    })

  it('is done by one line and a confirmation', async t => {
    const channel = await openChannel(t, { restarts: true })
    const draft = await channel.ask(LINE)
    assert.deepEqual(await subscriptionsOf(channel.store()), [], 'a draft posts nothing')
    assert.deepEqual(await channel.store().changesAt(HERE, 9), [])
    const card = await channel.click(draft, 'Subscribe')
    assert.match(says(card), /Monday, 23 November 2026, 08:30 \(UTC\+01:00\), Europe\/Brussels/)
    const [digest] = await subscriptionsOf(channel.store())
    assert.deepEqual(
      [digest?.collection, digest?.topics, digest?.schedule.cron, digest?.schedule.zone],
      ['town', ['city council'], '30 8 * * 1-5', 'Europe/Brussels'],
    )
    assert.equal(channel.changes(), 1)
    assert.deepEqual(await logOf(channel), [
      {
        who: 'slack:U1',
        destination: 'slack:T1/C1',
        digest: digest?.id,
        what: 'subscribed: town: city council; town; topics city council; on weekdays at 08:30, Europe/Brussels; new, updated, quote, on this day; silent when empty',
      },
    ])
    assert.match(says(await channel.click(draft, 'Subscribe')), /subscribed already/)
    assert.equal((await logOf(channel)).length, 1)
  })

  it('offers the asker’s own zone first, then the collection’s', async t => {
    const channel = await openChannel(t)
    const { zone: _, ...nowhere } = MANAGER
    const zones = async (asker = MANAGER) => {
      const card = await channel.click(await channel.ask('subscribe town', asker), 'Time zone', asker)
      const picker = card.actions.find(({ kind }) => kind === 'picker')
      const typed = channel.management().offer(picker?.id ?? '', '')
      assert.deepEqual(typed, picker?.kind === 'picker' && picker.choices)
      return { card, offered: typed?.slice(0, 2).map(({ value }) => value) }
    }
    assert.deepEqual((await zones({ ...MANAGER, zone: 'America/Denver' })).offered, ['America/Denver', 'Europe/Berlin'])
    const { card, offered } = await zones(nowhere)
    assert.deepEqual(offered, ['Europe/Berlin', 'UTC'])
    assert.match(says(card), /Chosen: Europe\/Berlin/)
    const id = card.actions.find(({ kind }) => kind === 'picker')?.id ?? ''
    for (const [typed, zone] of [
      ['kyiv', 'Europe/Kyiv'],
      ['Europe/Brusels', 'Europe/Brussels'],
      ['Europe/Kiew', 'Europe/Kyiv'],
      ['new york', 'America/New_York'],
    ])
      assert.equal(channel.management().offer(id, typed as string)?.[0]?.value, zone)
  })

  it('takes the zone of the collection that is chosen later where the asker has none', async t => {
    const channel = await openChannel(t)
    const { zone: _, ...nowhere } = MANAGER
    const card = await channel.pick(await channel.ask('subscribe', nowhere), 'port', nowhere)
    assert.match(says(card), /Europe\/Berlin/)
  })

  it('says what was not understood and keeps the rest', async t => {
    const channel = await openChannel(t)
    const card = await channel.ask('subscribe town weekdays 25:00 Europe/Brusels harbor')
    assert.match(says(card), /Expected a time such as 08:30, got “25:00”\./)
    assert.match(says(card), /got “Europe\/Brusels”\. Did you mean Europe\/Brussels\?/)
    assert.match(says(card), /“harbor” is no collection, .* Did you mean “harbour”\?/)
    assert.match(says(card), /Collection: town/)
  })

  it('ends with a clear word at 20 of a channel', async t => {
    const channel = await openChannel(t)
    const early = await channel.ask(LINE)
    for (let count = 0; count < 20; count++) await channel.click(await channel.ask(LINE), 'Subscribe')
    assert.match(says(await channel.ask('subscribe')), /has 20 subscriptions, and there can be no more\. Remove one/)
    assert.match(says(await channel.click(early, 'Subscribe')), /there can be no more/)
    assert.equal((await subscriptionsOf(channel.store())).length, 20)
    const other = { ...MANAGER, channel: 'C2' }
    assert.equal((await channel.ask('subscribe', other)).title, 'Subscribe this channel')
    const pages: string[] = []
    for (let card = await channel.ask('digests'); ; card = await channel.click(card, 'Next page ›')) {
      pages.push(...labels(card).filter(label => label.startsWith('town')))
      if (!labels(card).includes('Next page ›')) break
    }
    assert.equal(pages.length, 20)
  })

  it('makes one draft of an interaction that is handed over twice', async t => {
    const channel = await openChannel(t)
    const asker = { ...MANAGER, once: 'trigger-1' }
    assert.deepEqual(await channel.ask(LINE, asker), await channel.ask(LINE, asker))
    assert.equal((await channel.store().subscriptions()).length, 1)
  })

  it('forgets drafts after a day, and says so to whoever comes back', async t => {
    const channel = await openChannel(t)
    const draft = await channel.ask(LINE)
    channel.set.now = new Date('2026-11-23T10:00:00Z')
    await channel.ask('subscribe')
    for (const label of ['Subscribe', 'Days', 'Discard', 'Preview'])
      assert.equal((await channel.click(draft, label)).title, 'This digest is gone')
    assert.deepEqual(await subscriptionsOf(channel.store()), [])
  })

  it('is called off by Discard', async t => {
    const channel = await openChannel(t)
    const draft = await channel.ask(LINE)
    assert.match(says(await channel.click(draft, 'Discard')), /discarded/)
    assert.equal((await channel.click(draft, 'Subscribe')).title, 'This digest is gone')
    assert.deepEqual(await channel.store().subscriptions(), [])
  })
})

describe('the list of digests', () => {
  it('names those of the configuration and of chat, with state and next run', async t => {
    const channel = await openChannel(t, { configured: [CONFIGURED] })
    assert.match(
      says(await channel.ask('digests')),
      /morning: \/readout preview morning · every day at 08:00, Europe\/Kyiv · the operator’s, not changed/,
    )
    await channel.click(await subscribed(channel), 'Pause')
    const words = says(await channel.ask('digests'))
    assert.match(
      words,
      /town: city council: \/readout preview [\w-]{8} · on weekdays at 08:30, Europe\/Brussels · paused\n?/,
    )
    assert.match(words, /morning: .* next Monday, 23 November 2026, 08:00 \(UTC\+02:00\)/)
    assert.match(says(await channel.ask('digests', { ...MANAGER, channel: 'C3' })), /No digest is posted/)
    channel.set.isPaused = true
    assert.match(says(await channel.ask('digests')), /All digests are paused by whoever runs Readout/)
  })

  it('lets nothing of the configuration be changed in chat', async t => {
    const channel = await openChannel(t, { configured: [CONFIGURED] })
    const card = await channel.click(await channel.ask('digests'), 'morning')
    assert.deepEqual(labels(card), ['Preview', 'Post now', 'Next runs', 'Why was nothing posted?', '‹ All digests'])
    for (const word of ['edit', 'pause', 'resume', 'remove'])
      assert.match((await channel.ask(`${word} morning`)).title, /operator’s/)
    assert.match(says(await channel.ask('next morning')), /23 November 2026, 08:00 \(UTC\+02:00\), Europe\/Kyiv/)
    assert.deepEqual(await logOf(channel), [])
  })
})

describe('changing a subscription', () => {
  it('writes who changed what and when, and takes effect at once', async t => {
    const channel = await openChannel(t, { restarts: true })
    const card = await subscribed(channel)
    channel.set.now = new Date('2026-11-22T10:00:00Z')
    const other = { ...MANAGER, user: 'U2' }
    const edit = await channel.click(card, 'Edit')
    await channel.click(await channel.click(edit, 'Days', other), 'Every day', other)
    await channel.pick(await channel.click(edit, 'Time'), '09:00')
    const [time, days] = await channel.store().changesAt(HERE, 2)
    assert.deepEqual(
      [days?.who, days?.what, days?.at],
      [
        'slack:U2',
        'when: on weekdays at 08:30, Europe/Brussels → every day at 08:30, Europe/Brussels',
        '2026-11-22T10:00:00.000Z',
      ],
    )
    assert.deepEqual(
      [time?.who, time?.what],
      ['slack:U1', 'when: every day at 08:30, Europe/Brussels → every day at 09:00, Europe/Brussels'],
    )
    const [digest] = await subscriptionsOf(channel.store())
    assert.equal(digest?.schedule.cron, '0 9 * * *')
    assert.match(says(await channel.ask('changes')), /slack:U2 · town: city council \([\w-]{8}\): when: on weekdays/)
  })

  it('is done in words too, by id, by name, or without where there is only one', async t => {
    const channel = await openChannel(t)
    await subscribed(channel)
    const [{ id } = { id: '' }] = await subscriptionsOf(channel.store())
    const cron = async () => (await subscriptionsOf(channel.store()))[0]?.schedule.cron
    await channel.ask(`edit ${id.slice(5)} mon, fri 7:05 pm`)
    assert.equal(await cron(), '5 19 * * 1,5')
    await channel.ask('edit "0 8,20 * * *"')
    assert.equal(await cron(), '0 8,20 * * *')
    assert.match(
      says(await channel.ask('edit "0 8,25 * * *"')),
      /Expected the time to be a cron expression .* hour from 0/,
    )
    assert.equal(await cron(), '0 8,20 * * *')
    assert.match(says(await channel.ask('pause town: city council')), /It is paused/)
    await channel.ask('edit sections quote on this day note name "The morning"')
    const [digest] = await subscriptionsOf(channel.store())
    assert.deepEqual(
      [digest?.sections, digest?.whenEmpty, digest?.name],
      [['quote', 'on this day'], 'note', 'The morning'],
    )
  })

  it('keeps the topics where a part of the only digest’s name is written', async t => {
    const channel = await openChannel(t)
    await subscribed(channel, 'subscribe town city council, roads weekdays 08:30')
    const digest = async () => (await subscriptionsOf(channel.store()))[0]
    await channel.ask('edit roads mondays 09:00')
    assert.deepEqual(
      [(await digest())?.topics, (await digest())?.schedule.cron],
      [['city council', 'roads'], '0 9 * * 1'],
    )
    const lost = says(await channel.ask('edit roads, harbour'))
    assert.deepEqual((await digest())?.topics, ['roads', 'harbour'])
    assert.match(lost, /^Changed: topics: city council, roads → roads, harbour; name: /m)
    assert.match(says(await channel.ask('edit 09:00')), /^Nothing was changed: it is so already\.$/m)
    assert.doesNotMatch(says(await channel.ask('edit')), /hanged: /)
  })

  it('by buttons leaves an expression alone that says more than days and a time', async t => {
    const channel = await openChannel(t)
    const card = await subscribed(channel, 'subscribe town weekdays 08:30')
    const [days, time] = [
      await channel.click(await channel.click(card, 'Edit'), 'Days'),
      await channel.click(await channel.click(card, 'Edit'), 'Time'),
    ]
    await channel.ask('edit "30 7,19 * * 1-5"')
    const before = await subscriptionsOf(channel.store())
    for (const answer of [
      await channel.click(days, 'Weekends'),
      await channel.pick(time, '09:00'),
      await channel.click(await channel.click(card, 'Edit'), 'Days'),
      await channel.click(await channel.click(card, 'Edit'), 'Time'),
    ]) {
      assert.equal(says(answer).match(/whose days and times can’t be changed apart\. Write both/g)?.length, 1)
      assert.deepEqual(labels(answer), ['‹ Done'])
    }
    assert.deepEqual(await subscriptionsOf(channel.store()), before)
  })

  it('is left as it is unless every word is understood', async t => {
    const channel = await openChannel(t)
    await subscribed(channel)
    const before = await subscriptionsOf(channel.store())
    for (const [words, fault] of [
      ['mondays 25:15', /Expected a time such as 08:30, got “25:15”\./],
      ['town mondays 07:00 harbor', /“harbor” is no collection, .* Did you mean “harbour”\?/],
      ['fridays Europe/Brusels', /Did you mean Europe\/Brussels\?/],
      ['fridays "0 8 30 2 *"', /a cron expression whose date comes, such as "0 8 28 2 \*"/],
      ['fridays "0 8 * * *"', /either days and a time or a cron expression/],
      ['fridays Europe/Kyiv UTC', /Write one time zone, Europe\/Kyiv or UTC\./],
      ['fridays name', /Write the name behind it/],
    ] as const) {
      const answer = says(await channel.ask(`edit ${words}`))
      assert.match(answer, fault)
      assert.match(answer, /Nothing was changed\./)
      assert.deepEqual(await subscriptionsOf(channel.store()), before, words)
    }
    assert.equal((await logOf(channel)).length, 1)
    const draft = await channel.ask('subscribe town weekdays 08:30')
    const id = /edit ([\w-]{8}) weekdays/.exec(says(draft))?.[1]
    assert.match(says(await channel.ask(`edit ${id} mondays 25:15`)), /on weekdays at 08:30/)
  })

  it('is told in the time zone of the digest, in the log and beside why nothing was posted', async t => {
    const channel = await openChannel(t)
    const { zone: _, ...nowhere } = MANAGER
    await channel.click(await subscribed(channel), 'Pause', nowhere)
    const when = /Sunday, 22 November 2026, 10:00 \(UTC\+01:00\)/
    assert.match(says(await channel.ask('changes', nowhere)), when)
    assert.match(says(await channel.ask('why', nowhere)), when)
    await channel.click(await channel.ask('remove council'), 'Remove')
    assert.match(says(await channel.ask('changes', nowhere)), when)
  })

  it('pauses and resumes in the table that schedules are read from, also before the first look', async t => {
    const channel = await openChannel(t)
    const card = await channel.click(await channel.ask(LINE), 'Subscribe')
    const paused = async () => (await channel.store().digests()).map(row => row.paused)
    await channel.click(card, 'Pause')
    assert.deepEqual(await paused(), [1])
    await channel.look()
    assert.deepEqual(await paused(), [1])
    channel.set.now = new Date('2026-11-24T08:00:00Z')
    await channel.look()
    assert.match(says(await channel.ask('resume')), /It goes on from now/)
    assert.deepEqual(await paused(), [0])
    assert.equal(await channel.look(), 0)
    assert.deepEqual(await channel.store().slots((await channel.store().digests())[0]?.id ?? '', 9), [])
    await channel.click(card, 'Pause')
    await channel.click(card, 'Pause')
    assert.deepEqual(
      (await logOf(channel)).map(({ what }) => what.replace(/:.*/, '')),
      ['paused', 'resumed', 'paused', 'subscribed'],
    )
  })

  it('is removed after asking back, and its old buttons say so', async t => {
    const channel = await openChannel(t)
    const card = await subscribed(channel)
    const asked = await channel.click(card, 'Remove')
    assert.equal((await subscriptionsOf(channel.store())).length, 1)
    assert.match(says(await channel.click(asked, 'Remove')), /town: city council is removed/)
    assert.deepEqual(await subscriptionsOf(channel.store()), [])
    await channel.look()
    assert.deepEqual(await channel.store().digests(), [])
    for (const label of labels(card).filter(one => one !== '‹ All digests'))
      assert.equal((await channel.click(card, label)).title, 'This digest is gone')
    assert.equal((await channel.click(asked, 'Remove')).title, 'This digest is gone')
    assert.deepEqual((await logOf(channel))[0]?.what, 'removed: town: city council')
  })
})

describe('two managers at once', () => {
  it('get both changes written, or the word that the digest is gone', async t => {
    const channel = await openChannel(t)
    const card = await subscribed(channel)
    const edit = await channel.click(card, 'Edit')
    const days = await channel.click(edit, 'Days')
    const sections = await channel.click(edit, 'Sections')
    await Promise.all([
      channel.click(days, 'Every day'),
      channel.click(sections, 'On this day', { ...MANAGER, user: 'U2' }),
    ])
    assert.deepEqual((await logOf(channel)).map(({ who }) => who).toSorted(), ['slack:U1', 'slack:U1', 'slack:U2'])
    const asked = await channel.click(card, 'Remove')
    const [, late] = await Promise.all([channel.click(asked, 'Remove'), channel.click(days, 'Weekends')])
    assert.equal(late.title, 'This digest is gone')
    assert.deepEqual(await subscriptionsOf(channel.store()), [])
    assert.match((await logOf(channel))[0]?.what ?? '', /^removed/)
  })
})

describe('what managers may do', () => {
  it('is refused to everybody else, by words and by old buttons, and nothing is changed', async t => {
    const channel = await openChannel(t, { configured: [CONFIGURED] })
    const card = await subscribed(channel)
    const draft = await channel.ask('subscribe town')
    const cards = [card, draft, await channel.ask('digests')]
    for (const label of ['Edit', 'Remove', 'Post now', 'Why was nothing posted?'])
      cards.push(await channel.click(card, label))
    for (const label of ['Days', 'Time', 'Time zone', 'Topics', 'Sections', 'Collection'])
      cards.push(await channel.click(draft, label))
    const before = await stored(channel)
    for (const { actions } of cards)
      for (const { id, kind } of actions) {
        const question =
          kind === 'picker' ? ({ kind: 'picked', id, value: 'port' } as const) : ({ kind: 'clicked', id } as const)
        const answer = await channel.manage(question, READER)
        assert.equal(answer?.title, 'This is for managers', id)
      }
    for (const word of WORDS) assert.equal((await channel.ask(word, READER)).title, 'This is for managers')
    assert.equal((await channel.ask(LINE, READER)).title, 'This is for managers')
    assert.deepEqual(await stored(channel), before)
  })

  it('may be done by whom the configuration names', async t => {
    const channel = await openChannel(t)
    assert.equal((await channel.ask('digests', READER)).title, 'This is for managers')
    channel.set.managers = ['slack:U9']
    assert.equal((await channel.ask('digests', READER)).title, 'Digests of this channel')
    assert.equal((await channel.ask('digests', { ...READER, platform: 'discord' })).title, 'This is for managers')
  })

  it('is done in the channel that it is about and nowhere else', async t => {
    const channel = await openChannel(t, { configured: [CONFIGURED] })
    const card = await subscribed(channel)
    const draft = await channel.ask('subscribe town')
    const before = await stored(channel)
    for (const asker of [
      { ...MANAGER, channel: 'C2' },
      { ...MANAGER, space: 'T2' },
      { ...MANAGER, platform: 'discord' },
    ]) {
      for (const { actions } of [card, draft])
        for (const { id } of actions.filter(({ label }) => label !== '‹ All digests')) {
          const answer = await channel.manage({ kind: 'clicked', id }, asker)
          assert.equal(answer?.title, 'This digest belongs to another channel', id)
        }
      const [{ id } = { id: '' }] = await subscriptionsOf(channel.store())
      assert.match(says(await channel.ask(`pause ${id.slice(5)}`, asker)), /There is no digest/)
    }
    assert.deepEqual(await stored(channel), before)
    const { channel: _, ...direct } = MANAGER
    for (const word of WORDS) assert.equal((await channel.ask(word, direct)).title, 'Digests belong to a channel')
    assert.equal(
      (await channel.manage({ kind: 'clicked', id: idOf(card, 'Pause') }, direct))?.title,
      'Digests belong to a channel',
    )
  })

  it('is done in the playground’s channel', async t => {
    const channel = await openChannel(t)
    const visitor = { platform: 'playground', channel: 'briefings', user: '1', manager: true }
    await channel.click(await channel.ask(LINE, visitor), 'Subscribe', visitor)
    const [digest] = await subscriptionsOf(channel.store())
    assert.equal(digest?.destinations[0]?.platform, 'playground')
    assert.match(says(await channel.ask('digests', visitor)), /town: city council/)
  })
})

describe('the playground', () => {
  const visitor = { platform: 'playground', channel: 'playground', user: 'you', manager: true }
  const here = { ...CONFIGURED, id: 'config:here', name: 'here', destinations: [PLAYGROUND] }

  it('shows the configuration’s digests that go elsewhere too: where, when, and as they would be posted now', async t => {
    const channel = await openChannel(t, { configured: [here, CONFIGURED] })
    const list = await channel.ask('digests', visitor)
    assert.match(
      says(list),
      /^morning: .*every day at 08:00, Europe\/Kyiv · posted to slack:T1\/C1, slack:T1\/C2, not here · next /m,
    )
    const card = await channel.click(list, 'morning', visitor)
    assert.match(says(card), /Posted to: slack:T1\/C1, slack:T1\/C2/)
    assert.deepEqual(labels(card), ['Preview', 'Next runs', '‹ All digests'])
    await channel.look()
    const preview = await channel.ask('preview morning', visitor)
    assert.match(says(preview), /Only you see this preview of what goes to slack:T1\/C1\./)
    assert.match(says(await channel.ask('next morning', visitor)), /Next 10 runs/)
    assert.match(says(await channel.ask('next', visitor)), /here · .*morning · /s)
    assert.equal((await channel.ask('post now', visitor)).title, 'Post here now?')
  })

  it('posts and changes none of them, and says what holds their channels', async t => {
    const channel = await openChannel(t, { configured: [CONFIGURED] })
    assert.match(says(await channel.ask('digests', visitor)), /No digest is posted to this channel yet/)
    await channel.look()
    const before = await stored(channel)
    for (const word of ['post now', 'why was nothing posted'])
      assert.match(
        says(await channel.ask(`${word} morning`, visitor)),
        /It goes to other channels, and can only be looked at/,
      )
    for (const word of ['pause', 'resume', 'remove'])
      assert.equal((await channel.ask(`${word} morning`, visitor)).title, 'This digest is the operator’s')
    for (const verb of ['send', 'retry'] as const) {
      const id = writeClick({ verb, ref: refOf(CONFIGURED), argument: 'once' })
      const answer = await channel.manage({ kind: 'clicked', id }, visitor)
      assert.match(answer ? says(answer) : '', /can only be looked at/)
    }
    assert.deepEqual(await stored(channel), before)
    await channel
      .store()
      .hold({ destination: 'slack:T1/C2', since: '2026-11-22T08:00:00.000Z', why: 'It refused.', remedy: 'Mend it.' })
    const card = await channel.click(await channel.ask('digests', visitor), 'morning', visitor)
    assert.match(says(card), /Nothing is posted to slack:T1\/C2 now\. It refused\. Mend it\./)
  })

  it('alone shows them, and none that was made in another channel', async t => {
    const channel = await openChannel(t, {
      configured: [{ ...CONFIGURED, destinations: [{ platform: 'slack', space: 'T1', channel: 'C2' }] }],
    })
    await subscribed(channel)
    assert.doesNotMatch(says(await channel.ask('digests')), /morning/)
    assert.doesNotMatch(says(await channel.ask('digests', visitor)), /city council/)
  })
})

describe('every command', () => {
  it('has an answer for a manager', async t => {
    const channel = await openChannel(t)
    await subscribed(channel)
    const titles: Record<(typeof WORDS)[number], RegExp> = {
      digests: /^Digests of this channel$/,
      subscribe: /^Subscribe this channel$/,
      edit: /^Edit town: city council$/,
      preview: /^Preview of|^town: city council, /,
      post: /^Post town: city council now\?$/,
      pause: /^town: city council$/,
      resume: /^town: city council$/,
      remove: /^Remove town: city council\?$/,
      next: /^Next runs of/,
      why: /^Why was nothing posted\?/,
      changes: /^Changes/,
    }
    for (const word of WORDS) assert.match((await channel.ask(word)).title, titles[word])
    assert.match((await channel.ask('why was nothing posted?')).title, titles.why)
    assert.match((await channel.ask('post now')).title, titles.post)
  })

  it('leaves every other question to the library', async t => {
    const channel = await openChannel(t)
    await subscribed(channel)
    for (const text of [
      '',
      'town',
      'nato vilnius',
      'briefs',
      'why did the harbour open',
      'next summit',
      'post war plans',
    ])
      assert.equal(await channel.manage({ kind: 'asked', command: 'readout', text }), undefined, text)
    assert.equal(await channel.manage({ kind: 'asked', command: 'town', text: 'digests' }), undefined)
    assert.equal(await channel.manage({ kind: 'clicked', id: '1h:/:1' }), undefined)
    assert.equal(await channel.manage({ kind: 'home' }), undefined)
    assert.equal(channel.management().offer('1o:/:1', ''), undefined)
    assert.equal(
      (await channel.manage({ kind: 'clicked', id: 'm2:days:x' }))?.title,
      'This button is no longer understood',
    )
  })

  it('is answered whatever is typed, clicked or picked, within both platforms’ limits', async t => {
    const files = { ...FILES, 'town/odd.md': brief('Odd', '"<!channel> *x*", "a b"') }
    for (const budget of [SLACK_BUDGET, DISCORD_BUDGET]) {
      const channel = await openChannel(t, { files, budget })
      const card = await subscribed(channel, 'subscribe town')
      const edit = await channel.click(card, 'Edit')
      const choices = await Promise.all(
        ['Collection', 'Topics', 'Time', 'Time zone'].map(one => channel.click(edit, one)),
      )
      for (const [at, words] of HOSTILE.entries()) {
        await channel.ask(`subscribe ${words}`)
        await channel.ask(`edit name "${words}"`)
        await channel.ask(`edit ${words}`)
        await channel.ask(`pause ${words}`)
        await channel.pick(choices[at % choices.length] as Card, words)
        await channel.manage({ kind: 'clicked', id: `m1:${words}:x::1` })
        channel.management().complete(`subscribe ${words}`)
        for (const { actions } of choices) for (const { id } of actions) channel.management().offer(id, words)
      }
      await channel.ask('digests')
      await channel.ask('changes')
    }
  })
})

/** No source holds their numbers, so that they have none. */
const NAMES = [...'ABCDEFGHIJKLMNOPQRST'].map(letter => `New${letter.toLowerCase()}`)

describe('a preview', () => {
  it('shows the real parts with buttons between them, and changes nothing', async t => {
    const channel = await openChannel(t, { budget: { ...DISCORD_BUDGET } })
    const card = await subscribed(channel, 'subscribe town sections new')
    const more = Object.fromEntries(NAMES.map(name => [`town/${name.toLowerCase()}.md`, brief(name)]))
    channel.set.files = { ...FILES, ...more }
    const before = await stored(channel)
    let part = await channel.click(card, 'Preview')
    assert.match(says(part), /^town, 22 November 2026 \(page 1 of \d+\)\n\nOnly you see this preview\./)
    let words = says(part)
    while (labels(part).includes('Next part ›')) {
      part = await channel.click(part, 'Next part ›')
      words += says(part)
    }
    for (const name of NAMES) assert.ok(words.includes(`${name} is told of`), name)
    assert.equal((await channel.click(part, '‹ Back')).title, 'town')
    assert.deepEqual(await stored(channel), before)
  })

  it('says that it would be silent, and shows an example', async t => {
    const channel = await openChannel(t)
    const card = await channel.click(await channel.ask('subscribe town sections new'), 'Preview')
    assert.match(says(card), /it would be silent/)
    assert.match(says(await channel.click(card, 'Show an example')), /An example, with the newest briefs as new/)
    channel.set.files = {
      ...FILES,
      ...Object.fromEntries(NAMES.map(name => [`town/${name}.md`.toLowerCase(), brief(name)])),
    }
    const example = says(await channel.click(card, 'Show an example'))
    assert.equal(example.match(/is told of/g)?.length, 3)
  })
})

describe('post now', () => {
  it('posts once for each button that was shown, however often it is pressed', async t => {
    const channel = await openChannel(t, { restarts: true })
    const card = await subscribed(channel)
    channel.set.files = { ...FILES, 'town/fresh.md': brief('Fresh', 'city council') }
    const asked = await channel.click(card, 'Post now')
    assert.deepEqual(await channel.store().deliveries(9), [])
    assert.equal((await channel.click(asked, 'Post now')).title, 'It is on its way')
    assert.equal((await channel.click(asked, 'Post now')).title, 'Posted already')
    const [delivery, ...more] = await channel.store().deliveries(9)
    assert.deepEqual([delivery?.destination, delivery?.state, more.length], ['slack:T1/C1', 'pending', 0])
    assert.match(delivery?.slot ?? '', /^now:[\w-]{8}$/)
    assert.equal((await logOf(channel)).filter(({ what }) => what === 'posted by hand').length, 1)
    const again = await channel.click(await channel.click(card, 'Post now'), 'Post now')
    assert.equal(again.title, 'Nothing was posted')
  })

  it('posts to the channel where it is asked for and to no other of the digest', async t => {
    const channel = await openChannel(t, { configured: [CONFIGURED] })
    await channel.look()
    await channel.click(await channel.ask('post now morning', { ...MANAGER, channel: 'C2' }), 'Post now', {
      ...MANAGER,
      channel: 'C2',
    })
    const to = (await channel.store().deliveries(9)).map(({ destination }) => destination)
    assert.deepEqual([...new Set(to)], ['slack:T1/C2'])
  })

  it('takes all that there is for known where the digest was made a moment ago', async t => {
    const channel = await openChannel(t)
    const card = await channel.click(await channel.ask(`${LINE} sections new`), 'Subscribe')
    const posted = await channel.click(await channel.click(card, 'Post now'), 'Post now')
    assert.equal(posted.title, 'Nothing was posted')
    assert.deepEqual(await channel.store().deliveries(9), [])
  })

  it('is not done while everything is paused, to a channel that is held, or of a draft', async t => {
    const channel = await openChannel(t)
    const card = await subscribed(channel, 'subscribe town')
    const asked = await channel.click(card, 'Post now')
    channel.set.isPaused = true
    assert.equal((await channel.click(asked, 'Post now')).title, 'All digests are paused')
    channel.set.isPaused = false
    await channel.store().hold({
      destination: 'slack:T1/C1',
      since: '2026-11-22T08:00:00.000Z',
      why: 'Readout is not in the channel.',
      remedy: 'Invite it.',
    })
    assert.match(says(await channel.click(asked, 'Post now')), /Readout is not in the channel\. Invite it\./)
    assert.deepEqual(await channel.store().deliveries(9), [])
  })
})

describe('why was nothing posted', () => {
  it('names what stands in the way and its remedy, and tries again when asked', async t => {
    const channel = await openChannel(t)
    const card = await subscribed(channel)
    const why = async () => says(await channel.click(card, 'Why was nothing posted?'))
    assert.match(
      await why(),
      /Nothing has been due since it began on .*\sThe next one is due on Monday, 23 November 2026, 08:30/s,
    )
    channel.set.isPaused = true
    assert.match(await why(), /paused by whoever runs Readout/)
    channel.set.isPaused = false
    await channel.click(card, 'Pause')
    assert.match(
      await why(),
      /The digest is paused since Sunday, 22 November 2026, 10:00 \(UTC\+01:00\) by slack:U1\. Press Resume/,
    )
    await channel.click(await channel.click(card, 'Why was nothing posted?'), 'Resume')
    await channel.store().hold({
      destination: 'slack:T1/C1',
      since: '2026-11-22T08:00:00.000Z',
      why: 'Readout is not in the channel.',
      remedy: 'Invite it.',
    })
    assert.match(await why(), /Readout is not in the channel\. Invite it\. Then press Try again\./)
    await channel.click(await channel.click(card, 'Why was nothing posted?'), 'Try again')
    assert.deepEqual(await channel.store().holds(), [])
    assert.equal((await logOf(channel))[0]?.what, 'tried again to post to the channel')
    for (const destination of ['slack', 'slack:T1/C1'])
      await channel.store().hold({
        destination,
        since: '2026-11-22T08:00:00.000Z',
        why: `It refused ${destination}.`,
        remedy: 'Mend it.',
      })
    const held = await channel.click(card, 'Why was nothing posted?')
    assert.match(
      says(held),
      /Nothing is posted to any channel since Sunday, 22 November 2026, 09:00 .*It refused slack\. Only whoever runs Readout can mend that: tell them\./,
    )
    const rest = await channel.click(held, 'Try again')
    assert.deepEqual(
      (await channel.store().holds()).map(({ destination }) => destination),
      ['slack'],
    )
    assert.match(says(rest), /It refused slack\./)
    assert.doesNotMatch(says(rest), /It refused slack:|Try again/)
    await channel.click(held, 'Try again')
    assert.equal((await channel.store().holds()).length, 1, 'only operators can mend a token')
    const posted = await channel.click(await channel.click(card, 'Post now'), 'Post now')
    assert.match(says(posted), /Nothing is posted to any channel now\. It refused slack\. Only whoever runs/)
    await channel.store().release('slack')
    channel.set.files = {}
    assert.match(await why(), /There is no collection “town” any more\. Choose another\./)
  })

  it('tells what became of each slot', async t => {
    const channel = await openChannel(t)
    const card = await subscribed(channel, 'subscribe town every day 08:30 sections new')
    channel.set.now = new Date('2026-11-23T07:30:30Z')
    await channel.look()
    channel.set.now = new Date('2026-11-25T12:00:00Z')
    await channel.look()
    channel.set.files = { ...FILES, 'town/fresh.md': brief('Fresh') }
    channel.set.now = new Date('2026-11-26T07:30:10Z')
    await channel.look()
    const why = async () => says(await channel.click(card, 'Why was nothing posted?'))
    assert.match(await why(), /23 November 2026, 08:30 \(UTC\+01:00\): there was nothing new to tell/)
    assert.match(await why(), /25 November 2026, 08:30 \(UTC\+01:00\): missed\. Readout was not running then\./)
    assert.match(await why(), /26 November 2026, 08:30 \(UTC\+01:00\): waits to be sent\./)
    const [delivery] = await channel.store().deliveries(1)
    assert.ok(delivery)
    await channel.store().write(delivery, { state: 'uncertain', why: 'The connection broke.' })
    assert.match(
      await why(),
      new RegExp(`may or may not have been posted\\. The connection broke\\. .*resolve ${delivery.id}`),
    )
    await channel.store().write({ ...delivery, state: 'uncertain' }, { state: 'sent' })
    assert.match(await why(), /26 November 2026, 08:30 \(UTC\+01:00\): posted\./)
  })
})

describe('why nothing was posted to one of several channels', () => {
  it('tells its own slots, and none that was posted by hand to another', async t => {
    const channel = await openChannel(t, { configured: [CONFIGURED] })
    await channel.look()
    const there = { ...MANAGER, channel: 'C2' }
    channel.set.now = new Date('2026-11-23T06:00:30Z')
    await channel.look()
    for (let minute = 10; minute < 17; minute++) {
      channel.set.now = new Date(`2026-11-23T06:${minute}:00Z`)
      channel.set.files = { ...channel.set.files, [`town/fresh-${minute}.md`]: brief(`Fresh ${minute}`) }
      await channel.click(await channel.ask('post now morning', there), 'Post now', there)
    }
    const here = says(await channel.ask('why was nothing posted'))
    assert.doesNotMatch(here, /By hand/)
    assert.match(here, /23 November 2026, 08:00 \(UTC\+02:00\): /)
    assert.equal(says(await channel.ask('why was nothing posted', there)).match(/By hand/g)?.length, 5)
  })

  it('offers a note under Edit only where it can be chosen there', async t => {
    const hint = /If a note should say so, choose that under Edit/
    const channel = await openChannel(t, { configured: [{ ...CONFIGURED, sections: ['new'] }] })
    await channel.look()
    channel.set.now = new Date('2026-11-23T06:00:30Z')
    await channel.look()
    assert.match(says(await channel.ask('why was nothing posted')), /: there was nothing new to tell\.$/m)
    channel.set.configured = []
    const card = await subscribed(channel, 'subscribe town every day 08:30 sections new')
    channel.set.now = new Date('2026-11-23T07:30:30Z')
    await channel.look()
    const why = async () => says(await channel.click(card, 'Why was nothing posted?'))
    assert.match(await why(), hint)
    await channel.ask('edit note')
    assert.doesNotMatch(await why(), hint)
  })
})

describe('a card', () => {
  it('says on every side that a digest can’t be posted, and offers no post then', async t => {
    const channel = await openChannel(t, { configured: [CONFIGURED] })
    const card = await subscribed(channel, 'subscribe town')
    channel.set.files = {}
    const list = says(await channel.ask('digests'))
    assert.match(list, /^town: .*can’t be posted: There is no collection “town” any more\. Choose another\.$/m)
    assert.match(list, /^morning: .*any more\. Ask whoever runs Readout to name another\.$/m)
    for (const label of ['Preview', 'Post now']) {
      const answer = await channel.click(card, label)
      assert.match(says(answer), /^town\n\nIt can’t be posted\.\n\nThere is no collection “town” any more/)
    }
    assert.match(says(await channel.click(card, 'Next runs')), /no collection “town” any more/)
    assert.match(says(await channel.ask('subscribe')), /There are no collections yet/)
  })

  it('says that the operator has paused everything, and that the channel is held', async t => {
    const channel = await openChannel(t)
    const card = await subscribed(channel)
    channel.set.isPaused = true
    for (const answer of [
      await channel.ask('digests'),
      await channel.click(card, 'Next runs'),
      await channel.click(await channel.click(card, 'Next runs'), '‹ Back'),
    ])
      assert.match(says(answer), /All digests are paused by whoever runs Readout; nothing is posted until they go on\./)
    assert.match(says(await channel.click(card, 'Post now')), /nothing is posted now, not by hand either/)
    channel.set.isPaused = false
    const hold = {
      destination: 'slack:T1/C1',
      since: '2026-11-22T08:00:00.000Z',
      why: 'It refused.',
      remedy: 'Invite it.',
    }
    await channel.store().hold(hold)
    const draft = await channel.ask('subscribe town harbour')
    const edit = await channel.click(card, 'Edit')
    for (const answer of [
      await channel.ask('digests'),
      await channel.click(await channel.click(card, 'Next runs'), '‹ Back'),
      await channel.click(card, 'Next runs'),
      await channel.click(card, 'Post now'),
      draft,
      await channel.click(draft, 'Subscribe'),
      await channel.ask('next'),
      await channel.click(await channel.click(card, 'Pause'), 'Resume'),
      edit,
      await channel.click(await channel.click(edit, 'Days'), '‹ Done'),
    ]) {
      const [told, ...again] = says(answer).match(/It refused\. Invite it\. Then open a digest, .*Try again/g) ?? []
      assert.ok(told, answer.title)
      assert.deepEqual(again, [])
    }
  })

  it('tells the next runs of several digests, and names those that can’t be posted', async t => {
    const channel = await openChannel(t)
    await subscribed(channel, 'subscribe town weekdays 08:30')
    await subscribed(channel, 'subscribe port weekdays 09:30')
    channel.set.files = Object.fromEntries(Object.entries(FILES).filter(([path]) => path.startsWith('town')))
    const next = says(await channel.ask('next'))
    assert.match(next, /^port can’t be posted: There is no collection “port” any more\. Choose another\.$/m)
    assert.match(next, /town · Monday, 23 November 2026, 08:30/)
    assert.doesNotMatch(next, /port · /)
    channel.set.files = {}
    assert.match(says(await channel.ask('next')), /town can’t be posted/)
  })

  it('says that no brief has the topics of a digest, instead of that nothing is new', async t => {
    const channel = await openChannel(t)
    const card = await subscribed(channel, 'subscribe town roads weekdays 08:30')
    const open = await channel.click(await channel.click(card, 'Next runs'), '‹ Back')
    assert.doesNotMatch(says(open), /has the topic/)
    channel.set.files = { ...FILES, 'town/bridge.md': brief('Bridge') }
    const posted = await channel.click(await channel.click(card, 'Post now'), 'Post now')
    assert.equal(posted.title, 'Nothing was posted')
    for (const answer of [
      posted,
      await channel.click(card, 'Preview'),
      await channel.click(await channel.click(card, 'Next runs'), '‹ Back'),
      await channel.click(card, 'Edit'),
      await channel.click(card, 'Why was nothing posted?'),
    ]) {
      assert.match(says(answer), /No brief of "town" has the topic "roads"\. Give it to a brief, or choose others/)
      assert.doesNotMatch(says(answer), /nothing new to tell/)
    }
  })

  it('tells no next runs of what is paused', async t => {
    const channel = await openChannel(t)
    const card = await channel.click(await subscribed(channel), 'Pause')
    assert.match(says(card), /State: paused/)
    for (const one of [card, await channel.click(card, 'Edit')]) assert.doesNotMatch(says(one), /Next 3 runs/)
  })

  it('says of a draft that was not understood whole that the rest stands there', async t => {
    const channel = await openChannel(t)
    const draft = says(await channel.ask('subscribe town mondays 25:15'))
    assert.match(draft, /got “25:15”\.\n\nWhat was understood stands below\.\n/)
    assert.match(
      says(await channel.ask('edit mondays')),
      /Nothing was changed\.\n\nNo digest is posted to this channel/,
    )
    assert.match(says(await channel.ask('digests')), /In one line: \/readout subscribe port weekdays 08:30 Europe/)
  })
})

describe('completion', () => {
  it('offers our words, then what a subscription may say, as whole lines', async t => {
    const channel = await openChannel(t)
    const values = (text: string) =>
      channel
        .management()
        .complete(text)
        .map(({ value }) => value)
    assert.deepEqual(values('sub'), ['subscribe'])
    assert.deepEqual(values('pr'), ['preview'])
    assert.deepEqual(values('subscribe ').slice(0, 2), ['subscribe port', 'subscribe town'])
    assert.equal(values('subscribe town ')[0], 'subscribe town city council')
    assert.deepEqual(values('subscribe town week'), ['subscribe town weekdays', 'subscribe town weekends'])
    assert.deepEqual(values('subscribe town weekdays kyi'), ['subscribe town weekdays Europe/Kyiv'])
    for (const line of values('subscribe town '))
      assert.doesNotMatch(says(await channel.ask(line)), /Expected|is no collection/)
    assert.deepEqual(values('town '), [])
    assert.deepEqual(values('why '), [])
  })
})
