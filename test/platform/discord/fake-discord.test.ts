import assert from 'node:assert/strict'
import { verify } from 'node:crypto'
import { createServer, type IncomingHttpHeaders } from 'node:http'
import type { AddressInfo } from 'node:net'
import { afterEach, beforeEach, describe, it } from 'node:test'
import { Client, type Interaction, MessageFlags, RateLimitError, REST, type RequestData } from 'discord.js'
import type { APIChannel, APIGuildMember, APIMessage, APIUser } from 'discord-api-types/v10'
import { WebSocket } from 'ws'
import { createFakeDiscord, type FakeDiscord, type FakeDiscordOptions } from '../../fakes/discord/fake-discord.ts'
import type { Fault } from '../../fakes/discord/faults.ts'
import { createRateLimits } from '../../fakes/discord/rate-limits.ts'

/** What is closed after each test, last opened first. */
const open: (() => Promise<unknown>)[] = []
let discord: FakeDiscord
let guild: string
let channel: string
let ada: string
let ben: string

beforeEach(async () => {
  await startDiscord()
})

afterEach(async () => {
  for (const close of open.splice(0).toReversed()) await close()
})

async function startDiscord(options: FakeDiscordOptions = {}): Promise<void> {
  discord = await createFakeDiscord({ identifyIntervalMs: 0, ...options })
  open.push(discord.close)
  guild = discord.addGuild({ name: 'News' }).id
  channel = discord.addChannel({ guildId: guild, name: 'news' }).id
  ada = discord.addUser({ guild, name: 'ada', permissions: ['ManageGuild'] }).id
  ben = discord.addUser({ guild, name: 'ben' }).id
}

const rest = (token = discord.token): REST =>
  new REST({ api: discord.apiUrl, version: '10', retries: 0, timeout: 500, rejectOnRateLimit: () => true }).setToken(
    token,
  )

type Method = 'get' | 'post' | 'put' | 'patch' | 'delete'

const call = <Answer>(method: Method, path: string, body?: unknown, more: RequestData = {}): Promise<Answer> =>
  rest()[method](path as `/${string}`, body === undefined ? more : { body, ...more }) as Promise<Answer>

/** The code that a call is refused with, its status where there is none, or `ok`. */
const codeOf = (called: Promise<unknown>): Promise<unknown> =>
  called.then(
    () => 'ok',
    error => error.code ?? error.status ?? error.name,
  )

const NO_PING = { allowed_mentions: { parse: [] } }
const text = (content: string) => ({ type: 10, content })
const row = (...components: object[]) => ({ type: 1, components })
const button = (custom_id: string, more: object = {}) => ({ type: 2, style: 2, label: 'Show', custom_id, ...more })
const card = (...components: object[]) => ({ flags: MessageFlags.IsComponentsV2, components, ...NO_PING })
const words = (content: string) => ({ content, ...NO_PING })

const post = (body: object, to = channel): Promise<APIMessage> => call('post', `/channels/${to}/messages`, body)

const commandsPath = () => `/applications/${discord.applicationId}/commands`
const ask = {
  name: 'ask',
  description: 'Asks',
  options: [{ type: 3, name: 'topic', description: 'What', autocomplete: true }],
}
const put = (commands: unknown, path = commandsPath()): Promise<{ id: string }[]> => call('put', path, commands)

/** A real client whose raw interactions are answered by a function, as discord.js's own would be. */
async function startClient(answer: (interaction: Interaction) => unknown = () => {}): Promise<Client<true>> {
  const client = new Client({
    intents: ['Guilds'],
    rest: { api: discord.apiUrl, retries: 0 },
    ws: { buildIdentifyThrottler: async () => ({ waitForIdentify: async () => {} }) },
  })
  client.on('interactionCreate', answer)
  client.on('error', () => {})
  const isReady = new Promise(resolve => client.once('clientReady', resolve))
  open.push(() => client.destroy())
  await client.login(discord.token)
  await isReady
  return client as Client<true>
}

const reply = (interaction: Interaction, body: object) => codeOf(callback(interaction, body))

const callback = ({ id, token }: { id: string; token: string }, body: object, query = ''): Promise<unknown> =>
  call('post', `/interactions/${id}/${token}/callback`, body, { auth: false, query: new URLSearchParams(query) })

