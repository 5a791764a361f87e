import { DiscordAPIError, RateLimitError } from '@discordjs/rest'
import {
  DefaultWebSocketManagerOptions,
  type SessionInfo,
  WebSocketShard,
  WebSocketShardDestroyRecovery,
  WebSocketShardEvents,
} from '@discordjs/ws'
import { z } from 'zod'
import { type Connection, keepConnected } from '../keep-connected.ts'
import type { Clock, Log } from '../platform.ts'
import type { CallApi } from './api.ts'
import { outcomeOf, TOKEN_REMEDY } from './outcome.ts'

/** The wait after a refusal that only an operator can end. */
const REFUSED_WAIT_MS = 60_000

/** The least wait where Discord says when it allows new sessions. */
const SOON_MS = 1000

/** Discord takes one identify in five seconds: https://docs.discord.com/developers/events/gateway#rate-limiting */
const IDENTIFY_MS = 5500

/** A connection that does not close in order is cut. */
const PARTING_MS = 1000

const OUR_FAULT = 'that is a fault of Readout; tell those who make it.'

/** What another try does not mend: https://docs.discord.com/developers/topics/opcodes-and-status-codes#gateway-gateway-close-event-codes */
const FATAL: Record<number, string> = {
  4004: `Discord refused the token (4004). ${TOKEN_REMEDY}`,
  4010: `Discord refused the shard (4010): ${OUR_FAULT}`,
  4011: 'The bot is in more servers than one connection serves (4011). Set DISCORD_MODE=http, which needs none.',
  4012: 'Discord no longer has this version of its gateway (4012). Update Readout.',
  4013: `Discord refused the intents (4013): ${OUR_FAULT}`,
  4014: `Discord refused the intents (4014): ${OUR_FAULT}`,
}

/** Why a connection is not there, and how long to wait before the next try, where it is known. */
class GatewayError extends Error {
  readonly waitMs: number | undefined
  constructor(message: string, waitMs?: number) {
    super(message)
    this.waitMs = waitMs
  }
}

/** What the gateway needs: `dispatched` hears of each event, and does not throw. */
export type GatewayOptions = { token: string; call: CallApi; dispatched: (type: string, content: unknown) => void }

/**
 * Keeps a connection to the gateway open, with no intents: interactions come without any, and nothing else is read.
 * https://docs.discord.com/developers/events/gateway#gateway-intents
 */
export function keepGateway({ token, call, dispatched }: GatewayOptions, log: Log, clock: Clock): Connection {
  let identifiedAt = Number.NEGATIVE_INFINITY
  let session: SessionInfo | null = null
  let socket: Socket | undefined

  async function waitForIdentify(_: number, signal: AbortSignal): Promise<void> {
    const waitMs = identifiedAt + IDENTIFY_MS - clock.now().getTime()
    if (waitMs > 0) await clock.wait(waitMs, signal)
    identifiedAt = clock.now().getTime()
  }

  async function open() {
    const gatewayInformation = await askGateway(call, session !== null)
    const shard = new WebSocketShard(
      {
        options: { ...DefaultWebSocketManagerOptions, token, intents: 0, shardCount: 1, gatewayInformation },
        retrieveSessionInfo: () => session,
        updateSessionInfo: (_, info) => {
          session = info
        },
        waitForIdentify,
      },
      0,
    )
    shard.on(WebSocketShardEvents.Dispatch, ({ data }) => dispatched(String(data.t), data.d))
    socket = openOnce(shard, clock)
    await socket.ready.catch(error => {
      // A session that can't be resumed is not tried again.
      session = null
      throw error
    })
    return socket
  }
  return keepConnected({ name: 'Discord', open, explain, close: async () => socket?.close() }, log, clock)
}

/** https://docs.discord.com/developers/events/gateway#get-gateway-bot */
const schema = z.object({
  url: z.url({ protocol: /^wss?$/ }),
  session_start_limit: z.object({
    total: z.number(),
    remaining: z.number(),
    reset_after: z.number(),
    max_concurrency: z.number(),
  }),
})

async function askGateway(call: CallApi, isResumable: boolean) {
  const answer = schema.safeParse(await call<unknown>('GET', '/gateway/bot')).data
  if (!answer) throw new GatewayError('Discord’s answer names no gateway.')
  const { remaining, reset_after } = answer.session_start_limit
  if (remaining <= 0 && !isResumable)
    throw new GatewayError(
      'Discord allows the bot no new connection today: it has connected too often.',
      Math.max(reset_after, SOON_MS),
    )
  return { shards: 1, ...answer }
}

