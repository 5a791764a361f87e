import assert from 'node:assert/strict'
import { afterEach, beforeEach, describe, it } from 'node:test'
import { DiscordAPIError } from '@discordjs/rest'
import fc from 'fast-check'
import { type CallApi, createApi } from '../../../src/platform/discord/api.ts'
import { compareCommands, type Registration, registerCommands } from '../../../src/platform/discord/commands.ts'
import { createDiscord } from '../../../src/platform/discord/discord.ts'
import { explain } from '../../../src/platform/discord/outcome.ts'
import { type Command, PlatformError } from '../../../src/platform/platform.ts'
import { createTestClock } from '../../fakes/clock.ts'
import { createFakeDiscord, type FakeDiscord } from '../../fakes/discord/fake-discord.ts'
import type { Fault } from '../../fakes/discord/faults.ts'
import { openDiscordAdapter, QUIET_BOT } from '../../fakes/discord-adapter.ts'
import { HOSTILE } from '../../fakes/hostile.ts'
import { anyText } from '../../fakes/random-card.ts'
import type { JsonObject } from '../../fakes/shape.ts'

let discord: FakeDiscord
let guild: string

beforeEach(async () => {
  discord = await createFakeDiscord()
  guild = discord.addGuild().id
})

afterEach(async () => {
  await discord.close()
  assert.deepEqual(discord.violations, [])
})

const COMMANDS: Command[] = [
  { name: 'nato', description: 'What was said at NATO' },
  { name: 'energy', description: 'Talks about energy' },
  { name: 'readout', description: 'Digests in this channel', forManagers: true },
]

/** A start of Readout: the library is new each time, and knows of no earlier call. */
const register = (commands = COMMANDS, guildId?: string): Promise<Registration> =>
  registerCommands(createApi(discord), applicationOf(guildId), commands)

const applicationOf = (guildId?: string) => ({
  applicationId: discord.applicationId,
  ...(guildId !== undefined && { guildId }),
})

const named = (scope?: string): string[] =>
  discord
    .commands(scope)
    .map(({ name }) => name)
    .toSorted()

const NAMES = ['energy', 'nato', 'readout']

const writes = () => discord.calls.filter(({ method }) => method !== 'GET')

/** What stands in the registered command of a name. */
const registered = (name: string, scope?: string) => {
  const command = discord.commands(scope).find(one => one.name === name)
  assert.ok(command)
  return command
}

const many = (count: number): Command[] =>
  Array.from({ length: count }, (_, at) => ({ name: `c${at}`, description: 'x'.repeat(100) }))

describe('a command on Discord', () => {
  it('has one required option, which is completed', async () => {
    await register()
    for (const { options } of discord.commands()) {
      assert.ok(Array.isArray(options))
      const [{ type, required, autocomplete }, ...more] = options
      assert.deepEqual([type, required, autocomplete, more.length], [3, true, true, 0])
    }
  })

  it('is for everybody, in servers and direct messages', async () => {
    await register()
    const { default_member_permissions, contexts, integration_types } = registered('nato')
    assert.deepEqual([default_member_permissions, contexts, integration_types], [null, [0, 1], [0]])
  })

  it('is for whoever may manage channels, and in servers only, where it is the managers’', async () => {
    await register()
    const { default_member_permissions, contexts } = registered('readout')
    assert.deepEqual([default_member_permissions, contexts], ['16', [0]])
  })

  it('is in one server as it is in all, but for where it may be used', async () => {
    await register(COMMANDS, guild)
    assert.deepEqual(
      [registered('nato', guild), registered('readout', guild)].map(one => one.default_member_permissions),
      [null, '16'],
    )
    const bodies = writes().flatMap(({ body }) => body)
    assert.equal(bodies.length, COMMANDS.length)
    for (const body of bodies) assert.doesNotMatch(JSON.stringify(body), /contexts|integration_types/)
  })

  it('is described in one line of at most 100 characters, whatever the description, and keeps so', async () => {
    const hostile = [...HOSTILE, '', ' ', '\u200b', '\n', 'x'.repeat(5000), '😀'.repeat(99), 'line\nbreak', ' padded ']
    for (let from = 0; from < hostile.length; from += 90) {
      const commands = hostile.slice(from, from + 90).map((description, at) => ({ name: `c${at}`, description }))
      await register(commands)
      assert.equal((await register(commands)).writes, 0)
      for (const { description } of discord.commands()) {
        assert.ok(typeof description === 'string')
        assert.match(description, /^\S(?:.*\S)?$/)
        assert.ok([...description].length <= 100)
      }
    }
  })

  it('is described as its collection is, where that is short', async () => {
    await register()
    assert.equal(registered('nato').description, 'What was said at NATO')
  })

  it('is taken whatever words describe it', async () => {
    const call = createApi(discord)
    await fc.assert(
      fc.asyncProperty(fc.array(anyText(300), { minLength: 1, maxLength: 30 }), async descriptions => {
        const commands = descriptions.map((description, at) => ({ name: `c${at}`, description }))
        await registerCommands(plainCall(call), applicationOf(), commands)
        assert.equal((await compareCommands(plainCall(call), applicationOf(), commands)).writes, 0)
        assert.deepEqual(discord.violations, [])
      }),
      { numRuns: 25 },
    )
  })
})