describe('the fake Discord, called', () => {
  it('says who the bot and its application are, and where the gateway is', async () => {
    const [me, application, gateway] = await Promise.all([
      call<APIUser>('get', '/users/@me'),
      call<{ id: string; verify_key: string }>('get', '/applications/@me'),
      call<{ url: string; session_start_limit: { max_concurrency: number } }>('get', '/gateway/bot'),
    ])
    assert.equal(me.id, discord.applicationId)
    assert.equal(me.bot, true)
    assert.equal(application.verify_key, discord.publicKey)
    assert.match(gateway.url, /^ws:\/\/127\.0\.0\.1:/)
    assert.equal(gateway.session_start_limit.max_concurrency, 1)
    assert.deepEqual(discord.violations, [])
  })

  it('refuses calls without a token, with a wrong one, or with one that was reset', async () => {
    assert.equal(await codeOf(call('get', '/users/@me', undefined, { auth: false })), 0)
    assert.equal(await codeOf(rest('wrong').get('/users/@me')), 0)
    discord.revokeToken()
    await assert.rejects(call('get', '/users/@me'), { status: 401, code: 0 })
    assert.deepEqual(
      discord.calls.map(({ token, status }) => `${token} ${status}`),
      ['none 401', 'unknown 401', 'unknown 401'],
    )
  })

  it('refuses a client that doesn’t say that it is a bot, other bodies than JSON, and what is no JSON', async () => {
    const url = `${discord.apiUrl}/v10/channels/${channel}/messages`
    const send = async (headers: Record<string, string>, body: string) => {
      const authorization = `Bot ${discord.token}`
      const answer = await fetch(url, { method: 'POST', headers: { authorization, ...headers }, body })
      return ((await answer.json()) as { code: number }).code
    }
    const agent = { 'user-agent': 'DiscordBot (https://example.org, 1.0)' }
    const json = { 'content-type': 'application/json' }
    assert.equal(await send(json, '{}'), 40333)
    assert.equal(await send(agent, '{}'), 50035)
    assert.equal(await send({ ...agent, ...json }, 'no json'), 50109)
  })

  it('knows no unknown path', async () => {
    assert.equal(await codeOf(call('get', '/channels/1/shouts')), 0)
    assert.match(discord.violations[0] ?? '', /\/channels\/1\/shouts doesn't exist/)
  })

  it('notes calls in order and never a token', async () => {
    await call('get', '/users/@me')
    await post(words('Hello'))
    assert.deepEqual(
      discord.calls.map(({ method, name, path, status, answer }) => [method, name, path, status, answer]),
      [
        ['GET', 'GET me', '/users/@me', 200, 'ok'],
        ['POST', 'POST messages', `/channels/${channel}/messages`, 200, 'ok'],
      ],
    )
    assert.deepEqual(discord.calls[1]?.body, words('Hello'))
    assert.ok(!JSON.stringify(discord.calls).includes(discord.token))
  })

  it('tells of guilds in pages, of roles, members and channels', async () => {
    const others = [discord.addGuild().id, discord.addGuild().id]
    discord.addGuild({ hasBot: false })
    const list = async (query: string) =>
      (await call<{ id: string }[]>('get', '/users/@me/guilds', undefined, { query: new URLSearchParams(query) })).map(
        ({ id }) => id,
      )
    assert.deepEqual(await list('limit=2'), [guild, others[0]])
    assert.deepEqual(await list(`after=${others[0]}`), [others[1]])
    assert.deepEqual(await list(`before=${others[1]}&limit=1`), [others[0]])
    assert.equal(await codeOf(list('limit=201')), 50035)
    const member = await call<APIGuildMember>('get', `/guilds/${guild}/members/${ada}`)
    const roles = await call<{ id: string; permissions: string }[]>('get', `/guilds/${guild}/roles`)
    assert.equal(member.user.username, 'ada')
    assert.equal(roles.find(({ id }) => id === member.roles[0])?.permissions, '32')
    const told = await call<APIChannel & { guild_id: string }>('get', `/channels/${channel}`)
    assert.deepEqual([told.id, told.type, told.guild_id], [channel, 0, guild])
    assert.equal(await codeOf(call('get', `/guilds/${guild}/members/1`)), 10007)
  })

  it('shows nothing of guilds that the bot has left or was never in', async () => {
    const other = discord.addGuild({ hasBot: false }).id
    assert.equal(await codeOf(call('get', `/guilds/${other}`)), 50001)
    assert.equal(await codeOf(call('get', '/guilds/1')), 10004)
    discord.removeBot(guild)
    assert.equal(await codeOf(call('get', `/guilds/${guild}/roles`)), 50001)
    assert.equal(await codeOf(post(words('Hello'))), 50001)
  })
})

describe('the fake Discord, posted to', () => {
  it('stores a message with its author, and answers with it and its numbered components', async () => {
    const sent = await post({ ...card(text('Hello'), row(button('a'))), nonce: 'n1', enforce_nonce: true })
    const [stored] = discord.messages(channel)
    assert.equal(stored?.id, sent.id)
    assert.equal(stored?.authorId, discord.applicationId)
    assert.deepEqual(stored?.components, [text('Hello'), row(button('a'))])
    assert.equal(sent.author.bot, true)
    assert.equal(sent.nonce, 'n1')
    assert.deepEqual(sent.components?.[0], { id: 1, ...text('Hello') })
    assert.ok(Math.abs(Date.parse(sent.timestamp) - Date.now()) < 1000)
    assert.deepEqual(discord.violations, [])
  })

  it('refuses channels that aren’t there, that the bot doesn’t see, and where it may not write', async () => {
    const hidden = discord.addChannel({ guildId: guild }).id
    const silent = discord.addChannel({ guildId: guild }).id
    discord.deny(hidden, 'ViewChannel')
    discord.deny(silent, 'SendMessages')
    assert.equal(await codeOf(post(words('x'), '1')), 10003)
    await assert.rejects(post(words('x'), hidden), { status: 403, code: 50001 })
    await assert.rejects(post(words('x'), silent), { status: 403, code: 50013 })
    discord.setPermissions(silent, { deny: ['SendMessages'] }, guild)
    assert.equal(await codeOf(post(words('x'), silent)), 50013)
    discord.setPermissions(silent, { allow: ['SendMessages'] })
    assert.equal(await codeOf(post(words('x'), silent)), 'ok')
    discord.removeChannel(silent)
    assert.equal(await codeOf(post(words('x'), silent)), 10003)
  })

  it('lets administrators and owners do everything', async () => {
    const admin = discord.addGuild({ bot: ['Administrator'] }).id
    const closed = discord.addChannel({ guildId: admin }).id
    discord.setPermissions(closed, { deny: ['ViewChannel'] }, admin)
    assert.equal(await codeOf(post(words('x'), closed)), 'ok')
    const owned = discord.addGuild({ ownerId: discord.applicationId }).id
    const shut = discord.addChannel({ guildId: owned }).id
    discord.deny(shut, 'ViewChannel')
    assert.equal(await codeOf(post(words('x'), shut)), 'ok')
  })

  it('refuses what is no message, names the field, and stores nothing', async () => {
    const refused: [object, unknown][] = [
      [words(''), 50006],
      [words('x'.repeat(2001)), 50035],
      [{ ...NO_PING, components: [text('x')] }, 50035],
      [{ ...card(text('x')), content: 'x' }, 50035],
      [{ ...card(text('x')), embeds: [{ title: 'x' }] }, 50035],
      [card(text('')), 50035],
      [card(text('x'), row(button('a'), button('a'))), 50035],
      [card(...Array.from({ length: 41 }, () => text('x'))), 50035],
      [{ ...words('x'), embeds: Array.from({ length: 2 }, () => ({ description: 'x'.repeat(3001) })) }, 50035],
      [{ ...words('x'), nonce: 'x'.repeat(26) }, 50035],
      [{ ...words('x'), nonce: 1.5 }, 50035],
      [{ ...words('x'), enforce_nonce: 'yes' }, 50035],
      [{ ...words('x'), flags: 'many' }, 50035],
    ]
    for (const [body, code] of refused) assert.equal(await codeOf(post(body)), code, JSON.stringify(body).slice(0, 80))
    await assert.rejects(post(card(text('Hello'), row(button('a', { label: '' })))), {
      message: /components\[1\]\.components\[0\]\.label/,
    })
    assert.deepEqual(discord.messages(channel), [])
  })

  it('breaks where the texts weigh too much, as Discord does', async () => {
    await assert.rejects(post(card(text('語'.repeat(3900)))), { status: 500 })
    assert.match(discord.violations[0] ?? '', /weigh/)
  })

  it('takes what may ping, and what it ignores, and notes it', async () => {
    await post({ content: 'x' })
    await post({ content: 'x', allowed_mentions: { parse: ['users'] } })
    await post({ ...words('x'), colour: 'red' })
    await post({ ...words('x'), flags: MessageFlags.Ephemeral })
    await post({ ...words('x'), enforce_nonce: true })
    assert.match(
      discord.violations.join('\n'),
      /lacks allowed_mentions.*\n.*lacks allowed_mentions.*\n.*unknown key colour.*\n.*flags 64, which.*\n.*without a nonce/,
    )
    assert.equal(discord.messages(channel).at(3)?.flags, 0)
  })

  it('gives back the message with the same nonce, whatever the channel, for some minutes', async () => {
    const other = discord.addChannel({ guildId: guild }).id
    const enforced = { ...words('x'), nonce: 'same', enforce_nonce: true }
    const first = await post(enforced)
    assert.equal((await post(enforced)).id, first.id)
    assert.equal((await post(enforced, other)).id, first.id)
    assert.deepEqual(discord.messages(other), [])
    discord.clock.advance(3 * 60_000 - 1000)
    assert.equal((await post(enforced)).id, first.id)
    discord.clock.advance(1001)
    assert.notEqual((await post(enforced, other)).id, first.id)
    assert.notEqual((await post({ ...words('x'), nonce: 'same' })).id, first.id)
    assert.equal(discord.messages(other).length, 1)
  })

  it('says that a message is unknown whose nonce comes again after it was deleted', async () => {
    const enforced = { ...words('x'), nonce: 7, enforce_nonce: true }
    const { id } = await post(enforced)
    await call('delete', `/channels/${channel}/messages/${id}`)
    await assert.rejects(post(enforced), { status: 404, code: 10008 })
  })

  it('edits and deletes the bot’s own messages, and with a permission deletes others’', async () => {
    const { id } = await post(card(text('One')))
    const theirs = discord.addMessage({ channelId: channel, authorId: ada, content: 'Mine' }).id
    const at = (message: string) => `/channels/${channel}/messages/${message}`
    const edited = await call<APIMessage>('patch', at(id), { components: [text('Two')], ...NO_PING })
    assert.deepEqual(discord.messages(channel)[0]?.components, [text('Two')])
    assert.equal(edited.flags, MessageFlags.IsComponentsV2)
    assert.notEqual(edited.edited_timestamp, null)
    assert.equal(await codeOf(call('patch', at(id), { flags: 0, ...words('Plain') })), 50035)
    assert.equal(await codeOf(call('patch', at(theirs), words('x'))), 50005)
    assert.equal(await codeOf(call('delete', at(theirs))), 50013)
    discord.setPermissions(channel, { allow: ['ManageMessages'] })
    assert.equal(await codeOf(call('delete', at(theirs))), 'ok')
    assert.equal(await codeOf(call('delete', at(id))), 'ok')
    assert.equal(await codeOf(call('patch', at(id), words('x'))), 10008)
  })

  it('posts into direct messages', async () => {
    const { id } = await call<APIChannel>('post', '/users/@me/channels', { recipient_id: ada })
    await post(words('Psst'), id)
    assert.equal(discord.directChannel(ada).id, id)
    assert.equal(discord.seenBy(ada, id)[0]?.content, 'Psst')
  })
})

describe('the fake Discord, read', () => {
  const read = async (query = '', from = channel) =>
    (
      await call<APIMessage[]>('get', `/channels/${from}/messages`, undefined, { query: new URLSearchParams(query) })
    ).map(({ id }) => id)

  it('gives messages newest first: before an id the last ones, after it the next ones', async () => {
    const ids = Array.from({ length: 5 }, () => discord.addMessage({ channelId: channel, authorId: ada }).id)
    const newest = (...at: number[]) => at.map(index => ids[index])
    assert.deepEqual(await read(), ids.toReversed())
    assert.deepEqual(await read('limit=2'), newest(4, 3))
    assert.deepEqual(await read(`limit=2&after=${ids[0]}`), newest(2, 1))
    assert.deepEqual(await read(`limit=2&before=${ids[4]}`), newest(3, 2))
    assert.deepEqual(await read(`limit=3&around=${ids[2]}`), newest(3, 2, 1))
    for (const query of ['limit=0', 'limit=101', 'limit=x', 'after=x', 'after=1&before=2'])
      assert.equal(await codeOf(read(query)), 50035, query)
  })

  it('gives nothing where the bot may not read the history, and refuses where it doesn’t see the channel', async () => {
    const { id } = await post(words('x'))
    discord.deny(channel, 'ReadMessageHistory')
    assert.deepEqual(await read(), [])
    assert.equal(await codeOf(call('get', `/channels/${channel}/messages/${id}`)), 50001)
    discord.deny(channel, 'ViewChannel')
    assert.equal(await codeOf(read()), 50001)
  })

  it('tells no nonce and, without the intent, not what others wrote', async () => {
    await post({ ...words('mine'), nonce: 'n' })
    discord.addMessage({ channelId: channel, authorId: ada, content: 'theirs' })
    const [theirs, mine] = await call<APIMessage[]>('get', `/channels/${channel}/messages`)
    assert.deepEqual([theirs?.content, mine?.content, mine?.nonce], ['', 'mine', undefined])
  })
})

describe('the fake Discord, given commands', () => {
  it('adds what Discord adds, and keeps the id of a command that stays', async () => {
    const [first] = await put([ask])
    assert.partialDeepStrictEqual(first, {
      application_id: discord.applicationId,
      type: 1,
      default_member_permissions: null,
      name_localizations: null,
      dm_permission: true,
      contexts: null,
      integration_types: [0],
      nsfw: false,
    })
    const [same] = await put([ask, { name: 'other', description: 'Other' }])
    assert.deepEqual(same, first)
    const [changed] = await put([{ ...ask, description: 'Asks more' }])
    assert.equal(changed?.id, first?.id)
    const [listed] = await call<object[]>('get', commandsPath())
    assert.ok(listed && !('name_localizations' in listed))
    assert.deepEqual(discord.violations, [])
  })

  it('creates, edits and deletes one', async () => {
    const created = await call<{ id: string }>('post', commandsPath(), ask)
    await call('patch', `${commandsPath()}/${created.id}`, { description: 'Changed' })
    assert.equal(discord.commands()[0]?.description, 'Changed')
    assert.equal(await codeOf(call('delete', `${commandsPath()}/${created.id}`)), 'ok')
    assert.equal(await codeOf(call('get', `${commandsPath()}/${created.id}`)), 10063)
  })

  it('has a list for each guild, only where the bot is', async () => {
    const path = (id: string) => `/applications/${discord.applicationId}/guilds/${id}/commands`
    const [command] = await put([ask], path(guild))
    assert.deepEqual(discord.commands(guild), [command])
    assert.deepEqual(discord.commands(), [])
    await assert.rejects(put([ask], path(discord.addGuild({ hasBot: false }).id)), { status: 403, code: 50001 })
    assert.equal(await codeOf(put([ask], path('1'))), 50001)
    assert.equal(await codeOf(put([ask], '/applications/1/commands')), 20012)
    await put([{ ...ask, contexts: [0] }], path(guild))
    assert.match(discord.violations[0] ?? '', /only global ones/)
  })

  const option = (more: object) => ({ ...ask, options: [{ type: 3, name: 'topic', description: 'x', ...more }] })
  const refused: [string, unknown][] = [
    ['a name with capitals', { ...ask, name: 'Ask' }],
    ['a name with a space', { ...ask, name: 'ask it' }],
    ['a long name', { ...ask, name: 'x'.repeat(33) }],
    ['no description', { name: 'ask' }],
    ['a long description', { ...ask, description: 'x'.repeat(101) }],
    ['permissions that are a number', { ...ask, default_member_permissions: 8 }],
    ['unknown contexts', { ...ask, contexts: [3] }],
    ['an unknown locale', { ...ask, name_localizations: { xx: 'ask' } }],
    ['a long translation', { ...ask, description_localizations: { de: 'x'.repeat(101) } }],
    ['an unknown type of option', option({ type: 12 })],
    ['an option without a description', option({ description: undefined })],
    ['completion beside choices', option({ autocomplete: true, choices: [{ name: 'a', value: 'a' }] })],
    ['completion of a flag', option({ type: 5, autocomplete: true })],
    ['choices of another type', option({ choices: [{ name: 'a', value: 1 }] })],
    ['26 choices', option({ choices: Array.from({ length: 26 }, (_, index) => ({ name: `${index}`, value: 'x' })) })],
    ['two choices of one name', option({ choices: [1, 2].map(value => ({ name: 'a', value: `${value}` })) })],
    ['a length of 6001', option({ max_length: 6001 })],
    [
      '26 options',
      { ...ask, options: Array.from({ length: 26 }, (_, index) => ({ ...ask.options[0], name: `o${index}` })) },
    ],
    ['two options of one name', { ...ask, options: [ask.options[0], ask.options[0]] }],
    [
      'a required option after another',
      { ...ask, options: [ask.options[0], { ...ask.options[0], name: 'b', required: true }] },
    ],
    ['sub-commands beside options', { ...ask, options: [{ type: 1, name: 'sub', description: 'x' }, ask.options[0]] }],
    [
      'more than 8,000 characters',
      {
        ...ask,
        options: Array.from({ length: 4 }, (_, index) => ({
          type: 3,
          name: `o${index}`,
          description: 'x',
          choices: Array.from({ length: 25 }, (_, at) => ({ name: `${at}`, value: `${at}`.padEnd(90, 'x') })),
        })),
      },
    ],
  ]
  for (const [what, command] of refused)
    it(`refuses ${what}`, async () => {
      assert.equal(await codeOf(put([command])), 50035)
      assert.equal(await codeOf(call('post', commandsPath(), command)), 50035)
      assert.deepEqual(discord.commands(), [])
    })

  it('refuses two of one name, and more than a hundred', async () => {
    assert.equal(await codeOf(put([ask, ask])), 50035)
    const many = Array.from({ length: 101 }, (_, index) => ({ ...ask, name: `ask${index}` }))
    assert.equal(await codeOf(put(many)), 30032)
  })

  it('takes 200 new ones a day, and then says to wait, for hours', async () => {
    const batch = (from: number) => Array.from({ length: 100 }, (_, index) => ({ ...ask, name: `ask${from + index}` }))
    await put(batch(0))
    await put(batch(100))
    await put(batch(100))
    const answer = await rest()
      .put(commandsPath() as `/${string}`, { body: [ask] })
      .catch(error => error)
    assert.ok(answer instanceof RateLimitError && answer.retryAfter > 23 * 3_600_000)
    discord.clock.advance(24 * 3_600_000)
    assert.equal(await codeOf(put([ask])), 'ok')
  })
})

describe('the fake Discord, with readers', () => {
  beforeEach(async () => {
    await put([ask, { name: 'manage', description: 'Manages', default_member_permissions: '32', contexts: [0] }])
  })

  it('sends a command in its full shape and shows a private answer to its reader only', async () => {
    await startClient(interaction => reply(interaction, { type: 4, data: { ...card(text('Yes')), flags: 64 | 32768 } }))
    const { result, payload, message } = await discord.command({ name: 'ask', text: 'nato', user: ada, channel })
    assert.equal(result, 'answered')
    assert.partialDeepStrictEqual(payload, {
      application_id: discord.applicationId,
      type: 2,
      version: 1,
      guild_id: guild,
      channel_id: channel,
      context: 0,
      guild_locale: 'en-GB',
      locale: 'en-GB',
      entitlements: [],
      authorizing_integration_owners: { 0: guild },
      member: { user: { id: ada } },
      data: { name: 'ask', type: 1, options: [{ name: 'topic', type: 3, value: 'nato' }] },
    })
    assert.deepEqual(message?.components, [text('Yes')])
    assert.equal(discord.seenBy(ada, channel).length, 1)
    assert.equal(discord.seenBy(ben, channel).length, 0)
    assert.deepEqual(discord.messages(channel), [])
    assert.deepEqual(discord.violations, [])
  })

  it('takes commands in direct messages, where they may be', async () => {
    await startClient(interaction => reply(interaction, { type: 4, data: card(text('Yes')) }))
    const { payload, message } = await discord.command({ name: 'ask', user: ada })
    assert.partialDeepStrictEqual(payload, { context: 1, user: { id: ada } })
    assert.ok(!('member' in payload) && !('guild_id' in payload))
    assert.equal(message?.channelId, discord.directChannel(ada).id)
    await assert.rejects(discord.command({ name: 'manage', user: ada }), /no command \/manage/)
  })

  it('refuses a test that does what no reader could', async () => {
    await assert.rejects(discord.command({ name: 'nothing', user: ada, channel }), /no command \/nothing/)
    await assert.rejects(discord.command({ name: 'manage', user: ben, channel }), /lacks the permissions/)
    await assert.rejects(
      discord.command({ name: 'ask', options: { other: 'x' }, user: ada, channel }),
      /no option other/,
    )
    await assert.rejects(discord.autocomplete({ name: 'manage', user: ada, channel }), /completes no option/)
    const private_ = discord.addMessage({
      channelId: channel,
      authorId: discord.applicationId,
      components: [row(button('a'), button('b', { disabled: true }))],
      ephemeralTo: ada,
    })
    await assert.rejects(discord.click(private_, 'a', { user: ben }), /doesn't see/)
    await assert.rejects(discord.click(private_, 'c', { user: ada }), /no component c/)
    await assert.rejects(discord.click(private_, 'b', { user: ada }), /disabled/)
  })

  it('completes what is typed', async () => {
    const choices = [{ name: 'NATO', value: 'nato' }]
    await startClient(interaction => reply(interaction, { type: 8, data: { choices } }))
    const outcome = await discord.autocomplete({ name: 'ask', text: 'na', user: ada, channel })
    assert.deepEqual(outcome.choices, choices)
    assert.partialDeepStrictEqual(outcome.payload, {
      type: 4,
      data: { options: [{ name: 'topic', value: 'na', focused: true }] },
    })
  })

  it('clicks and picks, with the message as it is, and replaces it', async () => {
    const select = { type: 3, custom_id: 'pick', options: [{ label: 'One', value: '1' }] }
    const { id } = await post(card(text('Hello'), row(button('a')), row(select)))
    await startClient(interaction => reply(interaction, { type: 7, data: card(text('Replaced'), row(select)) }))
    const clicked = await discord.click(id, 'a', { user: ben })
    assert.partialDeepStrictEqual(clicked.payload, {
      type: 3,
      message: { id, flags: 32768, author: { id: discord.applicationId } },
      data: { custom_id: 'a', component_type: 2, id: 3 },
    })
    assert.equal(clicked.message?.id, id)
    const picked = await discord.pick(id, 'pick', '1', { user: ben })
    assert.partialDeepStrictEqual(picked.payload, { data: { custom_id: 'pick', component_type: 3, values: ['1'] } })
    assert.deepEqual(discord.messages(channel)[0]?.components, [text('Replaced'), row(select)])
    assert.deepEqual(discord.violations, [])
  })

  it('keeps an answer private when a component replaces it, and names what it answers', async () => {
    await startClient(interaction =>
      reply(
        interaction,
        interaction.isButton()
          ? { type: 7, data: card(text('Other')) }
          : { type: 4, data: { ...card(text('One'), row(button('a'))), flags: 64 | 32768 } },
      ),
    )
    const { message } = await discord.command({ name: 'ask', user: ada, channel })
    const { payload } = await discord.click(message?.id ?? '', 'a', { user: ada })
    assert.partialDeepStrictEqual(payload, {
      message: {
        flags: 64 | 32768,
        interaction_metadata: { type: 2, user: { id: ada } },
        interaction: { type: 2, name: 'ask', user: { id: ada } },
      },
    })
    assert.equal(discord.seenBy(ben, channel).length, 0)
    assert.deepEqual(discord.seenBy(ada, channel)[0]?.components, [text('Other')])
    assert.equal(message?.flags, 64 | 32768)
  })

  it('lets a deferred answer be edited for 15 minutes, and keeps it private', async () => {
    await startClient(interaction => reply(interaction, { type: 5, data: { flags: 64 } }))
    const { result, message, interaction } = await discord.command({ name: 'ask', user: ada, channel })
    const original = `/webhooks/${discord.applicationId}/${interaction.token}/messages/@original`
    const edit = (body: object) => call<APIMessage>('patch', original, body, { auth: false })
    assert.equal(result, 'deferred')
    assert.equal(message?.flags, 64 | 128)
    await edit(card(text('Done')))
    assert.equal(message?.flags, 64 | 32768)
    assert.deepEqual(discord.seenBy(ada, channel)[0]?.components, [text('Done')])
    const followUp = `/webhooks/${discord.applicationId}/${interaction.token}`
    await call('post', followUp, { ...card(text('More')), flags: 64 | 32768 }, { auth: false })
    assert.equal(discord.seenBy(ada, channel).length, 2)
    assert.deepEqual(discord.violations, [])
    assert.equal(await codeOf(call('delete', original, undefined, { auth: false })), 'ok')
    assert.equal(await codeOf(edit(card(text('x')))), 10008)
    discord.clock.advance(15 * 60_000)
    await assert.rejects(edit(card(text('x'))), { status: 401, code: 50027 })
    assert.equal(await codeOf(call('patch', original.replace(interaction.token, 'x'), words('x'))), 10015)
  })

  it('takes one answer, in time, and no other', async () => {
    const codes: unknown[] = []
    await startClient(async interaction => {
      const answer = { type: 4, data: card(text('Yes')) }
      codes.push(await reply(interaction, answer), await reply(interaction, answer))
    })
    const outcome = await discord.command({ name: 'ask', user: ada, channel })
    await discord.until(() => codes.length === 2)
    assert.deepEqual(codes, ['ok', 40060])
    const again = await discord.again(outcome.interaction.id)
    assert.equal(again.result, 'refused')
    assert.equal(again.refusal?.code, 40060)
    assert.equal(again.payload.id, outcome.payload.id)
    const late = await discord.command({ name: 'ask', user: ada, channel }, { ageMs: 3100 })
    assert.deepEqual([late.result, late.refusal?.code], ['refused', 10062])
    assert.equal(discord.messages(channel).length, 1)
  })

  it('says who didn’t answer in time, or at all', async () => {
    assert.equal((await discord.command({ name: 'ask', user: ada, channel })).result, 'undelivered')
    await startClient()
    const waiting = discord.command({ name: 'ask', user: ada, channel })
    discord.clock.advance(3000)
    assert.equal((await waiting).result, 'timedOut')
    assert.match(discord.violations.join(), /not answered within 3000 ms/)
  })

  it('refuses answers of the wrong type or form', async () => {
    const { id } = await post(card(text('x'), row(button('a'))))
    const bodies: { body: object; code: unknown }[] = []
    await startClient(async interaction => {
      for (const one of bodies) one.code = await reply(interaction, one.body)
    })
    const tryAll = async (refused: object[], ask: () => Promise<{ result: string; refusal?: { code: number } }>) => {
      bodies.splice(0, bodies.length, ...refused.map(body => ({ body, code: 'none' as unknown })))
      const outcome = ask()
      await discord.until(() => bodies.every(({ code }) => code !== 'none'))
      discord.clock.advance(3000)
      assert.equal((await outcome).result, 'refused')
      for (const { body, code } of bodies) assert.equal(code, 50035, JSON.stringify(body).slice(0, 80))
    }
    const choice = { name: 'a', value: 'a' }
    await tryAll(
      [
        { type: 7, data: card(text('x')) },
        { type: 6 },
        { type: 8, data: { choices: [] } },
        { type: 9 },
        { data: {} },
        { type: 4 },
      ],
      () => discord.command({ name: 'ask', user: ada, channel }),
    )
    await tryAll(
      [
        { type: 8, data: { choices: [choice] } },
        { type: 4, data: { ...card(text('x')), content: 'x' } },
      ],
      () => discord.click(id, 'a', { user: ada }),
    )
    await tryAll(
      [
        { type: 4, data: card(text('x')) },
        { type: 5 },
        { type: 8, data: {} },
        { type: 8, data: { choices: Array.from({ length: 26 }, () => choice) } },
        { type: 8, data: { choices: [{ ...choice, name: '' }] } },
        { type: 8, data: { choices: [{ ...choice, name: 'x'.repeat(101) }] } },
        { type: 8, data: { choices: [{ ...choice, value: 1 }] } },
      ],
      () => discord.autocomplete({ name: 'ask', user: ada, channel }),
    )
  })

  it('notes flags of a deferral that don’t count, and choices that can’t be told apart', async () => {
    const choice = { name: 'a', value: 'a' }
    await startClient(interaction =>
      reply(
        interaction,
        interaction.isAutocomplete()
          ? { type: 8, data: { choices: [choice, { ...choice, value: 'b' }] } }
          : { type: 5, data: { flags: 64 | 32768 } },
      ),
    )
    await discord.command({ name: 'ask', user: ada, channel })
    await discord.autocomplete({ name: 'ask', user: ada, channel })
    assert.match(discord.violations.join('\n'), /deferral has the flags 32832.*\n.*same name/)
  })

  it('answers a callback with its message where that is asked for', async () => {
    const answers: unknown[] = []
    await startClient(async interaction =>
      answers.push(await callback(interaction, { type: 4, data: card(text('x')) }, 'with_response=true')),
    )
    const { message } = await discord.command({ name: 'ask', user: ada, channel })
    await discord.until(() => answers.length === 1)
    assert.partialDeepStrictEqual(answers[0], {
      interaction: { type: 2, response_message_id: message?.id, response_message_ephemeral: false },
      resource: { type: 4, message: { id: message?.id, type: 20 } },
    })
  })

  it('understands discord.js’s own replies', async () => {
    const parts = [text('Yes'), row(button('a'))]
    await startClient(async interaction => {
      const body = { components: parts, flags: MessageFlags.IsComponentsV2, allowedMentions: { parse: [] } } as never
      if (interaction.isAutocomplete()) await interaction.respond([{ name: 'a', value: 'a' }])
      if (interaction.isChatInputCommand()) await interaction.deferReply().then(() => interaction.editReply(body))
      if (interaction.isButton()) await interaction.update(body)
    })
    const { interaction } = await discord.command({ name: 'ask', user: ada, channel })
    await discord.until(() => interaction.message?.flags === 32768)
    assert.equal((await discord.click(interaction.message?.id ?? '', 'a', { user: ada })).result, 'answered')
    assert.equal((await discord.autocomplete({ name: 'ask', user: ada, channel })).result, 'answered')
    assert.deepEqual(discord.violations, [])
  })
})

describe('the fake Discord, over HTTP', () => {
  type Answer = { status: number; body: string }
  type Got = { headers: IncomingHttpHeaders; body: string }

  const got: Got[] = []

  async function serve(answer: (got: Got) => Answer | undefined): Promise<void> {
    got.splice(0)
    const server = createServer(async (request, response) => {
      const chunks: Buffer[] = []
      for await (const chunk of request) chunks.push(chunk)
      const one = { headers: request.headers, body: Buffer.concat(chunks).toString() }
      got.push(one)
      const said = answer(one)
      if (said) response.writeHead(said.status, { 'content-type': 'application/json' }).end(said.body)
    })
    await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve))
    open.push(async () => {
      server.closeAllConnections()
      await new Promise(resolve => server.close(resolve))
    })
    discord.interactionsUrl = `http://127.0.0.1:${(server.address() as AddressInfo).port}/interactions`
    await put([ask])
  }

  const json = (body: object): Answer => ({ status: 200, body: JSON.stringify(body) })
  const send = () => discord.command({ name: 'ask', user: ada, channel })

  const isSigned = ({ headers, body }: Got): boolean => {
    const der = Buffer.concat([Buffer.from('302a300506032b6570032100', 'hex'), Buffer.from(discord.publicKey, 'hex')])
    const signature = Buffer.from(String(headers['x-signature-ed25519'] ?? ''), 'hex')
    const said = Buffer.from(`${headers['x-signature-timestamp']}${body}`)
    return verify(null, said, { key: der, format: 'der', type: 'spki' }, signature)
  }

  it('signs an interaction and takes its answer', async () => {
    await serve(one => (isSigned(one) ? json({ type: 4, data: card(text('Yes')) }) : { status: 401, body: '' }))
    const outcome = await send()
    assert.deepEqual([outcome.result, outcome.message?.components], ['answered', [text('Yes')]])
    assert.equal(discord.messages(channel).length, 1)
    assert.equal((await discord.again(outcome)).refusal?.code, 40060)
    assert.deepEqual(discord.violations, [])
  })

  it('waits for a callback where the request was accepted without an answer', async () => {
    await serve(({ body }) => {
      void callback(JSON.parse(body), { type: 4, data: card(text('Yes')) })
      return { status: 202, body: '' }
    })
    assert.equal((await send()).result, 'answered')
  })

  it('refuses other statuses and bodies, and waits no longer than it should', async () => {
    const answers: (Answer | undefined)[] = [{ status: 500, body: '' }, { status: 200, body: 'Yes' }, json({ type: 7 })]
    await serve(() => answers.shift())
    for (const _ of [1, 2, 3]) assert.equal((await send()).result, 'refused')
    const waiting = send()
    await discord.until(() => got.length === 4)
    discord.clock.advance(3000)
    assert.equal((await waiting).result, 'timedOut')
  })

  it('checks pings and bad signatures, as when the address is saved', async () => {
    await serve(one => (isSigned(one) ? json({ type: 1 }) : { status: 401, body: '' }))
    assert.equal((await discord.ping()).status, 200)
    assert.equal((await discord.pingBadSignature()).status, 401)
    assert.equal((await discord.pingBadSignature('none')).status, 401)
    assert.deepEqual(discord.violations, [])
    await serve(() => json({ type: 4 }))
    await discord.ping()
    await discord.pingBadSignature()
    assert.match(discord.violations.join('\n'), /no pong.*\n.*answered 200, not 401/)
  })
})

