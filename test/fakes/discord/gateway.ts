import { randomBytes } from 'node:crypto'
import type { IncomingMessage } from 'node:http'
import type { Duplex } from 'node:stream'
import { type RawData, type WebSocket, WebSocketServer } from 'ws'
import type { JsonObject } from '../shape.ts'
import type { Clock } from '../slack/clock.ts'
import { isObject } from '../slack/message-body.ts'
import { applicationFlags } from './account.ts'
import { drawGuildCreate, drawUser } from './draw.ts'
import { type Identity, Refused, readIdentify } from './identify.ts'
import type { DiscordJournal } from './journal.ts'
import { expect, type World } from './world.ts'

/** https://docs.discord.com/developers/topics/opcodes-and-status-codes#gateway-gateway-opcodes */
const DISPATCH = 0
const HEARTBEAT = 1
const IDENTIFY = 2
const RESUME = 6
const RECONNECT = 7
const INVALID_SESSION = 9
const HELLO = 10
const HEARTBEAT_ACK = 11
/** Presence, voice state, members, sounds: taken and left without an answer. */
const OTHERS = [3, 4, 8, 31]

/** https://docs.discord.com/developers/events/gateway#sending-events */
const LARGEST_FRAME = 4096

/** https://docs.discord.com/developers/events/gateway#rate-limiting */
const FRAMES = 120
const FRAMES_WINDOW_MS = 60_000

/** Of session starts a day: https://docs.discord.com/developers/events/gateway#identifying */
const STARTS = 1000

/** “A few minutes”: https://docs.discord.com/developers/events/gateway#initiating-a-disconnect */
const SESSION_LIFE_MS = 3 * 60_000

/** How many events a session keeps to be replayed. */
const KEPT_FRAMES = 1000

type Frame = { op: number; d: unknown; s: number; t: string }

type Session = Identity & {
  id: string
  seq: number
  frames: Frame[]
  connection: Connection | undefined
  /** By the clock, since it has no connection. */
  lostAt: number
  isOver: boolean
}

/** `zombie`: open, but nothing that the app sends is answered and nothing is sent. */
type Connection = {
  webSocket: WebSocket
  isForResuming: boolean
  state: 'live' | 'zombie'
  session?: Session
  /** Whether it was greeted: READY or RESUMED was sent. */
  isReady: boolean
  /** By the real clock, when the app sent something. */
  sentAt: number[]
  beat?: NodeJS.Timeout
}

export type GatewayOptions = {
  world: World
  clock: Clock
  journal: DiscordJournal
  host: () => string
  heartbeatIntervalMs: number
  heartbeatToleranceMs: number
  identifyIntervalMs: number
  maxConcurrency: number
  sessionStarts: number | undefined
}

export type Gateway = ReturnType<typeof createGateway>

/**
 * The server's half of the gateway: https://docs.discord.com/developers/events/gateway. What a client times itself (heartbeats, the
 * pause between identifies, frames a minute) goes by the real clock; only how long a lost session lives goes by Discord's.
 */