/** Calls that the library's own count of calls in a second does not hold back. */
function plainCall(call: CallApi): CallApi {
  return async (method, route, { body, query } = {}) => {
    const asked = query === undefined ? '' : `?${query}`
    const response = await fetch(`${discord.apiUrl}/v10${route}${asked}`, {
      method,
      headers: {
        authorization: `Bot ${discord.token}`,
        'user-agent': 'DiscordBot (https://example.org, 1)',
        'content-type': 'application/json',
      },
      ...(body !== undefined && { body: JSON.stringify(body) }),
    })
    return response.ok ? ((await response.json()) as never) : call(method, route, { body, ...(query && { query }) })
  }
}

describe('the commands on Discord', () => {
  it('are written once, however often Readout starts', async () => {
    for (let start = 0; start < 10; start++) await register()
    assert.deepEqual(named(), NAMES)
    assert.equal(writes().length, 1)
  })

  it('are registered by a start', async () => {
    const adapter = await openDiscordAdapter({ mode: 'http' })
    try {
      await adapter.platform.start()
      await adapter.discord.until(() => adapter.lines.length > 0)
      assert.deepEqual(adapter.lines, ['Discord has 1 command now, in every server.'])
      assert.deepEqual(
        adapter.discord.commands().map(({ name }) => name),
        ['nato'],
      )
    } finally {
      await adapter.close()
    }
  })

  it('are compared without a write', async () => {
    const call = createApi(discord)
    const { commands, writes: wanted, where } = await compareCommands(call, applicationOf(), COMMANDS)
    assert.deepEqual([commands, wanted, where], [3, 1, 'in every server'])
    assert.deepEqual(writes(), [])
    await register()
    assert.equal((await compareCommands(call, applicationOf(), COMMANDS)).writes, 0)
  })

  it('stand in one scope only, wherever they move', async () => {
    const other = discord.addGuild().id
    const moves: (string | undefined)[] = [guild, undefined, guild, other, undefined, other]
    for (const place of moves) {
      await register(COMMANDS, place)
      const scopes: (string | undefined)[] = [undefined, guild, other]
      for (const scope of scopes) assert.deepEqual(named(scope), scope === place ? NAMES : [])
      assert.equal((await register(COMMANDS, place)).writes, 0)
    }
    // One write where they come and, but for the first, one where they go.
    assert.equal(writes().length, 1 + 2 * (moves.length - 1))
  })

  const changes: [what: string, commands: Command[]][] = [
    ['a description that changed', COMMANDS.map(one => ({ ...one, description: `${one.description}, in short` }))],
    ['a new collection', [...COMMANDS, { name: 'climate', description: 'Climate' }]],
    ['a collection that is gone', COMMANDS.slice(1)],
    ['a renamed collection', COMMANDS.map(one => ({ ...one, name: `${one.name}2` }))],
    ['a command that became the managers’', COMMANDS.map(one => ({ ...one, forManagers: true }))],
    ['a command that is everybody’s now', COMMANDS.map(({ name, description }) => ({ name, description }))],
  ]
  for (const [what, commands] of changes) {
    for (const isInOneGuild of [false, true])
      it(`are written once for ${what}, ${isInOneGuild ? 'in one server' : 'everywhere'}`, async () => {
        const guildId = isInOneGuild ? guild : undefined
        await register(COMMANDS, guildId)
        assert.equal((await register(commands, guildId)).writes, 1)
        assert.equal((await register(commands, guildId)).writes, 0)
        assert.equal(writes().length, 2)
        assert.deepEqual(named(guildId), commands.map(({ name }) => name).toSorted())
      })
  }

  it('are not written for another order', async () => {
    await register()
    await register(COMMANDS.toReversed())
    assert.equal(writes().length, 1)
  })

  it('leave an application’s commands of other kinds as they are', async () => {
    const call = createApi(discord)
    const names = { name_localizations: { de: 'Melden' } }
    const everywhere = `/applications/${discord.applicationId}/commands` as const
    const inGuild = `/applications/${discord.applicationId}/guilds/${guild}/commands` as const
    await call('POST', everywhere, { body: { type: 2, name: 'Report', ...names } })
    await call('POST', everywhere, {
      body: { type: 3, name: 'Report', default_member_permissions: '8', contexts: [0] },
    })
    await call('POST', inGuild, { body: { type: 2, name: 'Report here', ...names } })
    const others = () => [...discord.commands(), ...discord.commands(guild)].filter(({ type }) => type !== 1)
    const before = others()
    assert.equal(before.length, 3)
    for (const place of [undefined, guild, undefined]) await register(COMMANDS, place)
    assert.deepEqual(others(), before)
    // They go back as Discord told them, and it ignores what of that it added itself.
    const told = /^A command \d+ has (?:the unknown key (?:application_id|guild_id|version)|dm_permission, .*)\.$/
    assert.deepEqual(
      discord.violations.splice(0).filter(violation => !told.test(violation)),
      [],
    )
  })

  it('of an application without a collection are none', async () => {
    await register()
    assert.deepEqual(await register([]), { commands: 0, writes: 1, where: 'in every server', servers: 1 })
    assert.deepEqual(discord.commands(), [])
    assert.equal((await register([])).writes, 0)
  })

  it('may be a hundred, and no more: then nothing is called, and it is said so', async () => {
    await register(many(100))
    assert.equal(discord.commands().length, 100)
    const before = discord.calls.length
    await assert.rejects(register(many(101)), error => {
      assert.ok(error instanceof PlatformError)
      assert.match(error.message, /takes 100 commands.* 101\b.*fewer collections/)
      return true
    })
    assert.equal(discord.calls.length, before)
  })

  it('are cleared in every server of a bot that is in 450', async () => {
    const guilds = Array.from({ length: 449 }, () => discord.addGuild().id)
    const call = plainCall(createApi(discord))
    const stale = [guilds[3], guilds[210], guilds[448]].map(String)
    for (const id of stale)
      await call('POST', `/applications/${discord.applicationId}/guilds/${id}/commands`, {
        body: { name: 'nato', description: 'x' },
      })
    assert.equal((await registerCommands(call, applicationOf(), COMMANDS)).writes, 4)
    assert.deepEqual(stale.map(named), [[], [], []])
    assert.deepEqual(named(), NAMES)
  })

  it('are registered for a bot that is in more servers than calls are allowed in a second', async () => {
    for (let count = 0; count < 60; count++) discord.addGuild()
    assert.equal((await register()).writes, 1)
    assert.deepEqual(named(), NAMES)
  })

  it('leave a server aside that lets the bot have none', async () => {
    const [closed, other] = [discord.addGuild().id, discord.addGuild().id]
    const call = createApi(discord)
    const foreign = discord.addGuild({ hasBot: false }).id
    const withoutScope: CallApi = (method, route, data) =>
      call(method, route.includes(closed) ? (route.replace(closed, foreign) as `/${string}`) : route, data)
    await register(COMMANDS, other)
    assert.equal((await registerCommands(withoutScope, applicationOf(), COMMANDS)).writes, 2)
    assert.deepEqual([named(), named(other)], [NAMES, []])
  })

  it('can’t be registered in the one server that the bot is not in, and it is said what to do', async () => {
    const foreign = discord.addGuild({ hasBot: false }).id
    await assert.rejects(register(COMMANDS, foreign), error => {
      assert.match(explain(error), /DISCORD_GUILD_ID.*discord-invite/)
      return true
    })
    assert.deepEqual(writes(), [])
  })

  it('of another application can’t be registered: one line says which setting to mend', async () => {
    const lines: string[] = []
    const clock = createTestClock()
    const options = { token: discord.token, apiUrl: discord.apiUrl, applicationId: '123456789012345678' }
    const events = { mode: 'http' as const, publicKey: discord.publicKey }
    const platform = createDiscord({ ...options, events }, QUIET_BOT, line => void lines.push(line), clock)
    await platform.start()
    await discord.until(() => lines.length > 0)
    await platform.stop()
    assert.equal(lines.length, 1)
    assert.match(lines[0] ?? '', /20012.*DISCORD_APPLICATION_ID.*General Information/)
    assert.deepEqual(
      clock.waits.filter(ms => ms >= 30_000),
      [],
    )
  })
})