/** A connection to the gateway, frame by frame. */
async function dial(path = '/gateway', query = 'v=10&encoding=json') {
  const socket = new WebSocket(`${discord.apiUrl.replace('http', 'ws').replace('/api', '')}${path}?${query}`)
  const frames: { op: number; d: Record<string, unknown>; s: number; t: string }[] = []
  const closed: number[] = []
  socket.on('message', data => frames.push(JSON.parse(String(data))))
  socket.on('close', code => closed.push(code))
  socket.on('error', () => {})
  open.push(async () => socket.terminate())
  await discord.until(() => frames.length > 0 || closed.length > 0)
  return {
    frames,
    hear: (op: number, t?: string) =>
      discord.until(() => frames.find(frame => frame.op === op && (!t || frame.t === t))),
    say: (op: number, d: unknown) => socket.send(JSON.stringify({ op, d })),
    sayRaw: (data: string | Buffer) => socket.send(data),
    closed: () => discord.until(() => closed[0]),
    close: (code: number) => socket.close(code),
  }
}

const identity = (more: object = {}) => ({
  token: discord.token,
  intents: 1,
  properties: { os: 'linux', browser: 'test', device: 'test' },
  ...more,
})

describe('the fake Discord’s gateway', () => {
  it('greets a client with its guilds, and answers heartbeats', async () => {
    const line = await dial()
    assert.deepEqual((await line.hear(10)).d, { heartbeat_interval: 41_250, _trace: ['["fake"]'] })
    line.say(1, null)
    await line.hear(11)
    line.say(2, identity())
    const ready = await line.hear(0, 'READY')
    assert.deepEqual(ready.d.guilds, [{ id: guild, unavailable: true }])
    assert.partialDeepStrictEqual(ready.d, { v: 10, application: { id: discord.applicationId }, shard: [0, 1] })
    const told = await line.hear(0, 'GUILD_CREATE')
    assert.deepEqual([told.s, told.d.id], [2, guild])
    assert.deepEqual([discord.gateway.identifies, discord.gateway.intents, discord.gateway.connections], [1, 1, 1])
    discord.gateway.askHeartbeat()
    await line.hear(1)
    assert.deepEqual(discord.violations, [])
  })

  it('tells events only to those with the intent, and interactions to all', async () => {
    await put([ask])
    const [all, none] = [await dial(), await dial()]
    all.say(2, identity({ intents: 1 | (1 << 9) }))
    none.say(2, identity({ intents: 0 }))
    await discord.gateway.whenReady(2)
    await post(words('x'))
    void discord.command({ name: 'ask', user: ada, channel })
    const created = await all.hear(0, 'MESSAGE_CREATE')
    assert.equal(created.d.guild_id, guild)
    await Promise.all([all.hear(0, 'INTERACTION_CREATE'), none.hear(0, 'INTERACTION_CREATE')])
    assert.deepEqual(
      none.frames.map(({ t }) => t),
      [null, 'READY', 'INTERACTION_CREATE'],
    )
    const { id: left } = discord.addChannel({ guildId: guild })
    discord.removeChannel(left)
    discord.removeBot(guild)
    await Promise.all(['CHANNEL_CREATE', 'CHANNEL_DELETE', 'GUILD_DELETE'].map(name => all.hear(0, name)))
  })

  const refused: [string, number, (line: Awaited<ReturnType<typeof dial>>) => unknown][] = [
    ['garbage', 4002, line => line.sayRaw('no json')],
    ['a binary frame', 4002, line => line.sayRaw(Buffer.from('{"op":1}'))],
    ['a frame without an opcode', 4002, line => line.sayRaw('{}')],
    ['a frame of 5 kB', 4002, line => line.say(1, 'x'.repeat(5000))],
    ['an unknown opcode', 4001, line => line.say(99, null)],
    ['a presence before the identify', 4003, line => line.say(3, {})],
    ['a wrong token', 4004, line => line.say(2, identity({ token: 'wrong' }))],
    ['no properties', 4002, line => line.say(2, identity({ properties: undefined }))],
    ['a wrong shard', 4010, line => line.say(2, identity({ shard: [1, 1] }))],
    ['unknown intents', 4013, line => line.say(2, identity({ intents: 2 ** 30 }))],
    ['no intents', 4013, line => line.say(2, identity({ intents: undefined }))],
    ['intents that are not switched on', 4014, line => line.say(2, identity({ intents: 1 << 15 }))],
    ['two identifies', 4005, line => [line.say(2, identity()), line.say(2, identity())]],
    ['121 frames a minute', 4008, line => Array.from({ length: 121 }, () => line.say(1, null))],
  ]
  for (const [what, code, act] of refused)
    it(`closes with ${code} after ${what}`, async () => {
      const line = await dial()
      act(line)
      assert.equal(await line.closed(), code)
      assert.match(discord.violations.join('\n'), new RegExp(`closed a connection with ${code}`))
    })

  it('closes on another version, and when heartbeats stay away', async () => {
    assert.equal(await (await dial('/gateway', 'v=6&encoding=json')).closed(), 4012)
    await startDiscord({ heartbeatIntervalMs: 20, heartbeatToleranceMs: 20 })
    const line = await dial()
    assert.equal(await line.closed(), 4009)
  })

  it('takes privileged intents that are switched on, and then tells what others write', async () => {
    await startDiscord({ privilegedIntents: 1 << 15 })
    const line = await dial()
    line.say(2, identity({ intents: (1 << 9) | (1 << 15) }))
    await line.hear(0, 'READY')
    discord.addMessage({ channelId: channel, authorId: ada, content: 'theirs' })
    assert.equal((await line.hear(0, 'MESSAGE_CREATE')).d.content, 'theirs')
  })

  it('allows one identify in its time, and counts the starts', async () => {
    await startDiscord({ identifyIntervalMs: 5000 })
    const [first, second] = [await dial(), await dial()]
    first.say(2, identity())
    await first.hear(0, 'READY')
    second.say(2, identity())
    assert.equal((await second.hear(9)).d, false)
    const { session_start_limit } = await call<{ session_start_limit: { remaining: number } }>('get', '/gateway/bot')
    assert.equal(session_start_limit.remaining, 998)
  })

  it('replays what was missed to a session that is resumed, until that is over', async () => {
    const lost = await dial()
    lost.say(2, identity())
    const { session_id } = (await lost.hear(0, 'READY')).d
    await lost.hear(0, 'GUILD_CREATE')
    discord.gateway.cut()
    discord.addChannel({ guildId: guild, name: 'missed' })
    const resume = async (more: object = {}, path = '/resume') => {
      const line = await dial(path)
      line.say(6, { token: discord.token, session_id, seq: 2, ...more })
      return line
    }
    const found = await resume()
    await found.hear(0, 'RESUMED')
    assert.deepEqual(
      found.frames.slice(1).map(({ t, s }) => [t, s]),
      [
        ['CHANNEL_CREATE', 3],
        ['RESUMED', 4],
      ],
    )
    assert.deepEqual(discord.violations, [])
    assert.equal(await (await resume({ seq: 99 })).closed(), 4007)
    assert.equal((await (await resume({}, '/gateway')).hear(9)).d, false)
    assert.match(discord.violations.join(), /elsewhere than at its resume_gateway_url/)
    assert.equal(await (await resume({ token: 'x' })).closed(), 4004)
    assert.equal(discord.gateway.resumes, 4)
  })

  it('forgets a session that the client closed, and one that was away too long', async () => {
    const leave = async (away: (line: Awaited<ReturnType<typeof dial>>) => void) => {
      const line = await dial()
      line.say(2, identity())
      const { session_id } = (await line.hear(0, 'READY')).d
      away(line)
      await discord.until(() => discord.gateway.connections === 0)
      return session_id
    }
    const isKnown = async (session_id: unknown) => {
      const line = await dial('/resume')
      line.say(6, { token: discord.token, session_id, seq: 2 })
      const known = await discord.until(() => line.frames[1])
      line.close(1000)
      await discord.until(() => discord.gateway.connections === 0)
      return known.op === 0
    }
    assert.equal(await isKnown(await leave(line => line.close(4200))), true)
    assert.equal(await isKnown(await leave(line => line.close(1000))), false)
    const old = await leave(line => line.close(4200))
    discord.clock.advance(5 * 60_000)
    assert.equal(await isKnown(old), false)
  })

  it('tells of guilds and interactions by shard', async () => {
    const shard = Number((BigInt(guild) >> 22n) % 2n)
    const lines = [await dial(), await dial()]
    for (const [index, line] of lines.entries()) line.say(2, identity({ shard: [index, 2] }))
    await discord.gateway.whenReady(2)
    const ready = await Promise.all(lines.map(line => line.hear(0, 'READY')))
    const told = ready.map(({ d }) => d.guilds)
    assert.deepEqual([told[shard], told[1 - shard]], [[{ id: guild, unavailable: true }], []])
  })
})

