import assert from 'node:assert/strict'
import { createServer, type IncomingMessage, request } from 'node:http'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import type { Duplex } from 'node:stream'
import { describe, it, type TestContext } from 'node:test'
import { createBot } from '../../src/answer/bot.ts'
import { loadShelf } from '../../src/library/load.ts'
import { createApi } from '../../src/platform/discord/api.ts'
import { registerCommands } from '../../src/platform/discord/commands.ts'
import { DISCORD_BUDGET } from '../../src/platform/discord/limits.ts'
import type { Check } from '../../src/platform/platform.ts'
import { SETUPS } from '../../src/platforms.ts'
import { briefFile, writeCollection, writeFiles } from '../fakes/collection.ts'
import type { Outcome } from '../fakes/discord/deliver.ts'
import { createFakeDiscord, type FakeDiscord, type FakeDiscordOptions } from '../fakes/discord/fake-discord.ts'
import type { Message } from '../fakes/discord/world.ts'
import { factsOf as factsOfMessage } from '../fakes/discord-bot.ts'
import { type Ended, type RunningPlayground, writeProject, writeShippedProject } from '../fakes/playground.ts'
import {
  assertPlaygroundAnswers,
  assertSilentAbout,
  closeLater,
  type Environment,
  readout,
  removeLater,
  STACK,
  slackSecrets,
  socketMode,
  start,
  startSlack,
  stopWell,
} from '../fakes/process.ts'
import type { FakeSlack } from '../fakes/slack/fake-slack.ts'

/** How many tests that mostly wait for a process run at the same time. */
const AT_ONCE = { concurrency: 4 }

/** Beside the fake: a guild with a channel where the bot may do what it needs, somebody in it, and the ids of all. */
type Place = { discord: FakeDiscord; guild: string; channel: string; user: string }

/** At the end of the test it has nothing to complain of. */
async function startDiscord(t: TestContext, options: FakeDiscordOptions = {}): Promise<Place> {
  const discord = await createFakeDiscord({ identifyIntervalMs: 0, ...options })
  closeLater(t, async () => {
    await discord.close()
    assert.deepEqual(discord.violations, [])
  })
  const guild = discord.addGuild({ name: 'Newsroom' }).id
  const channel = discord.addChannel({ guildId: guild, name: 'news' }).id
  const user = discord.addUser({ guild, name: 'ada' }).id
  return { discord, guild, channel, user }
}

const gatewayMode = ({ discord }: Place): Environment => ({
  DISCORD_API_URL: discord.apiUrl,
  DISCORD_TOKEN: discord.token,
  DISCORD_APPLICATION_ID: discord.applicationId,
})

const httpMode = (place: Place): Environment => ({
  ...gatewayMode(place),
  DISCORD_MODE: 'http',
  DISCORD_PUBLIC_KEY: place.discord.publicKey,
})

type Mode = 'gateway' | 'http'

/** Readout with Discord, when it hears its readers and its commands are there. */
async function startReady(
  t: TestContext,
  place: Place,
  mode: Mode = 'gateway',
  folder?: string,
): Promise<RunningPlayground> {
  const { discord } = place
  const running = await start(t, mode === 'gateway' ? gatewayMode(place) : httpMode(place), folder)
  if (mode === 'gateway') await discord.gateway.whenReady()
  else discord.interactionsUrl = `${running.address}/discord/interactions`
  await discord.until(() => discord.commands().length > 0)
  return running
}

const ask = ({ discord, user, channel }: Place, text: string, name = 'nato'): Promise<Outcome> =>
  discord.command({ name, text, user, channel })

/** That the asker, and nobody else, got the brief. */
function assertAnswered({ discord, channel, user }: Place, outcome: Outcome, title: RegExp): void {
  assert.equal(outcome.result, 'answered')
  assert.equal(outcome.message?.ephemeralTo, user)
  assert.match(wordsOf(outcome.message), title)
  assert.deepEqual(discord.messages(channel), [])
}

const factsOf = (message: Message | undefined) => (message ? factsOfMessage(message) : [])

const wordsOf = (message: Message | undefined): string => JSON.stringify(factsOf(message))

/** The id of a message's button, or of its picker. */
function idOf(message: Message | undefined, label: string | RegExp): string {
  const found = factsOf(message).find(fact => 'label' in fact && fact.label.match(label))
  assert.ok(found && 'id' in found, `${wordsOf(message)} has no ${label}`)
  return found.id
}

/** What is written into the log at a start where all is well. */
const CALM = /^(?:discord: Discord is connected\.\n|discord: Discord has 2 commands now, in every server\.\n)*$/

const countPuts = (discord: FakeDiscord): number => discord.calls.filter(({ name }) => name === 'PUT commands').length

const { library } = await loadShelf(join(import.meta.dirname, '../../briefs'))

const shipped = createBot(
  () => library,
  DISCORD_BUDGET,
  () => new Date(),
).commands()

/** The commands of the shipped briefs are registered already, by somebody else than the process under test. */
async function registerBefore({ discord }: Place, guildId?: string): Promise<void> {
  const { token, apiUrl, applicationId } = discord
  const application = { applicationId, ...(guildId !== undefined && { guildId }) }
  await registerCommands(createApi({ token, apiUrl }), application, shipped)
}

