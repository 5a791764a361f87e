import type { IncomingMessage, ServerResponse } from 'node:http'
import type { JsonObject } from '../shape.ts'
import { createClock } from '../slack/clock.ts'
import { send } from '../slack/faults.ts'
import { listen } from '../slack/listener.ts'
import { createAccount } from './account.ts'
import { type Command, createCommands, GLOBAL } from './commands.ts'
import { drawChannel, drawGuildCreate, drawMessage, drawUser } from './draw.ts'
import { createFaults, type Fault } from './faults.ts'
import { createGateway } from './gateway.ts'
import { createInteractions } from './interactions.ts'
import { createDiscordJournal } from './journal.ts'
import type { PermissionName } from './permissions.ts'
import { createRateLimits } from './rate-limits.ts'
import { createReaders } from './readers.ts'
import { callNames, serveCall } from './rest.ts'
import type { State } from './route.ts'
import { createSnowflakes } from './snowflakes.ts'
import { type Channel, createWorld, type Draft, expect, type Guild, type GuildOptions, type Message } from './world.ts'

export type FakeDiscordOptions = {
  /** The time in which an interaction must be answered. */
  deadlineMs?: number
  /** Whether Discord's limits of calls are in force, and told in headers. */
  rateLimits?: boolean
  heartbeatIntervalMs?: number
  /** How much later than it should a heartbeat may come. */
  heartbeatToleranceMs?: number
  /** The time in which one identify is allowed (per `maxConcurrency`); 0 lets a test start its bot again at once. */
  identifyIntervalMs?: number
  maxConcurrency?: number
  /** How many sessions may still be started today; usually counted down from 1,000. */
  sessionStarts?: number
  /** The privileged intents that are switched on. */
  privilegedIntents?: number
}

export type FakeDiscord = Awaited<ReturnType<typeof createFakeDiscord>>

/** https://docs.discord.com/developers/interactions/receiving-and-responding#responding-to-an-interaction */
const DEADLINE_MS = 3000

/** https://docs.discord.com/developers/events/gateway#hello-event */
const HEARTBEAT_INTERVAL_MS = 41_250
const HEARTBEAT_TOLERANCE_MS = 5000

/** https://docs.discord.com/developers/events/gateway#rate-limiting */
const IDENTIFY_INTERVAL_MS = 5000

/**
 * A server on loopback that answers, refuses and breaks as Discord does: its REST API, its gateway, its interactions over HTTP, and the
 * people who use the bot. Point `rest.api` at `apiUrl`, log in with `token`. Every strictness names the page or issue it comes from;
 * `violations` tells what a real Discord would take but no app of ours may do, and what it refused. Nothing here outlives `close`.
 *
 * Ids are strings; `addGuild()`, `addChannel({ guildId })` and `addUser({ guild })` make them. Messages (`messages`, `seenBy`,
 * an outcome's `message`) hold components as they were sent; an edit changes the object itself.
 */