describe('the fake Discord’s gateway, with discord.js', () => {
  /** A client that is told to leave before it is greeted never ends: its shard then connects anew. */
  const greeted = (client: Client) => new Promise(resolve => client.once('shardReady', resolve))

  const resumed = (count: number) => discord.until(() => discord.gateway.resumes === count)

  it('serves a client that resumes after a cut, a close, a request and a lost interaction', {
    timeout: 10_000,
  }, async () => {
    await put([ask])
    await startClient(interaction => reply(interaction, { type: 4, data: card(text('Yes')) }))
    discord.gateway.cut()
    const lost = discord.command({ name: 'ask', user: ada, channel })
    await resumed(1)
    assert.equal((await lost).result, 'answered')
    discord.gateway.close(4000)
    await resumed(2)
    await discord.gateway.whenReady()
    discord.gateway.askReconnect()
    await resumed(3)
    await discord.gateway.whenReady()
    assert.equal((await discord.command({ name: 'ask', user: ada, channel })).result, 'answered')
    assert.equal(discord.gateway.identifies, 1)
    assert.deepEqual(discord.violations, [])
  })

  it('makes it identify again when the session is invalid or the resume is refused', { timeout: 10_000 }, async () => {
    const client = await startClient()
    const isResumed = new Promise(resolve => client.once('shardResume', resolve))
    discord.gateway.invalidate(true)
    await isResumed
    discord.gateway.invalidate(false)
    await greeted(client)
    discord.gateway.refuseResume()
    discord.gateway.cut()
    await greeted(client)
    assert.deepEqual([discord.gateway.resumes, discord.gateway.identifies], [2, 3])
  })

  it('survives odd frames', async () => {
    const client = await startClient()
    const heard: unknown[] = []
    client.on('raw', packet => heard.push(packet.t))
    for (const frame of ['no json', '{"op":99,"d":null}', '{"op":0,"t":"NOBODY_KNOWS","d":null,"s":null}'])
      discord.gateway.sendRaw(frame)
    discord.gateway.dispatch('ANOTHER', { large: 'x'.repeat(1_000_000) })
    await discord.until(() => heard.includes('ANOTHER'))
    assert.equal(discord.gateway.connections, 1)
  })

  it('plays dead: heartbeats stay without an answer until the client leaves', { timeout: 10_000 }, async () => {
    await startDiscord({ heartbeatIntervalMs: 60 })
    await put([ask])
    await startClient(interaction => reply(interaction, { type: 4, data: card(text('Yes')) }))
    discord.gateway.zombie()
    const lost = discord.command({ name: 'ask', user: ada, channel })
    await resumed(1)
    assert.equal((await lost).result, 'answered')
  })

  it('freezes, so that not even a close is answered', async () => {
    const line = await dial()
    line.say(2, identity())
    await line.hear(0, 'READY')
    discord.gateway.freeze()
    line.say(1, null)
    line.close(4200)
    await new Promise(resolve => setTimeout(resolve, 50))
    assert.deepEqual([discord.gateway.connections, discord.gateway.heartbeats], [1, 0])
  })

  it('refuses a wrong token for good', async () => {
    const client = await startClient()
    const errors: string[] = []
    client.on('error', error => errors.push(error.message))
    discord.revokeToken()
    await discord.until(() => discord.gateway.connections === 0)
    assert.equal(await codeOf(client.application.fetch()), 0)
  })
})

