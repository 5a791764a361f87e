import type { IncomingMessage, ServerResponse } from 'node:http'
import { createAccount } from './account.ts'
import { createClicks } from './clicks.ts'
import { createClock } from './clock.ts'
import { createCommands } from './commands.ts'
import type { Deliverer } from './deliver.ts'
import { createEvents } from './events.ts'
import { createFaults, type Fault, send } from './faults.ts'
import { createJournal } from './journal.ts'
import { listen } from './listener.ts'
import type { State } from './method.ts'
import { createRateLimits } from './rate-limits.ts'
import { createResponseUrls } from './response-urls.ts'
import { sign } from './signing.ts'
import { createSocketMode } from './socket.ts'
import { createTriggers } from './triggers.ts'
import { serveMethod } from './web-api.ts'
import { type ChannelOptions, createWorld, type Draft, type Message, type View } from './world.ts'

export type FakeSlackOptions = {
  /** The bot token's scopes, in place of the usual ones. */
  scopes?: string[]
  /** How long Slack waits for an acknowledgement: https://docs.slack.dev/interactivity/handling-user-interaction#acknowledgment_response */
  ackDeadlineMs?: number
  /** How often the socket is pinged; the SDK takes 30 s without a ping for a dead connection. */
  pingIntervalMs?: number
  /** The waits before an event that wasn't acknowledged comes again; Slack's are 0, one minute and five (https://docs.slack.dev/apis/events-api/#retries). */
  retryDelaysMs?: number[]
  /** Whether Slack's real limits of calls are in force. */
  rateLimits?: boolean
  /** Whether the app is told of its own direct messages, as by Slack. */
  echoes?: boolean
}

const ACK_DEADLINE_MS = 3000
const PING_INTERVAL_MS = 10_000

export type FakeSlack = Awaited<ReturnType<typeof createFakeSlack>>

/** A Slack of one workspace and one app, at a free port of loopback. */
export async function createFakeSlack(options: FakeSlackOptions = {}) {
  const account = createAccount(options.scopes)
  const clock = createClock()
  const journal = createJournal()
  const world = createWorld(account, clock)
  const faults = createFaults()
  const triggers = createTriggers(clock, account.team.id)
  const pingIntervalMs = options.pingIntervalMs ?? PING_INTERVAL_MS
  const socket = createSocketMode({ clock, journal, appId: account.appId, pingIntervalMs })
  const countLimits = createRateLimits(clock)
  const now: { requestUrl: string | undefined; isMuted: boolean } = { requestUrl: undefined, isMuted: false }

  const listener = await listen({ request: (...exchange) => void serve(...exchange), upgrade: socket.upgrade })
  const host = `127.0.0.1:${listener.port}`

  const state: State = {
    world,
    clock,
    journal,
    triggers,
    issueSocketUrl: () => `ws://${host}/link/?${socket.issueTicket()}`,
    echo: message => (options.echoes === false ? undefined : void events.echo(message)),
  }
  const responseUrls = createResponseUrls(state, faults)
  const limit: typeof countLimits = (...call) => (options.rateLimits === true ? countLimits(...call) : undefined)
  const webApi = { state, faults, limit, isDown: () => now.isMuted }
  const ackDeadlineMs = options.ackDeadlineMs ?? ACK_DEADLINE_MS
  const deliverer: Deliverer = { account, clock, journal, socket, ackDeadlineMs, requestUrl: () => now.requestUrl }
  const addressOf = (path: string) => `http://${host}${path}`
  const retryDelaysMs = options.retryDelaysMs ?? [0]
  const tools = { state, deliverer, responseUrls, addressOf, retryDelaysMs }
  const events = createEvents(tools)

  async function serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const { pathname } = new URL(request.url ?? '/', 'http://slack')
    const method = /^\/api\/([\w.]+)$/.exec(pathname)?.[1]
    try {
      if (method !== undefined) await serveMethod(method, request, response, webApi)
      else if (/^\/(?:actions|commands)\//.test(pathname)) await responseUrls.serve(pathname, request, response)
      else send(response, { status: 404, body: 'Not found' })
    } catch (error) {
      journal.violate(`A call broke off, or the fake failed: ${error}`)
      if (!response.headersSent) send(response, { status: 500, body: 'The fake failed' })
    }
  }

  const { upgrade: _, send: __, issueTicket: ___, close: closeSocket, ...socketControls } = socket

  return {
    /** What `SLACK_API_URL` and `slackApiUrl` take. */
    apiUrl: `http://${host}/api/`,
    ...account,
    /** The app's account, whose token may be revoked and whose subscriptions changed while it runs. */
    account,
    clock,
    /** What the app called, in order. */
    calls: journal.calls,
    /** What the app did against Slack's rules, as sentences. */
    violations: journal.violations,
    /** Waits until `read` gives something truthy. */
    until: journal.until,
    /** Where the app takes signed HTTP requests; once it is set, deliveries go there. */
    get requestUrl(): string | undefined {
      return now.requestUrl
    },
    set requestUrl(url: string | undefined) {
      now.requestUrl = url
    },

    addChannel: (channel: ChannelOptions) => world.addChannel(channel),
    channel: (id: string) => world.channels.get(id),
    removeChannel: (id: string) => world.channels.delete(id),
    addUser: world.addUser,
    directChannel: world.directChannel,
    /** A message that is there already; a person's by `user`, the bot's own by `bot_id`. */
    addMessage: ({ blocks = [], ...draft }: Omit<Draft, 'blocks'> & Partial<Pick<Draft, 'blocks'>>): Message =>
      world.store({ blocks, ...draft }),
    /** What is in a channel for everybody, oldest first. */
    messages: world.messages,
    /** What one reader sees in a channel, oldest first. */
    seenBy: world.seenBy,
    /** What the app published for a user. */
    home: (user: string): View | undefined => world.home(user),

    ...createCommands(tools),
    ...createClicks(tools),
    mention: events.mention,
    directMessage: events.directMessage,
    openHome: events.openHome,
    event: events.event,
    again: events.again,
    /** The headers of a request from this Slack. */
    sign: (body: string, timestampS = Math.floor(Date.now() / 1000)) => sign(body, account.signingSecret, timestampS),

    socket: {
      ...socketControls,
      /** How many connections are open as far as Slack knows, deaf and starved ones too. */
      get count(): number {
        return socket.connections.length
      },
      /** Waits until so many connections are open that are neither deaf nor starved. */
      whenLive: (count = 1, withinMs?: number) =>
        journal.until(() => socket.connections.filter(({ state }) => state === 'live').length === count, withinMs),
      /** The connections stay and answer pings, but every method answers 503. */
      mute: () => {
        now.isMuted = true
      },
      unmute: () => {
        now.isMuted = false
      },
    },

    /** The next calls of a method (`response_url` for answers there, `*` for any) go wrong. */
    fail: (method: string, fault: Fault, times = 1) => faults.add(method, fault, times),
    /** Nothing goes wrong any more. */
    heal: () => faults.clear(),
    /** Slack can't be reached: every connection breaks and none is taken. */
    async outage(): Promise<void> {
      socket.cut()
      await listener.close()
    },
    recover: () => listener.open(),
    async close(): Promise<void> {
      clock.stop()
      await closeSocket()
      await listener.close()
    },
  }
}