describe('the comparison of commands', () => {
  /** An application whose commands are these; gives how many writes they would need. */
  async function writesFor(commands: JsonObject[], guildId?: string): Promise<number> {
    const call: CallApi = async (method, route) => {
      assert.equal(method, 'GET')
      if (route === '/users/@me/guilds') return [{ id: '1' }] as never
      return (route.includes('/guilds/') === (guildId !== undefined) ? commands : []) as never
    }
    const application = { applicationId: '2', ...(guildId !== undefined && { guildId }) }
    return (await compareCommands(call, application, COMMANDS.slice(0, 1))).writes
  }

  const option: JsonObject = { type: 3, name: 'text', description: 'What to show', required: true, autocomplete: true }

  const nato: JsonObject = {
    id: '3',
    application_id: '2',
    version: '4',
    type: 1,
    name: 'nato',
    description: 'What was said at NATO',
    default_member_permissions: null,
    integration_types: [0],
    contexts: [0, 1],
    options: [option],
  }

  const same: [what: string, change: JsonObject][] = [
    ['nothing more', {}],
    ['what Discord adds', { nsfw: false, dm_permission: true, name_localizations: null, default_permission: true }],
    ['contexts in another order', { contexts: [1, 0] }],
    ['no word of permissions', { default_member_permissions: undefined }],
    ['an option with what Discord adds', { options: [{ ...option, name_localizations: null, choices: [] }] }],
  ]
  for (const [what, change] of same)
    it(`sees no difference in ${what}`, async () => {
      assert.equal(await writesFor([JSON.parse(JSON.stringify({ ...nato, ...change }))]), 0)
    })

  for (const contexts of [null, undefined])
    it(`sees no difference where a server’s command has contexts ${contexts}`, async () => {
      assert.equal(await writesFor([JSON.parse(JSON.stringify({ ...nato, contexts, guild_id: '1' }))], '1'), 0)
    })

  const different: [what: string, change: JsonObject][] = [
    ['its name', { name: 'otan' }],
    ['its description', { description: 'x' }],
    ['who may use it', { default_member_permissions: '16' }],
    ['whom it is closed to', { default_member_permissions: '0' }],
    ['where it may be used', { contexts: [0] }],
    ['contexts that are not told', { contexts: null }],
    ['no option', { options: undefined }],
    ['a second option', { options: [option, { ...option, name: 'more' }] }],
    ['an option’s name', { options: [{ ...option, name: 'topic' }] }],
    ['an option’s description', { options: [{ ...option, description: 'x' }] }],
    ['an option’s type', { options: [{ ...option, type: 4 }] }],
    ['an option that is not required', { options: [{ ...option, required: undefined }] }],
    ['an option that is not completed', { options: [{ ...option, autocomplete: undefined }] }],
  ]
  for (const [what, change] of different)
    it(`sees a difference in ${what}`, async () => {
      assert.equal(await writesFor([JSON.parse(JSON.stringify({ ...nato, ...change }))]), 1)
    })

  it('sees a command that is too many, and none where it is of another kind', async () => {
    assert.equal(await writesFor([nato, { ...nato, id: '5', name: 'old' }]), 1)
    for (const type of [2, 3, 4]) assert.equal(await writesFor([nato, { ...nato, id: '5', type, description: '' }]), 0)
  })

  it('keeps the entry point of an activity, which Discord lets nobody leave out', async () => {
    const entry = { id: '5', application_id: '2', version: '6', type: 4, name: 'launch', description: '', handler: 2 }
    const written: unknown[] = []
    const call: CallApi = async (method, route, { body } = {}) => {
      if (method === 'PUT') written.push(body)
      return (route === '/applications/2/commands' ? [entry] : []) as never
    }
    await registerCommands(call, { applicationId: '2' }, COMMANDS)
    const [body] = written as [JsonObject[]]
    const { id, type, name, handler } = body.at(-1) ?? {}
    assert.deepEqual([written.length, body.length, id, type, name, handler], [1, 4, '5', 4, 'launch', 2])
  })

  it('rejects as the call does, and then writes nothing', async () => {
    const raw = { code: 50001, message: 'Missing Access' }
    const error = new DiscordAPIError(raw, 50001, 403, 'GET', 'x', { body: undefined, files: undefined })
    for (const fails of ['/users/@me/guilds', '/applications/2/commands'])
      await assert.rejects(
        registerCommands(
          async (method, route) => {
            assert.equal(method, 'GET')
            if (route === fails) throw error
            return [] as never
          },
          { applicationId: '2' },
          COMMANDS,
        ),
        error,
      )
  })
})