describe('the fake Discord, limiting', () => {
  beforeEach(() => startDiscord({ rateLimits: true }))

  const send = (to = channel) => {
    const headers = {
      authorization: `Bot ${discord.token}`,
      'user-agent': 'DiscordBot (https://example.org, 1.0)',
      'content-type': 'application/json',
    }
    const url = `${discord.apiUrl}/v10/channels/${to}/messages`
    return fetch(url, { method: 'POST', headers, body: JSON.stringify(words('x')) })
  }

  it('tells its limits with each answer, and refuses what they foretold', async () => {
    const other = discord.addChannel({ guildId: guild }).id
    const left: (string | null)[] = []
    for (let count = 0; count < 5; count += 1) left.push((await send()).headers.get('x-ratelimit-remaining'))
    assert.deepEqual(left, ['4', '3', '2', '1', '0'])
    await new Promise(resolve => setTimeout(resolve, 80))
    const refused = await send()
    assert.equal(refused.status, 429)
    assert.equal(refused.headers.get('x-ratelimit-scope'), 'user')
    assert.ok(Number(refused.headers.get('retry-after')) > 4)
    assert.partialDeepStrictEqual(await refused.json(), { message: 'You are being rate limited.', global: false })
    assert.equal((await send(other)).status, 200)
    assert.deepEqual([discord.foretold429s, discord.unforetold429s, discord.invalidRequests], [1, 0, 1])
    discord.clock.advance(5000)
    assert.equal((await send()).status, 200)
  })

  it('counts a refusal of what was on its way apart', async () => {
    const answers = await Promise.all(Array.from({ length: 6 }, () => send()))
    assert.equal(answers.filter(({ status }) => status === 429).length, 1)
    assert.deepEqual([discord.foretold429s, discord.unforetold429s], [0, 1])
  })

  it('takes 50 calls a second of all kinds', async () => {
    const channels = Array.from({ length: 51 }, () => discord.addChannel({ guildId: guild }).id)
    const answers = await Promise.all(channels.map(send))
    const refused = answers.filter(({ status }) => status === 429)
    assert.equal(refused.length, 1)
    assert.equal(refused[0]?.headers.get('x-ratelimit-global'), 'true')
  })

  it('is met by a client that waits as the headers say', async () => {
    const client = new REST({ api: discord.apiUrl }).setToken(discord.token)
    const gone = () => codeOf(client.delete(`/channels/${channel}/messages/${discord.snowflake()}`))
    for (let count = 0; count < 6; count += 1) assert.equal(await gone(), 10008)
    assert.ok(Number(discord.calls[5]?.at) - Number(discord.calls[4]?.at) > 800)
    assert.deepEqual([discord.foretold429s, discord.unforetold429s, discord.earlyCalls], [0, 0, 0])
  })

  it('notes who calls again before the time that a refusal told', async () => {
    discord.fail('POST messages', { kind: 'rateLimited', retryAfterS: 60 })
    assert.equal((await send()).status, 429)
    await new Promise(resolve => setTimeout(resolve, 80))
    assert.equal((await send()).status, 200)
    assert.deepEqual([discord.unforetold429s, discord.earlyCalls], [1, 1])
  })

  it('bans an address after 10,000 invalid requests in ten minutes', () => {
    const limits = createRateLimits(discord.clock, true)
    const call = { name: 'GET me', major: '', isOpen: false }
    for (let count = 0; count < 10_000; count += 1) limits.sent(call, { status: 401, body: '' })
    assert.match(String(limits.refusal(call)?.body), /1015/)
    discord.clock.advance(10 * 60_000 + 1)
    assert.equal(limits.refusal(call), undefined)
  })
})