function explain(error: unknown): { note: string; waitMs?: number } {
  if (error instanceof GatewayError)
    return { note: error.message, ...(error.waitMs !== undefined && { waitMs: error.waitMs }) }
  const outcome = outcomeOf(error)
  if (outcome.kind === 'refused') return { note: `${outcome.why} ${outcome.remedy}`, waitMs: REFUSED_WAIT_MS }
  const isTold = error instanceof RateLimitError || error instanceof DiscordAPIError
  return { note: outcome.why, ...(outcome.kind === 'later' && isTold && { waitMs: outcome.afterMs }) }
}

type Socket = {
  /** Resolves when Discord takes the session, rejects where the connection ends before. */
  ready: Promise<void>
  gone: Promise<void>
  close: () => Promise<void>
}

/** What of a shard has to be held. */
type Inner = {
  internalConnect: () => Promise<void>
  onMessage: (frame: unknown, isBinary: boolean) => Promise<void>
  identify: () => Promise<void>
  resume: (session: SessionInfo) => Promise<void>
  heartbeatInterval: NodeJS.Timeout | null
  connection: { terminate: () => void; onerror: (() => void) | null } | null
}

/**
 * Connects a shard, once. The library greets, beats, notices a connection that is dead, and says by each close code whether the session can be
 * resumed; but it tries again twice a second for ever, and a frame that it can't read is a rejection that nobody catches.
 */
function openOnce(shard: WebSocketShard, clock: Clock): Socket {
  const ending = Promise.withResolvers<GatewayError>()
  // The library's own types hide these.
  const inner = shard as unknown as Inner
  const connect = inner.internalConnect.bind(shard)
  const read = inner.onMessage.bind(shard)
  const identify = inner.identify.bind(shard)
  const resume = inner.resume.bind(shard)
  const destroy = shard.destroy.bind(shard)

  const fail = (error: unknown) =>
    shard.destroy({
      reason: `A frame could not be read: ${error instanceof Error ? error.message : String(error)}`,
      recover: WebSocketShardDestroyRecovery.Reconnect,
    })
  let isConnected = false
  inner.internalConnect = async () => {
    if (isConnected) return
    isConnected = true
    await connect().catch(error =>
      ending.resolve(new GatewayError(`Discord’s gateway can’t be opened (${error.message}).`)),
    )
  }
  inner.onMessage = (frame, isBinary) => read(frame, isBinary).catch(fail)
  let isAsked = false
  inner.identify = () => {
    isAsked = true
    return identify()
  }
  inner.resume = session => {
    // A session that Discord says may be resumed is resumed by another connection.
    if (isAsked) return shard.destroy({ reason: 'Told to resume', recover: WebSocketShardDestroyRecovery.Resume })
    isAsked = true
    return resume(session)
  }
  shard.destroy = options => {
    // A dead connection takes half a minute to close.
    ending.resolve(closedBy(options?.code, options?.reason))
    return destroy(options)
  }
  let isGreeted = false
  shard.on(WebSocketShardEvents.Hello, () => {
    // It would beat twice, and once of it without end.
    if (isGreeted) throw new Error('Discord greeted twice.')
    isGreeted = true
  })
  shard.on(WebSocketShardEvents.Closed, ({ code }) => ending.resolve(closedBy(code)))
  shard.on(WebSocketShardEvents.Error, ({ error }) =>
    ending.resolve(new GatewayError(`The gateway broke (${error.message}).`)),
  )

  function cut(): void {
    if (inner.heartbeatInterval) clearInterval(inner.heartbeatInterval)
    if (!inner.connection) return
    // One that is cut while it is being made breaks, and the library no longer listens to it.
    inner.connection.onerror = () => undefined
    inner.connection.terminate()
  }
  void ending.promise.then(() => clock.wait(PARTING_MS)).then(cut)

  const failed = ending.promise.then(error => {
    throw error
  })
  failed.catch(() => undefined)
  const taken = shard.connect()
  taken.catch(() => undefined)
  return {
    ready: Promise.race([taken, failed]),
    gone: ending.promise.then(() => undefined),
    close: async () => {
      const closed = shard.destroy({ reason: 'Readout stops' })
      await Promise.race([closed, clock.wait(PARTING_MS)])
      cut()
    },
  }
}

function closedBy(code: number | undefined, reason?: string): GatewayError {
  const fatal = code === undefined ? undefined : FATAL[code]
  if (fatal !== undefined) return new GatewayError(fatal, REFUSED_WAIT_MS)
  return new GatewayError(
    `The connection to Discord was closed (${[code, reason].filter(Boolean).join(', ') || 'no reason given'}).`,
  )
}
