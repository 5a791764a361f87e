import assert from 'node:assert/strict'
import { createServer, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { afterEach, before, beforeEach, describe, it, type TestContext } from 'node:test'
import { REST } from '@discordjs/rest'
import { type Card, paragraph } from '../../../src/card/card.ts'
import { type ApiOptions, type CallApi, createApi } from '../../../src/platform/discord/api.ts'
import { deliveriesIn, markMessage } from '../../../src/platform/discord/mark.ts'
import { createPosts } from '../../../src/platform/discord/post.ts'
import { renderDiscord } from '../../../src/platform/discord/render.ts'
import type { Destination, Finding, Outcome, Refused } from '../../../src/platform/platform.ts'
import type { Fault } from '../../fakes/discord/faults.ts'
import type { PermissionName } from '../../fakes/discord/permissions.ts'
import { timeOf } from '../../fakes/discord/snowflakes.ts'
import { type DiscordAdapter, openDiscordAdapter } from '../../fakes/discord-adapter.ts'
import { isObject } from '../../fakes/slack/message-body.ts'

let adapter: DiscordAdapter

beforeEach(async () => {
  adapter = await openDiscordAdapter({ mode: 'http' })
})

afterEach(async () => {
  await adapter.close()
  assert.deepEqual(adapter.discord.violations, [])
})

const CARD: Card = {
  title: 'Vilnius',
  blocks: [paragraph('July 2023')],
  footer: [],
  actions: [{ kind: 'button', id: '1o:nato/vilnius:1', label: 'Open' }],
}

const DELIVERY = 'aZ_-5678901234567890ab'

const MINUTE_MS = 60_000

const post = (to = adapter.destination, delivery = DELIVERY): Promise<Outcome> =>
  adapter.platform.post(to, CARD, delivery)

const find = (since = adapter.clock.now()): Promise<Finding> =>
  adapter.platform.find(adapter.destination, DELIVERY, since)

const edit = (message: string, card = CARD): Promise<Outcome> =>
  adapter.platform.edit(adapter.destination, message, card, DELIVERY)

const stored = () => adapter.discord.messages(adapter.channel)

const calls = (name = 'POST messages') => adapter.discord.calls.filter(call => call.name === name)

/** The bodies of all calls that say something in a channel. */
const bodies = () => adapter.discord.calls.map(({ body }) => body).filter(isObject)

/** A message of the bot's that is there already. */
const addOurs = (more: { id?: string; channelId?: string; delivery?: string } = {}) => {
  const { delivery = DELIVERY, ...draft } = more
  const { components, flags } = markMessage(renderDiscord(CARD), delivery)
  const { channel: channelId, discord } = adapter
  const plain = components.map(component => ({ ...component }))
  return discord.addMessage({ channelId, authorId: discord.applicationId, components: plain, flags, ...draft })
}

function addOthers(count: number, { discord, channel: channelId, user: authorId } = adapter): void {
  for (let number = 0; number < count; number++) discord.addMessage({ channelId, authorId, content: 'Hello' })
}

/** An id that was given so long before now. */
const idBefore = (ms: number): string => adapter.discord.snowflake(adapter.clock.now().getTime() - ms)

/** What takes seconds of real time goes on beside the other tests. */
let givenUp: Promise<{ outcome: Outcome; finding: Finding; sent: number; tookMs: number }[]>
let foundLate: Promise<{ finding: Finding; message: string; tooMany: number }>

async function apart<Result>(
  options: Parameters<typeof openDiscordAdapter>[0],
  work: (one: DiscordAdapter) => Promise<Result>,
): Promise<Result> {
  const one = await openDiscordAdapter({ mode: 'http', ...options })
  const result = await work(one).finally(one.close)
  assert.deepEqual(one.discord.violations, [])
  return result
}

const giveUp = (fault: Fault) =>
  apart({}, async ({ discord, platform, destination, clock }) => {
    const since = clock.now()
    discord.fail('POST messages', fault)
    const outcome = await platform.post(destination, CARD, DELIVERY)
    const tookMs = clock.now().getTime() - since.getTime()
    const sent = discord.calls.filter(({ name }) => name === 'POST messages').length
    return { outcome, finding: await platform.find(destination, DELIVERY, since), sent, tookMs }
  })

/** Behind six hundred others, where Discord gives out five pages in five seconds. */
const findAmongMany = () =>
  apart({ discord: { rateLimits: true } }, async one => {
    const { discord, platform, destination, clock } = one
    const since = clock.now()
    addOthers(600, one)
    const outcome = await platform.post(destination, CARD, DELIVERY)
    const finding = await platform.find(destination, DELIVERY, since)
    const message = outcome.kind === 'done' ? outcome.message : ''
    return { finding, message, tooMany: discord.foretold429s + discord.unforetold429s }
  })

type Case = [what: string, fault: Fault, stored: number]

const UNCLEAR: Case[] = [
  ...[500, 502, 503].flatMap((status): Case[] => [
    [`HTTP ${status} before it is stored`, { kind: 'status', status, when: 'before' }, 0],
    [`HTTP ${status} after it is stored`, { kind: 'status', status, when: 'after' }, 1],
  ]),
  ...(['before', 'after'] as const).flatMap((when): Case[] => {
    const count = when === 'after' ? 1 : 0
    return [
      [`a reset ${when} it is stored`, { kind: 'cut', when }, count],
      [`an orderly close ${when} it is stored`, { kind: 'close', when }, count],
      [`a close in the middle of the headers, ${when} it is stored`, { kind: 'close', when, within: 'headers' }, count],
    ]
  }),
  ['a page of HTML', { kind: 'garbage' }, 0],
]

describe('a post on Discord', () => {
  before(() => {
    givenUp = Promise.all([giveUp({ kind: 'hang', stores: true }), giveUp({ kind: 'hang', stores: false })])
    foundLate = findAmongMany()
    for (const work of [givenUp, foundLate]) work.catch(() => undefined)
  })

  it('bears its delivery as an enforced nonce of at most 25 characters, and in a button', async () => {
    const outcome = await post()
    const [message, ...more] = stored()
    assert.ok(message)
    assert.deepEqual(more, [])
    assert.deepEqual(outcome, { kind: 'done', message: message.id })
    assert.deepEqual(deliveriesIn(message.components), [DELIVERY])
    assert.deepEqual(
      bodies().map(({ nonce, enforce_nonce }) => [nonce, enforce_nonce]),
      [[DELIVERY, true]],
    )
    assert.ok(DELIVERY.length <= 25)
  })

  it('pings nobody: every body says so, of a post, a repeat and an edit', async () => {
    await post()
    const outcome = await post()
    assert.ok(outcome.kind === 'done')
    await edit(outcome.message)
    assert.deepEqual(
      bodies().map(body => body.allowed_mentions),
      Array.from({ length: 3 }, () => ({ parse: [] })),
    )
  })

  for (const [what, fault, count] of UNCLEAR) {
    it(`may have happened after ${what}, is sent once, and a repeat leaves one message`, async () => {
      await find()
      adapter.discord.fail('POST messages', fault)
      const since = adapter.clock.now()
      const outcome = await post()
      assert.ok(outcome.kind === 'unclear', JSON.stringify(outcome))
      assertSentence(outcome.why)
      assert.equal(calls().length, 1)
      const [first] = stored()
      assert.equal(stored().length, count)
      assert.deepEqual(await find(since), first ? { kind: 'found', message: first.id } : { kind: 'absent' })
      const repeated = await post()
      assert.deepEqual(repeated, { kind: 'done', message: stored()[0]?.id })
      assert.ok(!first || first.id === stored()[0]?.id)
      assert.equal(stored().length, 1)
    })
  }

  it('is one message when it is stored a minute after the connection broke, and repeated meanwhile', async () => {
    for (const answer of ['cut', 'close', { status: 503 }] as const) {
      const delivery = `aZ_-${JSON.stringify(answer).length}`
      adapter.discord.fail('POST messages', { kind: 'late', ms: MINUTE_MS, answer })
      const before = stored().length
      assert.equal((await post(adapter.destination, delivery)).kind, 'unclear')
      const repeated = await post(adapter.destination, delivery)
      assert.deepEqual(repeated, { kind: 'done', message: stored().at(-1)?.id })
      adapter.discord.clock.advance(MINUTE_MS)
      assert.equal(stored().length, before + 1)
    }
  })

  it('is found when it is stored late and nobody repeated it', async () => {
    const since = adapter.clock.now()
    adapter.discord.fail('POST messages', { kind: 'late', ms: MINUTE_MS, answer: 'cut' })
    assert.equal((await post()).kind, 'unclear')
    assert.deepEqual(await find(since), { kind: 'absent' })
    adapter.discord.clock.advance(MINUTE_MS)
    assert.deepEqual(await find(since), { kind: 'found', message: stored()[0]?.id })
  })

  it('waits for a slow answer', async () => {
    adapter.discord.fail('POST messages', { kind: 'slow', ms: 300 })
    assert.equal((await post()).kind, 'done')
    assert.equal(calls().length, 1)
  })

  it('is done and nameless when it is repeated after somebody deleted it', async () => {
    const first = await post()
    assert.ok(first.kind === 'done')
    adapter.discord.removeMessage({ id: first.message })
    assert.deepEqual(await post(), { kind: 'done', message: '' })
    assert.deepEqual(stored(), [])
  })

  it('is posted to two channels under two deliveries, and once under one', async () => {
    const other = { ...adapter.destination, channel: adapter.discord.addChannel({ guildId: adapter.guild }).id }
    const outcomes = [await post(), await post(other, 'bZ_-5678901234567890ab'), await post(other)]
    const [here, there] = [stored(), adapter.discord.messages(other.channel)].map(list => list.map(({ id }) => id))
    assert.deepEqual(
      outcomes.map(outcome => outcome.kind === 'done' && outcome.message),
      [here?.[0], there?.[0], here?.[0]],
    )
    assert.deepEqual([here?.length, there?.length], [1, 1])
  })

  it('did not happen while nobody listens, and may later', async () => {
    await adapter.discord.outage()
    const outcome = await post()
    assert.ok(outcome.kind === 'later', JSON.stringify(outcome))
    assert.match(outcome.why, /ECONNREFUSED/)
    await adapter.discord.recover()
    assert.equal((await post()).kind, 'done')
    assert.equal(stored().length, 1)
  })

  it('did not happen and may later, when a page that stands before Discord refuses it', async () => {
    for (const status of [403, 404]) {
      adapter.discord.fail('POST messages', { kind: 'garbage', status })
      expectLater(await post(), 30_000, 600_000)
    }
    assert.equal(calls().length, 2)
    assert.deepEqual(stored(), [])
  })

  it('may be tried again after the time that Discord tells, whatever the scope of its limit', async () => {
    for (const scope of ['user', 'shared', 'global'] as const) {
      const { length } = calls()
      adapter.discord.fail('POST messages', { kind: 'rateLimited', retryAfterS: 17, scope })
      expectLater(await post(), 17_000, 17_200)
      assert.equal(calls().length, length + 1)
    }
    assert.deepEqual(stored(), [])
  })

  it('may be tried again some seconds later, where Discord does not say how long', async () => {
    adapter.discord.fail('POST messages', { kind: 'rateLimited' })
    expectLater(await post(), 1000, 60_000)
    assert.equal(calls().length, 1)
  })

  it('waits everywhere for the end of a limit of all calls, and asks nothing before', async () => {
    const other = { ...adapter.destination, channel: adapter.discord.addChannel({ guildId: adapter.guild }).id }
    adapter.discord.fail('POST messages', { kind: 'rateLimited', retryAfterS: 3, scope: 'global' })
    await post()
    expectLater(await post(other, 'bZ_-5678901234567890ab'), 2000, 3200)
    assert.equal(adapter.discord.calls.length, 1)
  })

  /** Refusals that stay until somebody does something, and a word of what to do. */
  const permanent: [code: number, status: number, message: string, remedy: RegExp][] = [
    [10003, 404, 'Unknown Channel', /channel’s id/],
    [50001, 403, 'Missing Access', /View Channel.*Edit Channel, Permissions/],
    [50013, 403, 'Missing Permissions', /Send Messages.*Edit Channel, Permissions/],
    [50035, 400, 'Invalid Form Body', /Readout/],
    [200000, 400, 'Message was blocked by automatic moderation', /Server Settings, AutoMod/],
    [50083, 400, 'Thread is archived', /Unarchive/],
    [99999, 400, 'A code of next year', /99999 .*https:\/\/docs\.discord\.com/],
    [0, 401, '401: Unauthorized', /DISCORD_TOKEN.*Reset Token/],
  ]
  const kinds: [of: Refused, refusals: [code: number, status: number][]][] = [
    [
      'account',
      [
        [0, 401],
        [40001, 403],
        [40002, 403],
        [20012, 403],
        [10002, 404],
      ],
    ],
    [
      'channel',
      [
        [10003, 404],
        [10004, 404],
        [50001, 403],
        [50013, 403],
        [50083, 400],
        [99999, 400],
      ],
    ],
    [
      'message',
      [
        [50035, 400],
        [50006, 400],
        [200000, 400],
        [200001, 400],
        [240000, 400],
      ],
    ],
  ]
  for (const [of, refusals] of kinds)
    for (const [code, status] of refusals)
      it(`is refused by ${status === 401 ? status : code}, which is of the ${of}`, async () => {
        adapter.discord.fail('POST messages', { kind: 'error', status, code, message: 'No.' })
        assert.partialDeepStrictEqual(await post(), { kind: 'refused', of })
      })
  for (const [code, status, message, remedy] of permanent) {
    it(`is refused for good by ${status === 401 ? status : code}, with what to do`, async () => {
      adapter.discord.fail('POST messages', { kind: 'error', status, code, message })
      expectRefused(await post(), status === 401 ? 401 : code, remedy)
      assert.equal(calls().length, 1)
      assert.deepEqual(stored(), [])
    })
  }

  const states: [what: string, change: (at: DiscordAdapter) => void, code: number, remedy: RegExp][] = [
    ['in a channel that is gone', at => at.discord.removeChannel(at.channel), 10003, /channel’s id/],
    ['in a channel that it doesn’t see', at => at.discord.deny(at.channel, 'ViewChannel'), 50001, /View Channel/],
    ['where it may not send', at => at.discord.deny(at.channel, 'SendMessages'), 50013, /Send Messages/],
    ['in a server that it was removed from', at => at.discord.removeBot(at.guild), 50001, /discord-invite/],
    ['with a token that was reset', at => at.discord.revokeToken(), 401, /DISCORD_TOKEN/],
  ]
  for (const [what, change, code, remedy] of states) {
    it(`is refused ${what}`, async () => {
      change(adapter)
      expectRefused(await post(), code, remedy)
      assert.deepEqual(stored(), [])
    })
  }

  it('tells neither token nor address, whatever goes wrong', async () => {
    const told: (Outcome | Finding)[] = []
    const { token, apiUrl, discord } = { ...adapter.discord, discord: adapter.discord }
    const faults = [
      ...UNCLEAR.map(([, fault]) => fault),
      { kind: 'garbage', status: 403 } as const,
      { kind: 'rateLimited', retryAfterS: 30 } as const,
      { kind: 'error', status: 401, code: 0, message: '401: Unauthorized' } as const,
      { kind: 'error', status: 400, code: 50035, message: 'Invalid Form Body' } as const,
    ]
    for (const fault of faults) {
      discord.fail('POST messages', fault)
      discord.fail('GET channel', fault)
      told.push(await post(), await find())
    }
    await discord.outage()
    told.push(await post(), await find())
    assert.deepEqual(told.filter(({ kind }) => kind === 'done' || kind === 'found').length, 0)
    const words = JSON.stringify([told, adapter.lines])
    assert.ok(!words.includes(token))
    assert.ok(!words.includes(new URL(apiUrl).host))
  })
})

describe('Discord’s own client', () => {
  it('by its defaults leaves three messages where two posts were stored and answered with 500', async () => {
    const { token, apiUrl, fail } = adapter.discord
    const rest = new REST({ version: '10', api: apiUrl }).setToken(token)
    fail('POST messages', { kind: 'status', status: 500, when: 'after' }, 2)
    const body = { content: 'Hello', allowed_mentions: { parse: [] } }
    await rest.post(`/channels/${adapter.channel}/messages`, { body })
    assert.equal(stored().length, 3)
  })
})

describe('the limits of calls on Discord', { timeout: 15_000 }, () => {
  const open = async (t: TestContext): Promise<DiscordAdapter> => {
    const limited = await openDiscordAdapter({ mode: 'http', discord: { rateLimits: true } })
    t.after(async () => {
      await limited.close()
      assert.deepEqual(limited.discord.violations, [])
    })
    return limited
  }

  /** No call was refused, nor came before its time. */
  const expectPatient = ({ discord }: DiscordAdapter): void =>
    assert.deepEqual([discord.foretold429s, discord.unforetold429s, discord.earlyCalls], [0, 0, 0])

  it('of a channel are foreseen: what is too much is told to come later, and is taken then', async t => {
    const limited = await open(t)
    const { discord, channel, platform, destination } = limited
    // The library reads the time from Date, Discord from its own clock: both are pushed.
    t.mock.timers.enable({ apis: ['Date'], now: Date.now() })
    const send = async (numbers: number[]) => {
      const outcomes = []
      for (const number of numbers) outcomes.push(await platform.post(destination, CARD, `${number}-${DELIVERY}`))
      return outcomes
    }
    const numbers = Array.from({ length: 12 }, (_, number) => number)
    const outcomes = await send(numbers)
    const late = numbers.filter(number => outcomes[number]?.kind !== 'done')
    assert.deepEqual(late, numbers.slice(5))
    for (const number of late) expectLater(outcomes[number], 1, 5200)
    assert.equal(discord.messages(channel).length, 5)
    assert.equal(discord.calls.length, 5)
    t.mock.timers.tick(5200)
    discord.clock.advance(5200)
    assert.deepEqual(new Set((await send(late.slice(0, 5))).map(({ kind }) => kind)), new Set(['done']))
    assert.equal(discord.messages(channel).length, 10)
    expectPatient(limited)
  })

  it('of a channel hold for posts that are sent at once, too', async t => {
    const limited = await open(t)
    const { discord, channel, platform, destination } = limited
    const outcomes = await Promise.all(
      Array.from({ length: 12 }, (_, number) => platform.post(destination, CARD, `${number}-${DELIVERY}`)),
    )
    assert.equal(outcomes.filter(({ kind }) => kind === 'done').length, 5)
    assert.equal(discord.messages(channel).length, 5)
    expectPatient(limited)
  })

  it('of one channel hold back no other', async t => {
    const limited = await open(t)
    const { discord, guild, platform, destination } = limited
    const other = { ...destination, channel: discord.addChannel({ guildId: guild }).id }
    for (let number = 0; number < 6; number++) await platform.post(destination, CARD, `${number}-${DELIVERY}`)
    assert.equal((await platform.post(other, CARD, DELIVERY)).kind, 'done')
    expectPatient(limited)
  })

  it('of all calls are kept: of sixty posts to as many channels ten wait for the next second', async t => {
    const limited = await open(t)
    const { discord, guild, platform, destination } = limited
    const places = Array.from({ length: 60 }, (): Destination => {
      const channel = discord.addChannel({ guildId: guild }).id
      return { ...destination, channel }
    })
    const begun = performance.now()
    const outcomes = await Promise.all(places.map(place => platform.post(place, CARD, `${place.channel.slice(-6)}`)))
    assert.deepEqual(new Set(outcomes.map(({ kind }) => kind)), new Set(['done']))
    assert.ok(performance.now() - begun > 1000)
    expectPatient(limited)
  })

  it('of all calls are kept where the first call is slow: no second of Discord’s holds too many', async t => {
    const limited = await open(t)
    const { discord, guild, platform, destination } = limited
    discord.fail('POST messages', { kind: 'slow', ms: 300 })
    const places = Array.from({ length: 110 }, (): Destination => {
      const channel = discord.addChannel({ guildId: guild }).id
      return { ...destination, channel }
    })
    await Promise.all(places.map(place => platform.post(place, CARD, `${place.channel.slice(-6)}`)))
    expectPatient(limited)
  })
})

describe('looking for a post on Discord', () => {
  it('begins a minute before the send', async () => {
    const since = new Date('2026-11-22T12:00:00Z')
    await find(since)
    const [call, ...more] = calls('GET messages')
    assert.ok(call)
    assert.deepEqual(more, [])
    const query = new URL(call.path, 'http://discord').searchParams
    assert.equal(timeOf(query.get('after') ?? ''), since.getTime() - MINUTE_MS)
  })

  it('begins with the first id for a time before Discord was', async () => {
    addOurs()
    assert.equal((await find(new Date(0))).kind, 'found')
  })

  it('allows for clocks that differ by less than a minute, and looks no earlier', async () => {
    addOurs({ id: idBefore(90_000) })
    assert.deepEqual(await find(), { kind: 'absent' })
    const { id } = addOurs({ id: idBefore(45_000) })
    assert.deepEqual(await find(), { kind: 'found', message: id })
  })

  it('finds the message among 150 others before and 150 after it', async () => {
    const since = adapter.clock.now()
    addOthers(150)
    const { id } = addOurs()
    addOthers(150)
    assert.deepEqual(await find(since), { kind: 'found', message: id })
  })

  it('says that nothing is there after all 1,999 messages, and that it can’t know after 2,500', async () => {
    const since = adapter.clock.now()
    addOthers(1999)
    assert.deepEqual(await find(since), { kind: 'absent' })
    addOthers(501)
    expectUnproven(await find(since), /2000 messages/, /channel/)
  })

  it('finds the message behind 600 others, though Discord limits how fast they are read', async () => {
    const { finding, message, tooMany } = await foundLate
    assert.deepEqual(finding, { kind: 'found', message })
    assert.equal(tooMany, 0)
  })

  it('takes only a message of its own whose button has the id', async () => {
    const since = adapter.clock.now()
    const { discord, channel: channelId, user } = adapter
    const { components, flags } = addOurs({ delivery: 'bZ_-5678901234567890ab' })
    const stranger = discord.addUser({ guild: adapter.guild }).id
    const marked = markMessage(renderDiscord(CARD), DELIVERY).components.map(component => ({ ...component }))
    const authorId = discord.applicationId
    // Discord tells what a stranger’s message holds where it mentions the bot.
    for (const other of [user, stranger])
      discord.addMessage({ channelId, authorId: other, content: `<@${authorId}>`, components: marked, flags })
    const words = [{ type: 10, content: `~${DELIVERY} 1o:a/b:1~${DELIVERY}` }]
    discord.addMessage({ channelId, authorId, components: words, flags })
    discord.addMessage({ channelId, authorId, components, flags, nonce: DELIVERY })
    discord.addMessage({ channelId, authorId, content: `~${DELIVERY}` })
    assert.deepEqual(await find(since), { kind: 'absent' })
    const { id } = addOurs()
    assert.deepEqual(await find(since), { kind: 'found', message: id })
  })

  it('finds a post in direct messages', async () => {
    const channel = adapter.discord.directChannel(adapter.user).id
    const to = { ...adapter.destination, channel }
    const outcome = await post(to)
    assert.ok(outcome.kind === 'done')
    const finding = await adapter.platform.find(to, DELIVERY, adapter.clock.now())
    assert.deepEqual(finding, { kind: 'found', message: outcome.message })
  })

  it('proves nothing without Read Message History, for then the channel looks empty', async () => {
    addOurs()
    adapter.discord.deny(adapter.channel, 'ReadMessageHistory')
    expectUnproven(await find(), /Read Message History/, /Read Message History.*Edit Channel, Permissions/)
  })

  it('needs no right to send', async () => {
    const { id } = addOurs()
    adapter.discord.deny(adapter.channel, 'SendMessages')
    assert.deepEqual(await find(), { kind: 'found', message: id })
  })

  const HISTORY: PermissionName[] = ['ReadMessageHistory']
  const allowed: [what: string, open: (at: DiscordAdapter) => string][] = [
    [
      'an administrator, whatever is denied',
      ({ discord }) => {
        const { id: guildId } = discord.addGuild({ bot: ['Administrator'] })
        const { id } = discord.addChannel({ guildId })
        discord.deny(id, 'ViewChannel', 'ReadMessageHistory')
        return id
      },
    ],
    [
      'the server’s owner',
      ({ discord }) => {
        const { id: guildId } = discord.addGuild({ ownerId: discord.applicationId, everyone: [] })
        return discord.addChannel({ guildId }).id
      },
    ],
    [
      'whoever has a role that the channel allows it',
      ({ discord }) => {
        const guild = discord.addGuild({ everyone: ['ViewChannel'] })
        const { id } = discord.addChannel({ guildId: guild.id })
        discord.setPermissions(id, { deny: HISTORY }, guild.id)
        discord.setPermissions(id, { allow: HISTORY }, guild.roles.at(-1)?.id)
        return id
      },
    ],
    [
      'whom the channel allows it by name',
      ({ discord }) => {
        const guild = discord.addGuild({ everyone: ['ViewChannel'] })
        const { id } = discord.addChannel({ guildId: guild.id })
        discord.setPermissions(id, { deny: HISTORY }, guild.roles.at(-1)?.id)
        discord.setPermissions(id, { allow: HISTORY })
        return id
      },
    ],
  ]
  for (const [what, open] of allowed) {
    it(`is open to ${what}`, async () => {
      const channel = open(adapter)
      const { id } = addOurs({ channelId: channel })
      const finding = await adapter.platform.find({ ...adapter.destination, channel }, DELIVERY, adapter.clock.now())
      assert.deepEqual(finding, { kind: 'found', message: id })
    })
  }

  it('proves nothing where a role of its own is denied the history', async () => {
    const { discord } = adapter
    const guild = discord.addGuild()
    const { id: channel } = discord.addChannel({ guildId: guild.id })
    addOurs({ channelId: channel })
    discord.setPermissions(channel, { deny: HISTORY }, guild.roles.at(-1)?.id)
    const at = { ...adapter.destination, channel }
    expectUnproven(
      await adapter.platform.find(at, DELIVERY, adapter.clock.now()),
      /Read Message History/,
      /Permissions/,
    )
  })

  const states: [what: string, change: (at: DiscordAdapter) => void, why: RegExp, remedy: RegExp][] = [
    ['in a channel that is gone', at => at.discord.removeChannel(at.channel), /10003/, /channel’s id/],
    ['in a channel that it doesn’t see', at => at.discord.deny(at.channel, 'ViewChannel'), /50001/, /View Channel/],
    ['after it was removed from the server', at => at.discord.removeBot(at.guild), /50001/, /discord-invite/],
    ['with a token that was reset', at => at.discord.revokeToken(), /401/, /DISCORD_TOKEN/],
  ]
  for (const [what, change, why, remedy] of states) {
    it(`proves nothing ${what}`, async () => {
      addOurs()
      change(adapter)
      expectUnproven(await find(), why, remedy)
    })
  }

  const faults: Fault[] = [
    { kind: 'status', status: 500 },
    { kind: 'status', status: 503 },
    { kind: 'cut', when: 'before' },
    { kind: 'close', when: 'before' },
    { kind: 'garbage' },
    { kind: 'garbage', status: 403 },
    { kind: 'rateLimited', retryAfterS: 30 },
    { kind: 'rateLimited' },
    { kind: 'rateLimited', retryAfterS: 30, scope: 'shared' },
  ]
  for (const name of ['GET me', 'GET channel', 'GET guild', 'GET member', 'GET messages'])
    for (const fault of faults)
      it(`proves nothing when ${name} fails, and finds the message afterwards: ${JSON.stringify(fault)}`, async () => {
        const { id } = addOurs()
        adapter.discord.fail(name, fault)
        expectUnproven(await find(), /Discord/, /^Try again/)
        assert.deepEqual(await find(), { kind: 'found', message: id })
      })

  it('proves nothing when a later page fails', async () => {
    const since = adapter.clock.now()
    addOthers(300)
    const finding = find(since)
    await adapter.discord.until(() => calls('GET messages').length > 0)
    adapter.discord.fail('GET messages', { kind: 'status', status: 500 })
    expectUnproven(await finding, /500/, /^Try again/)
  })

  it('proves nothing while nobody listens', async () => {
    await adapter.discord.outage()
    expectUnproven(await find(), /ECONNREFUSED/, /^Try again/)
  })
})

describe('an edit on Discord', () => {
  it('changes the message, which is still found', async () => {
    const since = adapter.clock.now()
    const { id } = addOurs()
    assert.deepEqual(await edit(id, { ...CARD, title: 'Corrected' }), { kind: 'done', message: id })
    assert.match(JSON.stringify(stored()[0]?.components), /Corrected/)
    assert.deepEqual(await find(since), { kind: 'found', message: id })
  })

  it('of somebody else’s message, or of one that is gone, is refused', async () => {
    const { discord, channel: channelId, user: authorId } = adapter
    const { id } = discord.addMessage({ channelId, authorId, content: 'Hello' })
    expectRefused(await edit(id), 50005, /own messages/)
    const ours = addOurs()
    discord.removeMessage(ours)
    expectRefused(await edit(ours.id), 10008, /gone/)
  })

  it('may have happened after a 500, and may be tried again after a 429', async () => {
    const { id } = addOurs()
    adapter.discord.fail('PATCH message', { kind: 'status', status: 500, when: 'after' })
    assert.equal((await edit(id)).kind, 'unclear')
    adapter.discord.fail('PATCH message', { kind: 'rateLimited', retryAfterS: 17 })
    expectLater(await edit(id), 17_000, 17_200)
    assert.equal(calls('PATCH message').length, 2)
  })
})

describe('a post on Discord that is not answered', () => {
  /** The adapter's calls, given up after so many milliseconds. */
  const givenUpAfter = (timeoutMs: number, options: ApiOptions): CallApi => {
    const call = createApi(options)
    return (method, route, data) => call(method, route, { ...data, timeoutMs })
  }

  const postsOf = (call: CallApi) => createPosts(call, async () => adapter.discord.applicationId)

  for (const stores of [true, false]) {
    it(`is given up, and ${stores ? 'found' : 'not found'} afterwards`, async () => {
      const since = adapter.clock.now()
      const { post } = postsOf(givenUpAfter(150, adapter.discord))
      adapter.discord.fail('POST messages', { kind: 'hang', stores })
      const outcome = await post(adapter.destination, CARD, DELIVERY)
      assert.deepEqual(outcome, { kind: 'unclear', why: 'Discord did not answer in time.' })
      assert.equal(calls().length, 1)
      assert.equal((await find(since)).kind, stores ? 'found' : 'absent')
    })
  }

  it('is given up after ten seconds', async () => {
    const [storing, losing] = await givenUp
    for (const one of [storing, losing]) {
      assert.deepEqual(one?.outcome, { kind: 'unclear', why: 'Discord did not answer in time.' })
      assert.equal(one?.sent, 1)
      assert.ok(one.tookMs > 9000 && one.tookMs < 13_000, `${one.tookMs} ms`)
    }
    assert.deepEqual([storing?.finding.kind, losing?.finding.kind], ['found', 'absent'])
  })

  for (const status of [200, 403, 429, 500]) {
    it(`to its end, though its headers came with HTTP ${status}, is given up too`, async t => {
      const server = await serve(t, response => {
        response.writeHead(status, {
          'content-type': 'application/json',
          ...(status === 429 && { 'retry-after': '5' }),
        })
        response.write('{"id":"1')
      })
      const { post } = postsOf(givenUpAfter(150, { token: 'x', apiUrl: server.apiUrl }))
      const outcome = await post(adapter.destination, CARD, DELIVERY)
      assert.equal(outcome.kind, status === 429 ? 'later' : 'unclear', JSON.stringify(outcome))
      assert.equal(server.requests(), 1)
    })
  }

  it('in a form that can be read may have happened', async t => {
    const answers = ['', 'null', '[]', '"x"', '{}', '{"id":1}', '{"id":"1"']
    const server = await serve(t, (response, at) => {
      response.writeHead(200, { 'content-type': 'application/json' })
      response.end(answers[at])
    })
    const { post } = postsOf(createApi({ token: 'x', apiUrl: server.apiUrl }))
    for (const answer of answers) {
      const outcome = await post(adapter.destination, CARD, DELIVERY)
      assert.equal(outcome.kind, 'unclear', `${answer}: ${JSON.stringify(outcome)}`)
    }
  })
})

/** A server on loopback that answers every request the same way, until the test ends. */
async function serve(t: TestContext, answer: (response: ServerResponse, at: number) => void) {
  let requests = 0
  const server = createServer((_, response) => answer(response, requests++))
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve))
  t.after(() => {
    server.closeAllConnections()
    server.close()
  })
  const { port } = server.address() as AddressInfo
  return { apiUrl: `http://127.0.0.1:${port}/api`, requests: () => requests }
}