describe('the fake Discord, failing on demand', () => {
  const cases: { fault: Fault; code: unknown; stored: number }[] = [
    { fault: { kind: 'status', status: 503 }, code: 503, stored: 0 },
    { fault: { kind: 'status', status: 502, when: 'after' }, code: 502, stored: 1 },
    { fault: { kind: 'cut', when: 'before' }, code: 'ECONNRESET', stored: 0 },
    { fault: { kind: 'cut', when: 'after' }, code: 'ECONNRESET', stored: 1 },
    { fault: { kind: 'close', when: 'before' }, code: 'UND_ERR_SOCKET', stored: 0 },
    { fault: { kind: 'close', when: 'after' }, code: 'UND_ERR_SOCKET', stored: 1 },
    { fault: { kind: 'close', when: 'after', within: 'headers' }, code: 'UND_ERR_SOCKET', stored: 1 },
    { fault: { kind: 'rateLimited', retryAfterS: 0.05 }, code: 'RateLimitError', stored: 0 },
    { fault: { kind: 'rateLimited', retryAfterS: 0.05, scope: 'shared' }, code: 'RateLimitError', stored: 0 },
    { fault: { kind: 'rateLimited', retryAfterS: 0.05, scope: 'global' }, code: 'RateLimitError', stored: 0 },
    { fault: { kind: 'rateLimited' }, code: 'RateLimitError', stored: 0 },
    { fault: { kind: 'error', status: 403, code: 50013, message: 'Missing Permissions' }, code: 50013, stored: 0 },
    { fault: { kind: 'garbage' }, code: 'ok', stored: 0 },
    { fault: { kind: 'garbage', status: 403 }, code: 403, stored: 0 },
  ]
  for (const { fault, code, stored } of cases)
    it(`answers ${JSON.stringify(fault)} once, then as usual`, async () => {
      discord.fail('POST messages', fault)
      const got = await post(words('x')).then(
        () => 'ok',
        error => error.code ?? error.cause?.code ?? error.status ?? error.name.replace(/\[.*/, ''),
      )
      assert.equal(got, code)
      assert.equal(discord.messages(channel).length, stored)
      assert.equal(await codeOf(post(words('x'))), 'ok')
      assert.equal(discord.messages(channel).length, stored + 1)
    })

  it('stores late, whatever it answers meanwhile, and once where a nonce is repeated', async () => {
    const body = { ...words('x'), nonce: 'late', enforce_nonce: true }
    for (const answer of ['cut', 'close', { status: 500 }] as const) {
      discord.fail('POST messages', { kind: 'late', ms: 60_000, answer })
      assert.notEqual(await codeOf(post(words('x'))), 'ok')
    }
    discord.fail('POST messages', { kind: 'late', ms: 60_000, answer: 'cut' })
    await codeOf(post(body))
    assert.deepEqual(discord.messages(channel), [])
    const { id } = await post(body)
    discord.clock.advance(60_000)
    assert.equal(discord.messages(channel).length, 4)
    assert.equal(discord.messages(channel)[0]?.id, id)
  })

  it('answers before it stores', async () => {
    discord.fail('POST messages', { kind: 'late', ms: 60_000, answer: 'ok' })
    const { id } = await post(words('x'))
    assert.deepEqual(discord.messages(channel), [])
    discord.clock.advance(60_000)
    assert.equal(discord.messages(channel)[0]?.id, id)
  })

  it('hangs, with and without storing, and answers slowly', async () => {
    discord.fail('POST messages', { kind: 'hang', stores: false })
    discord.fail('POST messages', { kind: 'hang', stores: true })
    const hang = () =>
      rest().post(`/channels/${channel}/messages`, { body: words('x'), signal: AbortSignal.timeout(30) })
    for (const stored of [0, 1]) {
      await assert.rejects(hang())
      assert.equal(discord.messages(channel).length, stored)
    }
    discord.fail('POST messages', { kind: 'slow', ms: 60_000 })
    const slow = post(words('x'))
    await discord.until(() => discord.messages(channel).length === 2)
    discord.clock.advance(60_000)
    assert.equal(await codeOf(slow), 'ok')
  })

  it('loses the answer to a callback that it took', async () => {
    await put([ask])
    const codes: unknown[] = []
    await startClient(async interaction => {
      const answer = { type: 4, data: card(text('Yes')) }
      codes.push(await reply(interaction, answer), await reply(interaction, answer))
    })
    discord.fail('callback', { kind: 'cut', when: 'after' })
    const outcome = await discord.command({ name: 'ask', user: ada, channel })
    await discord.until(() => codes.length === 2)
    assert.equal(outcome.result, 'answered')
    assert.deepEqual(codes, ['ECONNRESET', 40060])
    assert.equal(discord.messages(channel).length, 1)
  })

  it('knows which calls there are, forgets faults, and takes one for any call', async () => {
    assert.throws(() => discord.fail('POST shouts', { kind: 'garbage' }), /no call POST shouts/)
    discord.fail('*', { kind: 'status', status: 500 }, 2)
    assert.equal(await codeOf(call('get', '/users/@me')), 500)
    discord.heal()
    assert.equal(await codeOf(call('get', '/users/@me')), 'ok')
  })

  it('goes away and comes back at the same address', async () => {
    const line = await dial()
    await discord.outage()
    assert.equal(await line.closed(), 1006)
    assert.equal(await codeOf(post(words('x'))), 'ECONNREFUSED')
    await discord.recover()
    assert.equal(await codeOf(post(words('x'))), 'ok')
  })
})