export function createGateway(options: GatewayOptions) {
  const { world, clock, journal, host } = options
  const { account } = world
  const server = new WebSocketServer({ noServer: true })
  const connections: Connection[] = []
  const sessions: Session[] = []
  const identifiedAt = new Map<number, number>()
  const counts = { identifies: 0, resumes: 0, heartbeats: 0, intents: 0, refuseResumes: 0 }

  function upgrade(request: IncomingMessage, socket: Duplex, head: Buffer) {
    const url = new URL(request.url ?? '/', 'ws://discord')
    server.handleUpgrade(request, socket, head, webSocket => welcome(webSocket, url))
  }

  function welcome(webSocket: WebSocket, { pathname, searchParams }: URL) {
    const connection: Connection = {
      webSocket,
      isForResuming: pathname.startsWith('/resume'),
      state: 'live',
      isReady: false,
      sentAt: [],
    }
    webSocket.on('error', () => webSocket.terminate())
    webSocket.on('close', code => forget(connection, code))
    webSocket.on('message', (data, isBinary) => receive(data, isBinary, connection))
    connections.push(connection)
    if (searchParams.get('v') !== '10') return shut(connection, 4012, 'Invalid API version.')
    if (searchParams.get('encoding') !== 'json' || searchParams.has('compress'))
      return shut(connection, 4002, 'The fake speaks JSON without compression.')
    send(connection, { op: HELLO, d: { heartbeat_interval: options.heartbeatIntervalMs, _trace: ['["fake"]'] } })
    expectBeat(connection)
    journal.changed()
  }

  function forget(connection: Connection, code: number): void {
    clearTimeout(connection.beat)
    const at = connections.indexOf(connection)
    if (at >= 0) connections.splice(at, 1)
    const { session } = connection
    if (session?.connection === connection) {
      Object.assign(session, { connection: undefined, lostAt: clock.now() })
      if (code === 1000 || code === 1001) session.isOver = true
    }
    journal.changed()
  }

  /** https://docs.discord.com/developers/events/gateway#heartbeat-interval */
  function expectBeat(connection: Connection): void {
    clearTimeout(connection.beat)
    const patienceMs = options.heartbeatIntervalMs + options.heartbeatToleranceMs
    connection.beat = setTimeout(shut, patienceMs, connection, 4009, 'Session timed out.').unref()
  }

  /** Closes a connection; what these codes end can't be resumed: https://docs.discord.com/developers/topics/opcodes-and-status-codes#gateway-gateway-close-event-codes */
  function shut(connection: Connection, code: number, reason: string) {
    if (connection.session && (code === 4007 || code === 4009 || code >= 4010)) connection.session.isOver = true
    connection.webSocket.close(code, reason)
  }

  const send = ({ webSocket, state }: Connection, frame: { op: number; d?: unknown; s?: number; t?: string }) => {
    if (state === 'live') webSocket.send(JSON.stringify({ t: null, s: null, d: null, ...frame }))
  }

  function receive(data: RawData, isBinary: boolean, connection: Connection) {
    if (connection.state === 'zombie') return
    const text = String(data)
    if (isBinary || Buffer.byteLength(text) > LARGEST_FRAME) return fail(connection, 4002, 'Decode error.')
    if (isTooMany(connection)) return fail(connection, 4008, 'Rate limited.')
    try {
      obey(readFrame(text), connection)
    } catch (error) {
      if (!(error instanceof Refused)) throw error
      fail(connection, error.code, error.message)
    }
    journal.changed()
  }

  /** The app is to blame. */
  function fail(connection: Connection, code: number, reason: string) {
    journal.violate(`The gateway closed a connection with ${code}: ${reason}`)
    shut(connection, code, reason)
  }

  function isTooMany({ sentAt }: Connection): boolean {
    const now = performance.now()
    sentAt.push(now)
    while (now - (sentAt[0] ?? now) > FRAMES_WINDOW_MS) sentAt.shift()
    return sentAt.length > FRAMES
  }

  function obey({ op, d }: JsonObject, connection: Connection) {
    if (op === HEARTBEAT) return acknowledge(d, connection)
    if (op === IDENTIFY) return identify(d, connection)
    if (op === RESUME) return resume(d, connection)
    if (!OTHERS.includes(Number(op))) throw new Refused(4001, 'Unknown opcode.')
    if (!connection.session) throw new Refused(4003, 'Not authenticated.')
  }

  function acknowledge(seq: unknown, connection: Connection): void {
    const last = connection.session?.seq ?? 0
    if (seq !== null && (!Number.isInteger(seq) || Number(seq) > last))
      journal.violate(`A heartbeat told the sequence ${seq}, which was never sent.`)
    counts.heartbeats += 1
    expectBeat(connection)
    send(connection, { op: HEARTBEAT_ACK })
  }

  function identify(d: unknown, connection: Connection) {
    if (connection.session) throw new Refused(4005, 'Already authenticated.')
    const identity = readIdentify(d, account)
    counts.identifies += 1
    counts.intents = identity.intents
    if (isTooSoon(identity)) {
      journal.violate('Two identifies came within the time that Discord allows for one.')
      return send(connection, { op: INVALID_SESSION, d: false })
    }
    const id = randomBytes(16).toString('hex')
    const session = { ...identity, id, seq: 0, frames: [], connection, lostAt: 0, isOver: false }
    sessions.push(session)
    connection.session = session
    greet(session)
    connection.isReady = true
  }

  /** https://docs.discord.com/developers/events/gateway#sharding-max-concurrency */
  function isTooSoon({ shard: [shard] }: Identity): boolean {
    const key = shard % options.maxConcurrency
    const now = performance.now()
    const before = identifiedAt.get(key) ?? Number.NEGATIVE_INFINITY
    identifiedAt.set(key, now)
    return now - before < options.identifyIntervalMs
  }

  /** https://docs.discord.com/developers/events/gateway-events#ready, and the guilds as they become available */
  function greet(session: Session): void {
    const guilds = [...world.guilds.values()].filter(
      ({ id, members }) => members.has(account.applicationId) && isFor(session, id),
    )
    dispatch(session, 'READY', {
      v: 10,
      user: {
        ...drawUser(expect(world.users, account.applicationId, 'user')),
        verified: true,
        mfa_enabled: false,
        email: null,
      },
      guilds: guilds.map(({ id }) => ({ id, unavailable: true })),
      session_id: session.id,
      resume_gateway_url: `ws://${host()}/resume`,
      session_type: 'normal',
      private_channels: [],
      relationships: [],
      presences: [],
      application: { id: account.applicationId, flags: applicationFlags(account) },
      shard: session.shard,
      _trace: ['["fake"]'],
    })
    for (const guild of guilds)
      if (session.intents & GUILDS) dispatch(session, 'GUILD_CREATE', drawGuildCreate(guild, world))
  }

  /** https://docs.discord.com/developers/events/gateway#resuming */
  function resume(d: unknown, connection: Connection) {
    counts.resumes += 1
    if (!isObject(d) || d.token !== account.token || !account.isTokenValid)
      throw new Refused(4004, 'Authentication failed.')
    const session = sessions.find(one => one.id === d.session_id)
    const isHere = session !== undefined && session === connection.session
    if (!connection.isForResuming && !isHere)
      journal.violate('A session was resumed elsewhere than at its resume_gateway_url.')
    if (!session || isDead(session)) return send(connection, { op: INVALID_SESSION, d: false })
    if (typeof d.seq !== 'number' || d.seq > session.seq) {
      session.isOver = true
      throw new Refused(4007, 'Invalid seq.')
    }
    if (!isHere) session.connection?.webSocket.terminate()
    Object.assign(session, { connection })
    connection.session = session
    for (const frame of session.frames) if (frame.s > d.seq) send(connection, frame)
    dispatch(session, 'RESUMED', { _trace: ['["fake"]'] })
    connection.isReady = true
  }

  function isDead(session: Session): boolean {
    if (counts.refuseResumes > 0) {
      counts.refuseResumes -= 1
      session.isOver = true
    }
    return session.isOver || (!session.connection && clock.now() - session.lostAt > SESSION_LIFE_MS)
  }

  function dispatch(session: Session, t: string, d: unknown): void {
    session.seq += 1
    const frame = { op: DISPATCH, d, s: session.seq, t }
    session.frames.push(frame)
    if (session.frames.length > KEPT_FRAMES) session.frames.shift()
    if (session.connection) send(session.connection, frame)
  }

  /** Tells every session that has the intent and the shard; says how many there are, and how many of them hear it at once. */
  function tell(t: string, d: JsonObject, guildId?: string): { told: number; live: number } {
    const intent = intentOf(t, guildId)
    const able = sessions.filter(
      session => !session.isOver && isFor(session, guildId) && (session.intents & intent) === intent,
    )
    for (const session of able) dispatch(session, t, d)
    return { told: able.length, live: able.filter(({ connection }) => connection?.state === 'live').length }
  }

  const ready = () => connections.filter(({ isReady, state }) => isReady && state === 'live')

  return {
    upgrade,
    tell,
    /** Whether no connection hears anything. */
    isDeaf: (): boolean => ready().length === 0,
    /** What GET /gateway/bot tells: https://docs.discord.com/developers/events/gateway#get-gateway-bot */
    draw: (): JsonObject => ({
      url: `ws://${host()}/gateway`,
      shards: 1,
      session_start_limit: {
        total: STARTS,
        remaining: options.sessionStarts ?? STARTS - counts.identifies,
        reset_after: 14_400_000,
        max_concurrency: options.maxConcurrency,
      },
    }),
    controls: {
      /** How many connections are open as far as Discord knows, zombies too. */
      get connections(): number {
        return connections.length
      },
      get identifies(): number {
        return counts.identifies
      },
      get resumes(): number {
        return counts.resumes
      },
      get heartbeats(): number {
        return counts.heartbeats
      },
      /** Of the last identify. */
      get intents(): number {
        return counts.intents
      },
      /** Waits until so many connections are greeted (READY or RESUMED) and no zombies. */
      whenReady: (count = 1, withinMs?: number) => journal.until(() => ready().length === count, withinMs),
      /** Closes every connection with a code. */
      close(code: number, reason = ''): void {
        for (const connection of [...connections]) shut(connection, code, reason)
      },
      /** Destroys every connection without a close frame. */
      cut(): void {
        for (const connection of [...connections]) {
          connection.webSocket.terminate()
          forget(connection, 1006)
        }
      },
      /** Every connection stays open, but nothing is sent any more, not even an acknowledgement. */
      zombie(): void {
        for (const connection of connections) {
          connection.state = 'zombie'
          clearTimeout(connection.beat)
        }
        journal.changed()
      },
      /** Like `zombie`, and the socket itself is dead: not even a close is answered. */
      freeze(): void {
        this.zombie()
        for (const { webSocket } of connections) webSocket.pause()
      },
      /** Opcode 9. */
      invalidate(isResumable: boolean): void {
        for (const connection of ready()) {
          if (connection.session) connection.session.isOver ||= !isResumable
          connection.isReady = false
          send(connection, { op: INVALID_SESSION, d: isResumable })
        }
      },
      /** Opcode 7. */
      askReconnect(): void {
        for (const connection of ready()) send(connection, { op: RECONNECT })
      },
      /** Opcode 1, to be answered with a heartbeat at once. */
      askHeartbeat(): void {
        for (const connection of ready()) send(connection, { op: HEARTBEAT })
      },
      /** The next resumes are answered with opcode 9. */
      refuseResume(times = 1): void {
        counts.refuseResumes += times
      },
      /** Any frame, as it stands, outside every session's sequence. */
      sendRaw(text: string | Buffer): void {
        for (const { webSocket } of ready()) webSocket.send(text)
      },
      /** Any event, in the sequence of every session. */
      dispatch(t: string, d: unknown): void {
        for (const session of sessions) if (!session.isOver) dispatch(session, t, d)
      },
    },
    /** Closes every connection in order, so that no client is left waiting for the end of its handshake. */
    async end(): Promise<void> {
      await Promise.all([...connections].map(part))
      server.close()
    },
  }
}