function assertSentence(words: string): void {
  assert.match(words, /^[A-Z].*\.$/s)
  assert.doesNotMatch(words, /undefined|\[object|\n/)
}

function expectLater(outcome: Outcome | undefined, least: number, most: number): void {
  assert.ok(outcome?.kind === 'later', JSON.stringify(outcome))
  assert.ok(outcome.afterMs >= least && outcome.afterMs <= most, `${outcome.afterMs} ms`)
  assertSentence(outcome.why)
}

function expectRefused(outcome: Outcome, code: number, remedy: RegExp): void {
  assert.ok(outcome.kind === 'refused', JSON.stringify(outcome))
  assert.match(outcome.why, new RegExp(`^Discord refused .*\\b${code}\\b`))
  assert.match(outcome.remedy, remedy)
  assertSentence(outcome.why)
  assertSentence(outcome.remedy)
}

/** Nothing is proved: it can be asked again later, or somebody has to do something. */
function expectUnproven(finding: Finding, why: RegExp, remedy: RegExp): void {
  assert.ok(finding.kind === 'unclear' || finding.kind === 'later', JSON.stringify(finding))
  assert.match(finding.why, why)
  assertSentence(finding.why)
  if (finding.kind === 'later') return void assert.ok(finding.afterMs > 0)
  assert.match(finding.remedy, remedy)
  assertSentence(finding.remedy)
}