describe('registering commands while Discord is ill', () => {
  const faults: Fault[] = [
    { kind: 'status', status: 500, when: 'before' },
    { kind: 'status', status: 503, when: 'after' },
    { kind: 'cut', when: 'before' },
    { kind: 'cut', when: 'after' },
    { kind: 'close', when: 'after' },
    { kind: 'garbage' },
    { kind: 'garbage', status: 403 },
    { kind: 'rateLimited', retryAfterS: 120 },
    { kind: 'rateLimited' },
  ]
  for (const name of ['GET guilds', 'GET commands', 'PUT commands'])
    for (const fault of faults)
      it(`ends with one write when ${name} fails: ${JSON.stringify(fault)}`, async () => {
        const adapter = await openDiscordAdapter({ mode: 'http' })
        const { discord, platform, clock, lines } = adapter
        try {
          discord.fail(name, fault)
          await platform.start()
          const wait = await discord.until(() => clock.waits[0])
          assert.ok(wait >= 30_000 && wait <= 121_000, `${wait} ms`)
          if (fault.kind === 'rateLimited' && fault.retryAfterS) assert.ok(wait >= fault.retryAfterS * 1000)
          const asked = discord.calls.length
          clock.push(wait)
          await discord.until(() => discord.commands().length > 0 && discord.calls.length >= asked + 3)
          await discord.until(() => lines.length === 2 || clock.waits.length > 1 || isSettled(discord, asked))
          const carriedOut = discord.calls.filter(call => call.name === 'PUT commands' && call.answer === 'ok')
          assert.equal(carriedOut.length, 1)
          assert.equal(clock.waits.length, 1)
          assert.match(lines[0] ?? '', /^Discord’s commands could not be compared: .*\.$/)
        } finally {
          await adapter.close()
        }
        assert.deepEqual(discord.violations, [])
      })
})

/** Whether all that is asked to compare the commands of one server was answered since. */
const isSettled = ({ calls }: FakeDiscord, since: number): boolean =>
  calls.slice(since).filter(({ name, answer }) => name === 'GET commands' && answer === 'ok').length === 2
