import { App, HTTPReceiver, type Logger, LogLevel, SocketModeReceiver } from '@slack/bolt'
import { WebClient, type WebClientOptions } from '@slack/web-api'
import { createInHand } from '../in-hand.ts'
import type { Connection } from '../keep-connected.ts'
import { type Bot, type Clock, type Health, type Log, type Platform, PlatformError, type Route } from '../platform.ts'
import { readBody } from '../read-body.ts'
import { createAskers } from './asker.ts'
import { keepSocket } from './connection.ts'
import { EVENTS_PATH, SLACK_BUDGET } from './limits.ts'
import { listen } from './listen.ts'
import { outcomeOf } from './outcome.ts'
import { createPosts } from './post.ts'

/** Where Slack's tokens come from and which server answers for Slack. */
export type SlackOptions = {
  botToken: string
  /** How Slack's events arrive: over a socket that Readout opens, or as signed requests to its HTTP server. */
  events: { mode: 'socket'; appToken: string } | { mode: 'http'; signingSecret: string }
  /** The Web API's address, where it is not Slack's own. */
  apiUrl?: string
}

/** A call that takes longer is given up; what it was to post may be there all the same. */
const CALL_MS = 10_000

/** What is in hand when Readout stops may take this long to finish. */
const FINISH_MS = 3000

const MOST_BODY = 1024 * 1024

/** The adapter for one Slack workspace. */
export function createSlack(options: SlackOptions, bot: Bot, log: Log, clock: Clock): Platform {
  const client = new WebClient(options.botToken, callOptions(options, log))
  const receiver = createReceiver(options, log)
  const hand = createInHand(clock)
  let identity: Promise<Identity> | undefined
  let health: Health = { isUp: false, note: 'Slack is not started.' }
  let isStopped = false
  const identify = () => {
    identity ??= askIdentity(client).then(
      found => {
        health = { isUp: true, note: `Slack sends to ${EVENTS_PATH}.` }
        return found
      },
      error => {
        identity = undefined
        health = { isUp: false, note: reasonOf(error) }
        throw error
      },
    )
    return identity
  }
  let connection: Connection | undefined
  const posts = createPosts(client, async () => (await identify()).botId, clock)

  return {
    name: 'slack',
    budget: SLACK_BUDGET,
    start: async () => {
      const app = new App({
        receiver,
        logger: quietLogger(log),
        clientOptions: callOptions(options, log),
        authorize: async () => ({ ...(await identify()), botToken: options.botToken }),
        deferInitialization: true,
        // A store of conversations that nothing here reads, looked into for each event.
        convoStore: false,
      })
      await app.init()
      listen(app, { bot, client, askerOf: createAskers(client, clock), log, track: hand.track })
      await identify().catch(error => refuseToken(error, log))
      if (receiver instanceof SocketModeReceiver && !isStopped) connection = keepSocket(receiver, log, clock)
    },
    stop: async () => {
      isStopped = true
      await hand.finish(FINISH_MS)
      await connection?.stop()
    },
    ...posts,
    repeatsWithinMs: 0,
    health: () => connection?.health() ?? health,
    routes: receiver instanceof HTTPReceiver ? [routeTo(receiver)] : [],
  }
}

/** Calls are made once: one that broke may have arrived, and is not repeated by the client itself. */
export const callOptions = ({ apiUrl }: SlackOptions, log: Log): WebClientOptions => ({
  ...(apiUrl !== undefined && { slackApiUrl: apiUrl }),
  retryConfig: { retries: 0 },
  rejectRateLimitedCalls: true,
  timeout: CALL_MS,
  // Answers by response_url have no timeout of their own.
  fetch: (url, init) => fetch(url, { ...init, signal: init?.signal ?? AbortSignal.timeout(CALL_MS) }),
  logger: quietLogger(log),
})

function createReceiver(options: SlackOptions, log: Log): SocketModeReceiver | HTTPReceiver {
  const { events } = options
  if (events.mode === 'http')
    return new HTTPReceiver({
      signingSecret: events.signingSecret,
      endpoints: EVENTS_PATH,
      logger: quietLogger(log),
    })
  return new SocketModeReceiver({
    appToken: events.appToken,
    autoReconnectEnabled: false,
    // keepSocket says what became of a connection.
    logger: quietLogger(() => undefined),
    // Options of its own: what the receiver is given it changes, and the app's are shared.
    installerOptions: { clientOptions: callOptions(options, () => undefined) },
  })
}

const routeTo = (receiver: HTTPReceiver): Route => ({
  path: EVENTS_PATH,
  answer: async (request, response) => {
    if (request.method !== 'POST') return void response.writeHead(405, { allow: 'POST' }).end()
    const rawBody = await readBody(request, MOST_BODY)
    if (rawBody === undefined) return void response.writeHead(413, { connection: 'close' }).end()
    // Bolt takes a body that was read; one of `null` would end the process there.
    if (isNull(rawBody.toString())) return void response.writeHead(400).end()
    receiver.requestListener(Object.assign(request, { rawBody }), response)
  },
})

const isNull = (body: string): boolean =>
  [body, new URLSearchParams(body).get('payload') ?? ''].some(text => text.trim() === 'null')

type Identity = { botId: string; botUserId: string; teamId: string }

async function askIdentity(client: WebClient): Promise<Identity> {
  const { bot_id, user_id, team_id } = await client.auth.test()
  if (bot_id === undefined || user_id === undefined || team_id === undefined)
    throw new PlatformError('SLACK_BOT_TOKEN is no bot’s token. Copy the Bot User OAuth Token: it begins with xoxb-.')
  return { botId: bot_id, botUserId: user_id, teamId: team_id }
}

const reasonOf = (error: unknown): string => (error instanceof PlatformError ? error.message : outcomeOf(error).why)

/** A token that Slack refuses is an operator’s to mend; a Slack that can’t be reached may be back soon. */
function refuseToken(error: unknown, log: Log): void {
  if (error instanceof PlatformError) throw error
  const outcome = outcomeOf(error)
  if (outcome.kind === 'refused') throw new PlatformError(`${outcome.why} ${outcome.remedy}`)
  log(`Slack does not answer yet: ${outcome.why}`)
}

/** The libraries tell much that operators need not know; our own words say what they must. */
const quietLogger = (log: Log): Logger => ({
  debug: () => undefined,
  info: () => undefined,
  warn: () => undefined,
  error: (...words) => log(words.map(String).join(' ')),
  setLevel: () => undefined,
  getLevel: () => LogLevel.ERROR,
  setName: () => undefined,
})