describe('Readout in Discord', AT_ONCE, () => {
  for (const mode of ['gateway', 'http'] as const) {
    it(`answers, completes, turns pages, is picked from and shares: ${mode}`, async t => {
      const place = await startDiscord(t)
      const { discord, channel, user } = place
      const running = await startReady(t, place, mode)
      const { choices } = await discord.autocomplete({ name: 'nato', text: 'vil', user, channel })
      assert.deepEqual(choices[0], { name: 'Vilnius summit', value: 'vilnius' })

      const answer = await ask(place, 'vilnius')
      assertAnswered(place, answer, /Vilnius summit.*page 1 of 2/)
      const next = await discord.click(answer.message as Message, idOf(answer.message, 'Next page'), { user })
      assert.equal(next.message, answer.message)
      assertAnswered(place, next, /Vilnius summit.*page 2 of 2/)

      const home = await ask(place, 'everything')
      const picked = await discord.pick(home.message as Message, idOf(home.message, /brief/i), 'nato/kyiv', { user })
      assert.equal(picked.message, home.message)
      assertAnswered(place, picked, /"title","text":"Stoltenberg's visit to Kyiv/)

      const share = idOf(picked.message, 'Share to channel')
      assert.equal((await discord.click(picked.message as Message, share, { user })).result, 'answered')
      const again = await discord.click(picked.message as Message, share, { user })
      assert.match(wordsOf(again.message), /Shared already/)
      const shared = discord.messages(channel)
      assert.equal(shared.length, 1)
      assert.match(wordsOf(shared[0]), new RegExp(`Stoltenberg's visit to Kyiv.*"shared","text":"${user}"`))

      const other = discord.addUser({ guild: place.guild })
      const before = wordsOf(shared[0])
      const clicked = await discord.click(shared[0] as Message, idOf(shared[0], 'Quotes'), { user: other.id })
      assert.equal(clicked.message?.ephemeralTo, other.id)
      assert.equal(wordsOf(shared[0]), before)

      assert.match(wordsOf((await ask(place, 'vilnus')).message), /Vilnius summit/)
      await assertPlaygroundAnswers(running)
      const { stderr } = await stopWell(running)
      assert.match(stderr, CALM)
      assert.ok(!stderr.includes('connected') || mode === 'gateway', stderr)
      assert.equal(countPuts(discord), 1)
    })
  }

  it('answers over HTTP nobody but Discord', async t => {
    const place = await startDiscord(t)
    const { discord, user, channel } = place
    const { address } = await startReady(t, place, 'http')
    assert.equal((await discord.ping()).status, 200)
    assert.equal((await discord.pingBadSignature('wrong')).status, 401)
    assert.equal((await discord.pingBadSignature('none')).status, 401)
    const forged = await discord.command({ name: 'nato', text: 'vilnius', user, channel }, { signature: 'wrong' })
    assert.deepEqual([forged.status, forged.message], [401, undefined])
    assert.equal((await fetch(`${address}/discord/interactions`)).status, 405)
  })

  it('has no address for Discord in gateway mode', async t => {
    const { address } = await start(t, gatewayMode(await startDiscord(t)))
    assert.equal((await fetch(`${address}/discord/interactions`, { method: 'POST', body: '{}' })).status, 404)
  })

  it('offers a brief as soon as it is saved, with nothing registered anew', async t => {
    const place = await startDiscord(t)
    const { discord, user, channel } = place
    const briefs = removeLater(t, writeCollection({ harbour: briefFile('Harbour') }))
    const folder = removeLater(t, writeProject())
    writeFiles(folder, { 'config/readout.yaml': `briefs: ${JSON.stringify(briefs)}\n` })
    await startReady(t, place, 'gateway', folder)
    const offered = async () =>
      (await discord.autocomplete({ name: 'town', text: '', user, channel })).choices.map(({ value }) => value)
    assert.deepEqual(await offered(), ['harbour', 'everything'])
    writeFiles(briefs, { 'town/bridge.md': briefFile('Bridge', 'The bridge is open.') })
    const end = performance.now() + 5000
    while (!(await offered()).includes('bridge')) assert.ok(performance.now() < end, 'It is not offered.')
    assert.match(wordsOf((await ask(place, 'bridge', 'town')).message), /The bridge is open\./)
    assert.equal(countPuts(discord), 1)
  })

  it('shows no secret in its output or on a page', async t => {
    const place = await startDiscord(t)
    const { discord } = place
    discord.fail('PUT commands', { kind: 'error', status: 400, code: 50035, message: `No ${discord.token}` })
    const running = await start(t, gatewayMode(place))
    await discord.gateway.whenReady()
    await discord.until(() => discord.calls.some(({ name, status }) => name === 'PUT commands' && status === 400))
    await discord.outage()
    await discord.recover()
    await discord.gateway.whenReady(1, 15_000)
    for (const line of ['', '/readout problems', '/nato help']) {
      const page = await fetch(`${running.address}/?q=${encodeURIComponent(line)}`)
      assert.equal(page.status, 200)
      assertSilentAbout([discord.token], await page.text())
    }
    const { stdout, stderr } = await stopWell(running)
    assert.match(stderr, /No \[secret\]/)
    assertSilentAbout([discord.token], stdout + stderr)
  })

  it('shows no secret where Discord refuses the start with it', async t => {
    const place = await startDiscord(t)
    const { discord } = place
    discord.fail('GET me', { kind: 'error', status: 403, code: 40002, message: `No ${discord.token}` })
    const running = await start(t, gatewayMode(place))
    await discord.until(() => discord.calls.some(({ status }) => status === 403))
    await assertPlaygroundAnswers(running)
    const { stdout, stderr } = await stopWell(running)
    assert.match(stderr, /40002.*Verify the account/)
    assertSilentAbout([discord.token], stdout + stderr)
  })
})

describe('the commands of Discord', AT_ONCE, () => {
  it('are written once in ten starts', async t => {
    const place = await startDiscord(t)
    const { discord } = place
    const folder = removeLater(t, writeShippedProject())
    const countReads = () => discord.calls.filter(({ name }) => name === 'GET commands').length
    for (let at = 1; at <= 10; at++) {
      const before = countReads()
      const running = await startReady(t, place, 'gateway', folder)
      await discord.until(() => countReads() === before + 2)
      assert.equal((await ask(place, 'vilnius')).result, 'answered')
      await stopWell(running)
      await discord.until(() => discord.gateway.connections === 0)
    }
    assert.equal(countPuts(discord), 1)
  })

  it('stand in one server only where it is set, and everywhere again where it is not', async t => {
    const place = await startDiscord(t)
    const { discord, guild } = place
    const namesIn = (scope?: string) =>
      discord
        .commands(scope)
        .map(({ name }) => name)
        .toSorted()
    await registerBefore(place)
    const other = discord.addGuild().id
    const inOne = await start(t, { ...gatewayMode(place), DISCORD_GUILD_ID: guild })
    await discord.until(() => namesIn(guild).length > 0 && namesIn().length === 0)
    assert.deepEqual([namesIn(guild), namesIn(), namesIn(other)], [['nato', 'readout'], [], []])
    await discord.gateway.whenReady()
    assertAnswered(place, await ask(place, 'vilnius'), /Vilnius summit/)
    assert.match((await stopWell(inOne)).stderr, new RegExp(`2 commands now, in the server ${guild}\\.`))
    await start(t, gatewayMode(place))
    await discord.until(() => namesIn().length > 0 && namesIn(guild).length === 0)
    assert.deepEqual(namesIn(), ['nato', 'readout'])
  })
})

describe('Readout with a setting of Discord that is wrong', AT_ONCE, () => {
  const UNKNOWN = 'MTIz.unknown.token'

  /** Each, with what the log says of it. */
  const faults: [string, (place: Place) => Environment, RegExp][] = [
    [
      'only an address',
      ({ discord }) => ({ DISCORD_API_URL: discord.apiUrl }),
      /^DISCORD_TOKEN: set .*\nDISCORD_APPLICATION_ID: set .*\nThe rest of/,
    ],
    [
      'no public key',
      place => ({ ...httpMode(place), DISCORD_PUBLIC_KEY: '' }),
      /^DISCORD_PUBLIC_KEY: .*General Information\.\nThe rest of/,
    ],
    [
      'the ids in each other’s place',
      place => ({
        ...httpMode(place),
        DISCORD_APPLICATION_ID: place.discord.publicKey,
        DISCORD_PUBLIC_KEY: place.discord.applicationId,
      }),
      /^DISCORD_APPLICATION_ID: expected .*\nDISCORD_PUBLIC_KEY: expected .*\nThe rest of/,
    ],
    [
      'a token that Discord does not know',
      place => ({ ...gatewayMode(place), DISCORD_TOKEN: UNKNOWN }),
      /^Discord refused the token \(401\)\. Copy DISCORD_TOKEN again.*Reset Token\.\nThe rest of/,
    ],
    [
      'a token that Discord does not know, over HTTP',
      place => ({ ...httpMode(place), DISCORD_TOKEN: UNKNOWN }),
      /^Discord refused the token \(401\)\. Copy DISCORD_TOKEN again.*Reset Token\.\nThe rest of/,
    ],
    [
      'a token that was reset',
      place => {
        place.discord.revokeToken()
        return gatewayMode(place)
      },
      /^Discord refused the token \(401\)\. Copy DISCORD_TOKEN again.*Reset Token\.\nThe rest of/,
    ],
  ]
  for (const [what, environmentOf, expected] of faults) {
    it(`says so with ${what}, once, and the playground answers`, async t => {
      const place = await startDiscord(t)
      const environment = environmentOf(place)
      const running = await start(t, environment)
      await assertPlaygroundAnswers(running)
      const { discord } = place
      if (expected.source.includes('401')) await discord.until(() => discord.calls.some(call => call.status === 401))
      await assertPlaygroundAnswers(running)
      const { stdout, stderr } = await stopWell(running)
      assert.match(stderr, expected)
      assert.match(stderr, /doctor/)
      assert.ok(stderr.trim().split('\n').length <= 3, stderr)
      assert.doesNotMatch(stderr, STACK)
      assert.ok(discord.calls.length <= 1)
      assertSilentAbout([discord.token, discord.publicKey, UNKNOWN], stdout + stderr)
    })
  }

  it('says so with the application id of another application, and what to do', async t => {
    const place = await startDiscord(t)
    const { discord } = place
    const running = await start(t, { ...gatewayMode(place), DISCORD_APPLICATION_ID: '1198622483471925248' })
    await discord.until(() => discord.calls.some(({ answer }) => answer === '20012'))
    await assertPlaygroundAnswers(running)
    const { stderr } = await stopWell(running)
    assert.match(stderr, /^discord: .*20012.*DISCORD_APPLICATION_ID/m)
    assert.doesNotMatch(stderr, STACK)
  })

  it('goes on when the token is reset while it runs, and tells it once, without the token', async t => {
    const place = await startDiscord(t)
    const { discord } = place
    const running = await startReady(t, place)
    discord.revokeToken()
    await discord.until(() => discord.calls.some(({ status }) => status === 401))
    await assertPlaygroundAnswers(running)
    const { stdout, stderr } = await stopWell(running)
    const told = stderr.split('\n').filter(line => /\(401\).*Copy DISCORD_TOKEN again/.test(line))
    assert.equal(told.length, 1, stderr)
    assert.doesNotMatch(stderr, STACK)
    assertSilentAbout([discord.token], stdout + stderr)
  })

  it('goes on when the bot is removed from its server while it runs', async t => {
    const place = await startDiscord(t)
    const { discord, guild } = place
    const running = await startReady(t, place)
    discord.removeBot(guild)
    const other = discord.addGuild().id
    const elsewhere = { ...place, channel: discord.addChannel({ guildId: other }).id }
    discord.addMember(other, place.user)
    assertAnswered(elsewhere, await ask(elsewhere, 'vilnius'), /Vilnius summit/)
    assert.match((await stopWell(running)).stderr, CALM)
  })
})

describe('Readout while Discord is away', AT_ONCE, () => {
  it('starts, answers on the playground, and registers and answers in Discord when it is back', async t => {
    const place = await startDiscord(t)
    const { discord } = place
    await discord.outage()
    const running = await start(t, gatewayMode(place))
    await assertPlaygroundAnswers(running)
    await discord.recover()
    await discord.gateway.whenReady(1, 15_000)
    await discord.until(() => discord.commands().length > 0, 40_000)
    assertAnswered(place, await ask(place, 'vilnius'), /Vilnius summit/)
    const { stderr } = await stopWell(running)
    assert.match(stderr, /ECONNREFUSED/)
    assert.doesNotMatch(stderr, STACK)
    assert.ok(stderr.trim().split('\n').length <= 5, stderr)
  })

  it('starts over HTTP as well', async t => {
    const place = await startDiscord(t)
    const { discord } = place
    await registerBefore(place)
    await discord.outage()
    const running = await start(t, httpMode(place))
    discord.interactionsUrl = `${running.address}/discord/interactions`
    await assertPlaygroundAnswers(running)
    await discord.recover()
    assertAnswered(place, await ask(place, 'vilnius'), /Vilnius summit/)
    const { stderr } = await stopWell(running)
    assert.match(stderr, /ECONNREFUSED/)
    assert.doesNotMatch(stderr, STACK)
  })

  it('lives through an outage later on', async t => {
    const place = await startDiscord(t)
    const { discord } = place
    const running = await startReady(t, place)
    await discord.outage()
    await assertPlaygroundAnswers(running)
    await discord.recover()
    await discord.gateway.whenReady(1, 15_000)
    assertAnswered(place, await ask(place, 'vilnius'), /Vilnius summit/)
    const { stderr } = await stopWell(running)
    assert.doesNotMatch(stderr, STACK)
    assert.equal(countPuts(discord), 1)
  })

  it('lives through a time in which Discord answers 503', async t => {
    const place = await startDiscord(t)
    const { discord } = place
    const running = await startReady(t, place)
    discord.fail('*', { kind: 'status', status: 503 }, 2)
    discord.gateway.close(4009)
    await discord.until(() => discord.calls.filter(({ answer }) => answer === 'status').length === 2)
    await assertPlaygroundAnswers(running)
    await discord.gateway.whenReady(1, 15_000)
    assertAnswered(place, await ask(place, 'vilnius'), /Vilnius summit/)
    assert.doesNotMatch((await stopWell(running)).stderr, STACK)
  })
})

describe('Readout with Discord, stopped', AT_ONCE, () => {
  it('gives the answer that is in hand over the gateway', async t => {
    const place = await startDiscord(t)
    const { discord } = place
    const running = await startReady(t, place)
    discord.fail('callback', { kind: 'hang', stores: false })
    const asked = ask(place, 'vilnius')
    await discord.until(() => discord.calls.some(({ name }) => name === 'callback'))
    const stopped = stopWell(running)
    assertAnswered(place, await asked, /Vilnius summit/)
    assert.match((await stopped).stderr, CALM)
  })

  it('gives the answer that is in hand over HTTP', async t => {
    const place = await startDiscord(t)
    const { discord } = place
    const running = await startReady(t, place, 'http')
    const halfway = await startHalfway(t, `${running.address}/discord/interactions`)
    discord.interactionsUrl = halfway.address
    const asked = ask(place, 'vilnius')
    await halfway.reached
    const stopped = stopWell(running)
    await untilClosed(running)
    halfway.goOn()
    assertAnswered(place, await asked, /Vilnius summit/)
    await stopped
  })

  const troubles: [string, (place: Place) => void][] = [
    ['nobody hears it on the gateway', ({ discord }) => discord.gateway.zombie()],
    ['the connection to the gateway is dead', ({ discord }) => discord.gateway.freeze()],
    ['the gateway was cut', ({ discord }) => discord.gateway.cut()],
    [
      'a call never gets an answer',
      place => {
        place.discord.fail('callback', { kind: 'hang', stores: false }, 2)
        void ask(place, 'vilnius').catch(() => undefined)
      },
    ],
  ]
  for (const [what, spoil] of troubles) {
    it(`ends in time when ${what}`, async t => {
      const place = await startDiscord(t)
      const running = await startReady(t, place)
      spoil(place)
      await stopWell(running)
    })
  }

  it('ends in time while Discord is away', async t => {
    const place = await startDiscord(t)
    const running = await startReady(t, place)
    await place.discord.outage()
    await stopWell(running)
  })

  it('ends in time while it waits to know who it is', async t => {
    const place = await startDiscord(t)
    const { discord } = place
    discord.fail('GET me', { kind: 'hang', stores: false })
    const running = await start(t, gatewayMode(place))
    await discord.until(() => discord.calls.some(({ name }) => name === 'GET me'))
    await assertPlaygroundAnswers(running)
    assert.equal((await stopWell(running)).stderr, '')
    assert.equal(discord.gateway.identifies, 0)
  })

  it('ends in time while the gateway does not open', async t => {
    const place = await startDiscord(t)
    const closed = await startBehindClosedGateway(t, place)
    const running = await start(t, { ...gatewayMode(place), DISCORD_API_URL: closed.apiUrl })
    await place.discord.until(() => closed.taken.length > 0)
    assert.doesNotMatch((await stopWell(running)).stderr, STACK)
  })

  it('ends in time while its commands are compared', async t => {
    const place = await startDiscord(t)
    const { discord } = place
    discord.fail('GET commands', { kind: 'hang', stores: false })
    const running = await start(t, gatewayMode(place))
    await discord.until(() => discord.calls.some(({ name }) => name === 'GET commands'))
    await stopWell(running)
  })
})

describe('Readout in Slack and Discord', AT_ONCE, () => {
  async function assertSlackAnswers(slack: FakeSlack): Promise<void> {
    const { result, messages } = await slack.command({ command: '/nato', text: 'vilnius', user: 'U1', channel: 'C1' })
    assert.equal(result, 'acked')
    assert.match(JSON.stringify(messages[0]?.blocks), /Vilnius summit/)
  }

  it('answers in both from one process', async t => {
    const slack = await startSlack(t)
    const place = await startDiscord(t)
    const running = await start(t, { ...socketMode(slack), ...gatewayMode(place) })
    await slack.socket.whenLive()
    await place.discord.gateway.whenReady()
    await place.discord.until(() => place.discord.commands().length > 0)
    await Promise.all([assertSlackAnswers(slack), assertDiscordAnswers(place), assertPlaygroundAnswers(running)])
    const { stderr } = await stopWell(running)
    assert.doesNotMatch(stderr, /not|refused/)
    assert.deepEqual(slack.violations, [])
  })

  const assertDiscordAnswers = async (place: Place) =>
    assertAnswered(place, await ask(place, 'vilnius'), /Vilnius summit/)

  it('answers in both over HTTP', async t => {
    const slack = await startSlack(t)
    const place = await startDiscord(t)
    const { apiUrl, botToken, signingSecret } = slack
    const running = await start(t, {
      ...httpMode(place),
      SLACK_API_URL: apiUrl,
      SLACK_MODE: 'http',
      SLACK_BOT_TOKEN: botToken,
      SLACK_SIGNING_SECRET: signingSecret,
    })
    slack.requestUrl = `${running.address}/slack/events`
    place.discord.interactionsUrl = `${running.address}/discord/interactions`
    await place.discord.until(() => place.discord.commands().length > 0)
    await Promise.all([assertSlackAnswers(slack), assertDiscordAnswers(place), assertPlaygroundAnswers(running)])
    await stopWell(running)
  })

  for (const [what, spoilt] of [
    ['a token of Discord that is wrong', { DISCORD_TOKEN: 'MTIz.unknown.token' }],
    ['a setting of Discord that is missing', { DISCORD_APPLICATION_ID: '' }],
  ] satisfies [string, Environment][]) {
    it(`answers in Slack with ${what}`, async t => {
      const slack = await startSlack(t)
      const place = await startDiscord(t)
      const running = await start(t, { ...socketMode(slack), ...gatewayMode(place), ...spoilt })
      await slack.socket.whenLive()
      await Promise.all([assertSlackAnswers(slack), assertPlaygroundAnswers(running)])
      const { stderr } = await stopWell(running)
      assert.match(stderr, new RegExp(`${Object.keys(spoilt)[0]}.*\\nThe rest of Readout runs without it`))
      assert.doesNotMatch(stderr, STACK)
    })
  }

  it('answers in Discord with a token of Slack that is wrong', async t => {
    const slack = await startSlack(t)
    const place = await startDiscord(t)
    await registerBefore(place)
    const environment = { ...socketMode(slack), ...gatewayMode(place), SLACK_BOT_TOKEN: 'xoxb-1-unknown' }
    const running = await start(t, environment)
    await place.discord.gateway.whenReady()
    await Promise.all([assertDiscordAnswers(place), assertPlaygroundAnswers(running)])
    const { stderr } = await stopWell(running)
    assert.match(stderr, /SLACK_BOT_TOKEN.*\nThe rest of Readout runs without it/)
    assert.doesNotMatch(stderr, STACK)
  })
})

describe('readout doctor for Discord', AT_ONCE, () => {
  /** Looks at Discord; whatever it finds, no secret is told and nothing is changed. */
  async function doctor(environment: Environment, { discord }: Place, destinations: string[] = []): Promise<Ended> {
    const known = discord.calls.length
    const ended = await readout(['doctor', ...destinations], environment)
    assertSilentAbout([discord.token, 'unknown'], ended.stdout + ended.stderr)
    assert.doesNotMatch(ended.stderr, STACK)
    assert.ok(discord.calls.slice(known).every(({ method }) => method === 'GET'))
    return ended
  }

  const found = ({ stdout }: Ended): string[] => stdout.split('\n').filter(line => line.startsWith('✗'))

  const here = ({ guild, channel }: Place): string => `discord:${guild}/${channel}`

  const setInteractionsUrl = ({ discord }: Place, url = 'https://readout.example/discord/interactions'): void => {
    discord.interactionsUrl = url
  }

  it('says that nothing is set', async () => {
    const { code, stdout, stderr } = await readout(['doctor'], {})
    assert.deepEqual([code, stderr], [0, ''])
    assert.match(stdout, /^Discord is not set up: see “Discord” in README\.md\.$/m)
  })

  it('finds everything well, over the gateway and over HTTP', async t => {
    const place = await startDiscord(t)
    await registerBefore(place)
    const overGateway = await doctor(gatewayMode(place), place, [here(place)])
    assert.deepEqual([overGateway.code, overGateway.stderr, found(overGateway)], [0, '', []])
    assert.match(
      overGateway.stdout,
      /DISCORD_TOKEN: fakebot[\s\S]*DISCORD_APPLICATION_ID[\s\S]*Gateway: .*1000 of 1000[\s\S]*Commands: all 2 .*every server[\s\S]*#news/,
    )
    setInteractionsUrl(place)
    const overHttp = await doctor(httpMode(place), place, [here(place)])
    assert.deepEqual([overHttp.code, overHttp.stderr, found(overHttp)], [0, '', []])
    assert.match(overHttp.stdout, /Interactions: .*https:\/\/readout\.example\/discord\/interactions/)
    assert.doesNotMatch(overHttp.stdout, /Gateway/)
  })

  it('finds everything well in the one server that is set', async t => {
    const place = await startDiscord(t)
    await registerBefore(place, place.guild)
    const ended = await doctor({ ...gatewayMode(place), DISCORD_GUILD_ID: place.guild }, place, [here(place)])
    assert.deepEqual([ended.code, ended.stderr, found(ended)], [0, '', []])
    assert.match(ended.stdout, new RegExp(`Commands: all 2 .*${place.guild}`))
  })

  /** What doctor looks at and prints, without a process of its own. */
  async function lookAt(environment: Environment, destination: string): Promise<Check[]> {
    const [, platform = '', space = '', channel = ''] = /^(\w+):(\w+)\/(\w+)$/.exec(destination) ?? []
    const setup = SETUPS.find(({ name }) => name === platform)
    return (await setup?.examine(environment, async () => shipped, [{ platform, space, channel }])) ?? []
  }

  type Fault = {
    what: string
    like?: FakeDiscordOptions
    spoil: (place: Place) => Environment | Promise<Environment>
    destination?: (place: Place) => string
    expected: RegExp
  }

  const denying =
    (permission: 'ViewChannel' | 'SendMessages' | 'ReadMessageHistory') =>
    (place: Place): Environment => {
      place.discord.deny(place.channel, permission)
      return gatewayMode(place)
    }

  const faults: Fault[] = [
    {
      what: 'a token that Discord does not know',
      spoil: place => ({ ...gatewayMode(place), DISCORD_TOKEN: 'MTIz.unknown.token' }),
      expected: /^DISCORD_TOKEN: Discord refused the token \(401\)\. Copy DISCORD_TOKEN again.*Reset Token\.$/,
    },
    {
      what: 'a token that was reset',
      spoil: place => {
        place.discord.revokeToken()
        return gatewayMode(place)
      },
      expected: /^DISCORD_TOKEN: .*401.*Reset Token/,
    },
    {
      what: 'the application id of another application',
      spoil: place => ({ ...gatewayMode(place), DISCORD_APPLICATION_ID: '1198622483471925248' }),
      expected: /^DISCORD_APPLICATION_ID: .*application \d+\. Set that: .*General Information/,
    },
    {
      what: 'the public key of another application',
      spoil: place => {
        setInteractionsUrl(place)
        return { ...httpMode(place), DISCORD_PUBLIC_KEY: '0123456789abcdef'.repeat(4) }
      },
      expected: /^DISCORD_PUBLIC_KEY: .*Public Key.*General Information/,
    },
    {
      what: 'an Interactions Endpoint URL beside the gateway',
      spoil: place => {
        setInteractionsUrl(place)
        return gatewayMode(place)
      },
      expected: /^Interactions: .*https:\/\/readout\.example.*not to the gateway\. Empty it: .*Endpoint URL/,
    },
    {
      what: 'no Interactions Endpoint URL in HTTP mode',
      spoil: httpMode,
      expected: /^Interactions: set .*\/discord\/interactions: .*Interactions Endpoint URL/,
    },
    {
      what: 'an Interactions Endpoint URL of something else in HTTP mode',
      spoil: place => {
        setInteractionsUrl(place, 'https://readout.example/slack/events')
        return httpMode(place)
      },
      expected: /^Interactions: set .*\/discord\/interactions: .*Interactions Endpoint URL/,
    },
    {
      what: 'no new connection left for today',
      like: { sessionStarts: 0 },
      spoil: gatewayMode,
      expected: /^Gateway: .*today/,
    },
    {
      what: 'a gateway that Discord does not tell',
      spoil: place => {
        place.discord.fail('GET gateway', { kind: 'status', status: 503 })
        return gatewayMode(place)
      },
      expected: /^Gateway: Discord answered with HTTP 503\. Check the network/,
    },
    {
      what: 'commands that differ',
      spoil: async place => {
        await overwriteCommands(place, [{ name: 'nato', description: 'Another' }])
        return gatewayMode(place)
      },
      expected: /^Commands: they differ\. Run `npm run -s readout -- discord-register`/,
    },
    {
      what: 'commands that are registered twice',
      spoil: async place => {
        await overwriteCommands(place, [{ name: 'nato', description: 'NATO' }], place.guild)
        return gatewayMode(place)
      },
      expected: /^Commands: they differ\. Run `npm run -s readout -- discord-register`/,
    },
    {
      what: 'a server that it is not in, set as the one of the commands',
      spoil: async place => {
        await overwriteCommands(place, [])
        return { ...gatewayMode(place), DISCORD_GUILD_ID: place.discord.addGuild({ hasBot: false }).id }
      },
      expected: /^Commands: DISCORD_GUILD_ID: .*discord-invite/,
    },
    {
      what: 'a channel that it does not see',
      spoil: denying('ViewChannel'),
      expected: /^discord:\d+\/\d+: .*50001.*View Channel.*Edit Channel, Permissions/,
    },
    {
      what: 'a channel where it may not write',
      spoil: denying('SendMessages'),
      expected: /^discord:\d+\/\d+: Send Messages missing in #news\. Give Readout Send Messages .*Permissions/,
    },
    {
      what: 'a channel where it may not read the history',
      spoil: denying('ReadMessageHistory'),
      expected: /^discord:\d+\/\d+: Read Message History missing in #news\. Give Readout Read Message History/,
    },
    {
      what: 'two permissions that are missing in a channel',
      spoil: place => {
        place.discord.deny(place.channel, 'SendMessages', 'ReadMessageHistory')
        return gatewayMode(place)
      },
      expected: /^discord:\d+\/\d+: Send Messages and Read Message History missing in #news\. Give/,
    },
    {
      what: 'a channel that is not there',
      spoil: gatewayMode,
      destination: ({ guild }) => `discord:${guild}/1198622483471925249`,
      expected: /^discord:\d+\/1198622483471925249: .*10003.*channel’s id/,
    },
    {
      what: 'a channel of another server',
      spoil: place => {
        place.discord.addGuild({ id: '1198622483471925250' })
        return gatewayMode(place)
      },
      destination: ({ channel }) => `discord:1198622483471925250/${channel}`,
      expected: /^discord:\d+\/\d+: #news is in another server\. Write discord:\d+\/\d+\.$/,
    },
    {
      what: 'a direct message in a channel’s place',
      spoil: gatewayMode,
      destination: ({ discord, guild, user }) => `discord:${guild}/${discord.directChannel(user).id}`,
      expected: /^discord:\d+\/\d+: .*Choose a channel of a server\./,
    },
    {
      what: 'a server that the bot was removed from',
      spoil: place => {
        place.discord.addGuild()
        place.discord.removeBot(place.guild)
        return gatewayMode(place)
      },
      expected: /^discord:\d+\/\d+: .*50001.*Add Readout to the server.*discord-invite/,
    },
    {
      what: 'a Discord that can not be reached',
      spoil: async place => {
        await place.discord.outage()
        return gatewayMode(place)
      },
      // A connection that was open before is cut.
      expected: /^Discord: .*(?:ECONNREFUSED|UND_ERR_SOCKET|ECONNRESET).*Check the network and DISCORD_API_URL/,
    },
    {
      what: 'a page that stands before Discord',
      spoil: place => {
        place.discord.fail('*', { kind: 'garbage', status: 403 })
        return gatewayMode(place)
      },
      expected: /^Discord: .*before Discord.*403.*Check the network and DISCORD_API_URL/,
    },
  ]
  for (const { what, like, spoil, destination = here, expected } of faults) {
    it(`finds ${what}, and nothing else`, async t => {
      const place = await startDiscord(t, like)
      await registerBefore(place)
      const ill = (await lookAt(await spoil(place), destination(place))).filter(({ isWell }) => !isWell)
      assert.equal(ill.length, 1, JSON.stringify(ill))
      assert.match(ill[0]?.note ?? '', expected)
      assertSilentAbout([place.discord.token, 'unknown'], ill[0]?.note ?? '')
    })
  }

  it('finds that the bot is in no server', async t => {
    const place = await startDiscord(t)
    await registerBefore(place)
    place.discord.removeBot(place.guild)
    const ended = await doctor(gatewayMode(place), place)
    assert.deepEqual([ended.code, found(ended).length], [1, 1])
    assert.match(found(ended)[0] ?? '', /^✗ The bot is in no server.*discord-invite/)
  })

  it('marks what it finds, and ends with 1', async t => {
    const place = await startDiscord(t)
    await registerBefore(place)
    const spoilt: [Environment, string, RegExp][] = [
      [
        { ...gatewayMode(place), DISCORD_TOKEN: 'MTIz.unknown.token' },
        here(place),
        /^✗ DISCORD_TOKEN: .*Reset Token\.$/,
      ],
      [gatewayMode(place), `discord:${place.guild}/1198622483471925249`, /^✗ discord:\d+\/\d+: .*10003/],
    ]
    for (const [environment, destination, expected] of spoilt) {
      const ended = await doctor(environment, place, [destination])
      assert.deepEqual([ended.code, ended.stderr, found(ended).length], [1, '', 1])
      assert.match(found(ended)[0] ?? '', expected)
    }
  })

  it('names every setting that is missing or wrong', async t => {
    const place = await startDiscord(t)
    const { code, stdout, stderr } = await doctor({ DISCORD_TOKEN: 'unknown', DISCORD_MODE: 'http' }, place)
    assert.deepEqual([code, stdout], [2, ''])
    assert.deepEqual(
      stderr
        .trim()
        .split('\n')
        .map(line => line.split(':')[0])
        .toSorted(),
      ['DISCORD_APPLICATION_ID', 'DISCORD_PUBLIC_KEY', 'DISCORD_TOKEN'],
    )
  })

  it('looks at one platform where the settings of the other are wrong', async t => {
    const slack = await startSlack(t)
    const place = await startDiscord(t)
    await registerBefore(place)
    const badSlack = await doctor({ ...gatewayMode(place), SLACK_MODE: 'http' }, place, [here(place)])
    assert.equal(badSlack.code, 2)
    assert.match(badSlack.stderr, /^SLACK_BOT_TOKEN: /m)
    assert.match(badSlack.stdout, /✓ DISCORD_TOKEN[\s\S]*✓ Commands[\s\S]*#news/)
    const badDiscord = await doctor({ ...socketMode(slack), DISCORD_MODE: 'http' }, place, ['slack:T0FAKE0001/C1'])
    assert.equal(badDiscord.code, 2)
    assert.match(badDiscord.stderr, /^DISCORD_TOKEN: /m)
    assert.match(badDiscord.stdout, /✓ SLACK_BOT_TOKEN[\s\S]*#news/)
    assertSilentAbout(slackSecrets(slack), badDiscord.stdout + badDiscord.stderr)
  })

  it('looks at both', async t => {
    const slack = await startSlack(t)
    const place = await startDiscord(t)
    await registerBefore(place)
    const both = { ...socketMode(slack), ...gatewayMode(place) }
    const ended = await doctor(both, place, ['slack:T0FAKE0001/C1', here(place)])
    assert.deepEqual([ended.code, ended.stderr, found(ended)], [0, '', []])
    assert.match(ended.stdout, /SLACK_BOT_TOKEN[\s\S]*#news[\s\S]*DISCORD_TOKEN[\s\S]*#news/)
  })

  it('says that a destination is on a platform that is not set up', async t => {
    const slack = await startSlack(t)
    const { code, stdout } = await readout(
      ['doctor', 'discord:613425648685547541/697138785317814292'],
      socketMode(slack),
    )
    assert.equal(code, 1)
    assert.match(stdout, /^✗ Discord is not set up/m)
  })

  it('takes no destination that is none', async t => {
    const place = await startDiscord(t)
    for (const destination of ['discord:697138785317814292', 'discord:1/2/3', 'teams:1/2', 'discord:Newsroom/news']) {
      const { code, stdout, stderr } = await doctor(gatewayMode(place), place, [destination])
      assert.deepEqual([code, stdout], [2, ''], destination)
      assert.match(stderr, /discord:613425648685547541\/697138785317814292/)
    }
    assert.deepEqual(place.discord.calls, [])
  })
})

describe('readout discord-invite', AT_ONCE, () => {
  it('prints the address with just what the bot needs, from the application id alone', async () => {
    for (const more of [{}, { DISCORD_TOKEN: 'unknown', DISCORD_MODE: 'wrong' }]) {
      const ended = await readout(['discord-invite'], { DISCORD_APPLICATION_ID: '1198622483471925248', ...more })
      assert.deepEqual([ended.code, ended.stderr], [0, ''])
      const { origin, pathname, searchParams } = new URL(ended.stdout.trim())
      assert.equal(`${origin}${pathname}`, 'https://discord.com/oauth2/authorize')
      // View Channel, Send Messages, Read Message History
      const permissions = String((1 << 10) | (1 << 11) | (1 << 16))
      assert.deepEqual(Object.fromEntries(searchParams), {
        client_id: '1198622483471925248',
        scope: 'bot applications.commands',
        permissions,
      })
    }
  })

  it('asks for the application id where it is missing or wrong', async () => {
    for (const id of ['', 'readout']) {
      const { code, stdout, stderr } = await readout(['discord-invite'], { DISCORD_APPLICATION_ID: id })
      assert.deepEqual([code, stdout], [2, ''])
      assert.match(stderr, /^DISCORD_APPLICATION_ID: .*General Information\.\n$/)
    }
  })
})

describe('readout discord-register', AT_ONCE, () => {
  it('writes the commands once, and says which', async t => {
    const place = await startDiscord(t)
    const { discord } = place
    const first = await readout(['discord-register'], gatewayMode(place))
    assert.deepEqual([first.code, first.stderr], [0, ''])
    assert.match(first.stdout, /^\/nato, \/readout: in every server\. They are registered\.\n$/)
    assert.deepEqual(
      discord.commands().map(({ name }) => name),
      ['nato', 'readout'],
    )
    const second = await readout(['discord-register'], gatewayMode(place))
    assert.deepEqual([second.code, second.stderr], [0, ''])
    assert.match(
      second.stdout,
      /\/nato, \/readout: in every server\. They were registered already; nothing was written\.\n$/,
    )
    assert.equal(countPuts(discord), 1)
  })

  it('writes them in one server where it is set', async t => {
    const place = await startDiscord(t)
    const { discord, guild } = place
    const { code, stdout } = await readout(['discord-register'], { ...httpMode(place), DISCORD_GUILD_ID: guild })
    assert.equal(code, 0)
    assert.match(stdout, new RegExp(`: in the server ${guild}\\. `))
    assert.deepEqual([discord.commands(guild).length, discord.commands().length], [2, 0])
  })

  const faults: [string, (place: Place) => Environment | Promise<Environment>, number, RegExp][] = [
    [
      'a token that Discord does not know',
      place => ({ ...gatewayMode(place), DISCORD_TOKEN: 'MTIz.unknown.token' }),
      1,
      /^Discord refused the token \(401\)\. Copy DISCORD_TOKEN again: .*Reset Token\.\n$/,
    ],
    [
      'the application id of another application',
      place => ({ ...gatewayMode(place), DISCORD_APPLICATION_ID: '1198622483471925248' }),
      1,
      /20012.*DISCORD_APPLICATION_ID/,
    ],
    [
      'a Discord that can not be reached',
      async place => {
        await place.discord.outage()
        return gatewayMode(place)
      },
      1,
      /ECONNREFUSED/,
    ],
    [
      'a refusal that holds the token',
      place => {
        const { discord } = place
        discord.fail('PUT commands', { kind: 'error', status: 400, code: 50035, message: `No ${discord.token}` })
        return gatewayMode(place)
      },
      1,
      /No \[secret\]/,
    ],
    ['nothing set', () => ({}), 2, /^Discord is not set up: see “Discord” in README\.md\.\n$/],
    [
      'a setting that is missing',
      place => ({ ...gatewayMode(place), DISCORD_APPLICATION_ID: '' }),
      2,
      /^DISCORD_APPLICATION_ID: set /,
    ],
  ]
  for (const [what, environmentOf, expectedCode, expected] of faults) {
    it(`says what to do with ${what}`, async t => {
      const place = await startDiscord(t)
      const { code, stdout, stderr } = await readout(['discord-register'], await environmentOf(place))
      assert.deepEqual([code, stdout], [expectedCode, ''])
      assert.match(stderr, expected)
      assert.doesNotMatch(stderr, STACK)
      assertSilentAbout([place.discord.token, 'unknown'], stderr)
      assert.deepEqual(place.discord.commands(), [])
    })
  }
})

/** Somebody else writes the commands of a scope. */
async function overwriteCommands({ discord }: Place, commands: object[], guildId?: string): Promise<void> {
  const { token, apiUrl, applicationId } = discord
  const scope = guildId === undefined ? '' : `/guilds/${guildId}`
  const call = createApi({ token, apiUrl })
  await call('PUT', `/applications/${applicationId}${scope}/commands`, { body: commands })
}

/** Waits until it takes no request any more. */
async function untilClosed({ address }: RunningPlayground): Promise<void> {
  const end = performance.now() + 5000
  const isOpen = () =>
    fetch(address).then(
      response => response.arrayBuffer().then(() => true),
      () => false,
    )
  while (await isOpen()) assert.ok(performance.now() < end, 'It is open still.')
}

/** A server that sends on what it is sent: the first half of the first body at once, the rest when it is told to. */
async function startHalfway(t: TestContext, target: string) {
  const reached = Promise.withResolvers<void>()
  const rest = Promise.withResolvers<void>()
  const server = createServer(async (incoming, response) => {
    const body = await readAll(incoming)
    const outgoing = request(target, { method: 'POST', headers: incoming.headers, agent: false }, answer => {
      response.writeHead(answer.statusCode ?? 500, answer.headers)
      answer.pipe(response)
    })
    outgoing.on('error', () => response.destroy())
    outgoing.write(body.subarray(0, body.length / 2), () => reached.resolve())
    await rest.promise
    outgoing.end(body.subarray(body.length / 2))
  })
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve))
  closeLater(t, () => {
    server.closeAllConnections()
    server.close()
  })
  const { port } = server.address() as AddressInfo
  return { address: `http://127.0.0.1:${port}/`, reached: reached.promise, goOn: rest.resolve }
}

/** All of Discord but its gateway, which takes a connection and never says a word. */
async function startBehindClosedGateway(t: TestContext, { discord }: Place) {
  const taken: Duplex[] = []
  const server = createServer(async (incoming, response) => {
    const { method = 'GET', headers, url = '' } = incoming
    if (url.endsWith('/gateway/bot')) {
      const session_start_limit = { total: 1000, remaining: 1000, reset_after: 0, max_concurrency: 1 }
      response.setHeader('content-type', 'application/json')
      return void response.end(JSON.stringify({ url: `ws://127.0.0.1:${port}`, shards: 1, session_start_limit }))
    }
    const body = await readAll(incoming)
    const outgoing = request(new URL(url, discord.apiUrl), { method, headers, agent: false }, answer => {
      response.writeHead(answer.statusCode ?? 500, answer.headers)
      answer.pipe(response)
    })
    outgoing.end(body)
  })
  server.on('upgrade', (_, socket) => void taken.push(socket))
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve))
  closeLater(t, () => {
    for (const socket of taken) socket.destroy()
    server.closeAllConnections()
    server.close()
  })
  const { port } = server.address() as AddressInfo
  return { apiUrl: `http://127.0.0.1:${port}/api`, taken }
}

async function readAll(incoming: IncomingMessage): Promise<Buffer> {
  const parts: Buffer[] = []
  for await (const part of incoming) parts.push(part)
  return Buffer.concat(parts)
}