/** A close that the app doesn't answer within this time is cut short. */
const PARTING_MS = 200

const part = ({ webSocket, beat }: Connection): Promise<void> =>
  new Promise(resolve => {
    clearTimeout(beat)
    const timer = setTimeout(() => webSocket.terminate(), PARTING_MS)
    webSocket.once('close', () => {
      clearTimeout(timer)
      resolve()
    })
    webSocket.close(1001)
  })

function readFrame(text: string): JsonObject {
  try {
    const frame: unknown = JSON.parse(text)
    if (isObject(frame) && Number.isInteger(frame.op)) return frame
  } catch {}
  throw new Refused(4002, 'Decode error.')
}

/** https://docs.discord.com/developers/events/gateway#list-of-intents */
const GUILDS = 1 << 0
const GUILD_MESSAGES = 1 << 9
const DIRECT_MESSAGES = 1 << 12

function intentOf(event: string, guildId: string | undefined): number {
  if (event.startsWith('MESSAGE_')) return guildId === undefined ? DIRECT_MESSAGES : GUILD_MESSAGES
  return /^(?:GUILD|CHANNEL)_/.test(event) ? GUILDS : 0
}

/** https://docs.discord.com/developers/events/gateway#sharding-sharding-formula */
const isFor = ({ shard: [shard, count] }: Session, guildId: string | undefined): boolean =>
  (guildId === undefined ? 0 : Number((BigInt(guildId) >> 22n) % BigInt(count))) === shard