export async function createFakeDiscord(options: FakeDiscordOptions = {}) {
  const { deadlineMs = DEADLINE_MS, rateLimits = false } = options
  const clock = createClock()
  const journal = createDiscordJournal()
  const snowflakes = createSnowflakes(clock)
  const account = createAccount(snowflakes.next(), options.privilegedIntents)
  const world = createWorld(account, clock, snowflakes)
  const botUser = world.addUser({ id: account.applicationId, name: account.botName, isBot: true })
  const commands = createCommands(world, clock, journal.violate)
  const interactions = createInteractions(world, clock, journal, deadlineMs)
  const faults = createFaults()
  const limits = createRateLimits(clock, rateLimits)
  const listener = await listen({
    request: (request, response) => void serve(request, response),
    upgrade: (request, socket, head) => gateway.upgrade(request, socket, head),
  })
  const host = `127.0.0.1:${listener.port}`
  const gateway = createGateway({
    world,
    clock,
    journal,
    host: () => host,
    heartbeatIntervalMs: options.heartbeatIntervalMs ?? HEARTBEAT_INTERVAL_MS,
    heartbeatToleranceMs: options.heartbeatToleranceMs ?? HEARTBEAT_TOLERANCE_MS,
    identifyIntervalMs: options.identifyIntervalMs ?? IDENTIFY_INTERVAL_MS,
    maxConcurrency: options.maxConcurrency ?? 1,
    sessionStarts: options.sessionStarts,
  })
  const tell = (event: string, data: JsonObject, guildId?: string) => {
    const place = guildId === undefined || event.startsWith('GUILD') ? {} : { guild_id: guildId }
    gateway.tell(event, { ...data, ...place }, guildId)
  }
  const state: State = {
    world,
    clock,
    journal,
    commands,
    interactions,
    nonces: new Map(),
    drawGateway: gateway.draw,
    tell,
  }

  async function serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    try {
      await serveCall(request, response, { state, faults, limits })
    } catch (error) {
      if (response.headersSent || response.destroyed) return
      journal.violate(`The fake itself failed: ${error}`)
      send(response, { status: 500, body: 'The fake failed' })
    }
  }

  return {
    /** What discord.js's `rest.api` takes. */
    apiUrl: `http://${host}/api`,
    token: account.token,
    applicationId: account.applicationId,
    /** What interactions over HTTP are signed with, as the app knows it. */
    publicKey: account.publicKey,
    botUser: drawUser(botUser),
    clock,
    /** What the app called, in order. */
    calls: journal.calls,
    /** What the app did against Discord's rules, as sentences. */
    violations: journal.violations,
    /** Waits until `read` gives something truthy. */
    until: journal.until,
    /** Where the app takes signed interactions; once it is set, they go there and not to the gateway. */
    get interactionsUrl(): string | undefined {
      return account.interactionsUrl
    },
    set interactionsUrl(url: string | undefined) {
      account.interactionsUrl = url
    },

    addGuild(given: GuildOptions = {}): Guild {
      const guild = world.addGuild(given)
      if (guild.members.has(account.applicationId)) tell('GUILD_CREATE', drawGuildCreate(guild, world), guild.id)
      return guild
    },
    addChannel(given: { guildId: string } & Partial<Channel>): Channel {
      const channel = world.addChannel(given)
      tell('CHANNEL_CREATE', drawChannel(channel, world), channel.guildId)
      return channel
    },
    /** A person, in a guild where one is named, with these permissions everywhere in it. */
    addUser({
      guild,
      permissions,
      ...given
    }: {
      id?: string
      name?: string
      locale?: string
      guild?: string
      permissions?: PermissionName[]
    } = {}) {
      const user = world.addUser(given)
      if (guild !== undefined) world.addMember(guild, user.id, permissions ? { permissions } : {})
      return user
    },
    addMember: world.addMember,
    addRole: world.addRole,
    directChannel: world.directChannel,
    /** Allows and denies in one channel: to a role or a user, usually to the bot. */
    setPermissions: world.setPermissions,
    /** Denies to the bot in one channel. */
    deny: (channelId: string, ...deny: PermissionName[]) => world.setPermissions(channelId, { deny }),
    /** A message that is there already: somebody's, or the bot's own. */
    addMessage(draft: Draft): Message {
      const message = world.store(draft)
      const guildId = world.channels.get(draft.channelId)?.guildId
      if (draft.ephemeralTo === undefined) tell('MESSAGE_CREATE', drawMessage(message, world), guildId)
      return message
    },
    /** What is in a channel for everybody, oldest first. */
    messages: world.messages,
    /** What one user sees in a channel, oldest first. */
    seenBy: world.seenBy,
    message: world.find,
    removeMessage: world.remove,
    removeChannel(id: string): void {
      const channel = expect(world.channels, id, 'channel')
      world.channels.delete(id)
      tell('CHANNEL_DELETE', drawChannel(channel, world), channel.guildId)
    },
    /** Somebody removes the bot from a guild. */
    removeBot(guildId: string): void {
      expect(world.guilds, guildId, 'guild').members.delete(account.applicationId)
      tell('GUILD_DELETE', { id: guildId }, guildId)
    },
    /** The commands that are registered: globally, or in a guild. */
    commands: (guildId: string = GLOBAL): Command[] => commands.list(guildId),
    /** A new id: of now, or of the given time in milliseconds since 1970. */
    snowflake: snowflakes.next,
    /** The token is reset, as the owner may: every call with it answers 401, and the gateway closes. */
    revokeToken(): void {
      account.isTokenValid = false
      gateway.controls.close(4004, 'Authentication failed.')
    },

    ...createReaders({ state, gateway, deadlineMs }),

    gateway: gateway.controls,

    /** 429s that the headers of an earlier answer had foretold. */
    get foretold429s(): number {
      return limits.counts.foretold429s
    },
    get unforetold429s(): number {
      return limits.counts.unforetold429s
    },
    /** Calls that came before the time which an earlier answer had told. */
    get earlyCalls(): number {
      return limits.counts.early
    },
    /** The requests of the last ten minutes that were answered 401, 403 or 429. */
    get invalidRequests(): number {
      return limits.invalidRequests
    },

    /** The next calls of a name (`POST messages`, `callback`, `PUT commands`, `*` for any) go wrong. */
    fail(name: string, fault: Fault, times = 1): void {
      if (!callNames.includes(name)) throw new Error(`There is no call ${name}; there are ${callNames.join(', ')}.`)
      faults.add(name, fault, times)
    },
    /** Nothing goes wrong any more. */
    heal: () => faults.clear(),
    /** Discord can't be reached: every connection breaks and none is taken. */
    async outage(): Promise<void> {
      gateway.controls.cut()
      await listener.close()
    },
    recover: () => listener.open(),
    async close(): Promise<void> {
      clock.stop()
      await gateway.end()
      await listener.close()
    },
  }
}
