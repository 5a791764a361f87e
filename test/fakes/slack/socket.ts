import { randomUUID } from 'node:crypto'
import type { IncomingMessage } from 'node:http'
import type { Duplex } from 'node:stream'
import { type WebSocket, WebSocketServer } from 'ws'
import type { JsonObject } from '../shape.ts'
import type { Clock } from './clock.ts'
import type { Journal } from './journal.ts'
import { isObject } from './message-body.ts'
import { parse } from './request.ts'

/** https://docs.slack.dev/apis/events-api/using-socket-mode#connections */
const MOST_CONNECTIONS = 10

/** Some hours, as Slack says: https://docs.slack.dev/apis/events-api/using-socket-mode#connect */
const CONNECTION_TIME_S = 18_060

/** How long a connection lasts after a warning: https://docs.slack.dev/apis/events-api/using-socket-mode#disconnect */
const GRACE_MS = 10_000

export type DisconnectReason = 'warning' | 'refresh_requested' | 'link_disabled' | 'too_many_websockets'

/**
 * A connection: `live`; `deaf`, open but nothing that the app sends is read and nothing is sent; `starved`, which answers pings but
 * gets no envelope.
 */
export type Connection = { host: string; state: 'live' | 'deaf' | 'starved'; webSocket: WebSocket; envelopes: number }

export type Envelope = {
  type: 'slash_commands' | 'interactive' | 'events_api'
  payload: JsonObject
  accepts_response_payload: boolean
  retry_attempt?: number
  retry_reason?: string
}

/** An envelope on its way. */
export type Sent = { giveUp: () => void; isLost: () => boolean }

export type SocketOptions = { clock: Clock; journal: Journal; appId: string; pingIntervalMs: number }

/** The server's half of Socket Mode: https://docs.slack.dev/apis/events-api/using-socket-mode */
export function createSocketMode({ clock, journal, appId, pingIntervalMs }: SocketOptions) {
  const server = new WebSocketServer({ noServer: true })
  const tickets = new Set<string>()
  const connections: Connection[] = []
  const pending = new Map<string, (payload: unknown) => void>()
  const settled = new Set<string>()
  const counts = { opened: 0, sent: 0, tooMany: 0 }
  const pings = setInterval(pingAll, pingIntervalMs).unref()

  function pingAll(): void {
    for (const { state, host, webSocket } of connections) if (state !== 'deaf') webSocket.ping(`Ping from ${host}`)
  }

  function upgrade(request: IncomingMessage, socket: Duplex, head: Buffer): void {
    const ticket = new URL(request.url ?? '/', 'ws://slack').searchParams.get('ticket') ?? ''
    if (!tickets.delete(ticket)) {
      journal.violate('A socket was opened with an address that was never given out, or with one used before.')
      socket.end('HTTP/1.1 400 Bad Request\r\nConnection: close\r\n\r\n')
      return
    }
    server.handleUpgrade(request, socket, head, welcome)
  }

  function welcome(webSocket: WebSocket): void {
    const host = `applink-${++counts.opened}`
    const connection: Connection = { host, state: 'live', webSocket, envelopes: 0 }
    webSocket.on('error', () => webSocket.terminate())
    webSocket.on('close', () => forget(connection))
    webSocket.on('message', message => readAck(String(message)))
    if (counts.tooMany > 0 || connections.length >= MOST_CONNECTIONS) turnAway(connection)
    else admit(connection)
  }

  function admit(connection: Connection): void {
    const { host, webSocket } = connection
    connections.push(connection)
    const debug_info = { host, build_number: 1, approximate_connection_time: CONNECTION_TIME_S }
    const hello = { type: 'hello', num_connections: connections.length, debug_info, connection_info: { app_id: appId } }
    webSocket.send(JSON.stringify(hello))
    journal.changed()
  }

  function turnAway(connection: Connection): void {
    if (counts.tooMany > 0) counts.tooMany -= 1
    sayGoodbye(connection, 'too_many_websockets')
    connection.webSocket.close()
  }

  function forget(connection: Connection): void {
    const at = connections.indexOf(connection)
    if (at >= 0) connections.splice(at, 1)
    journal.changed()
  }

  /** https://docs.slack.dev/apis/events-api/using-socket-mode#acknowledge */
  function readAck(text: string): void {
    const message = parse(text)
    const { envelope_id, payload } = isObject(message) ? message : {}
    const acknowledge = pending.get(String(envelope_id))
    if (acknowledge) {
      acknowledge(payload)
    } else if (settled.has(String(envelope_id))) {
      journal.violate('An envelope was acknowledged twice, or after its time.')
    } else {
      journal.violate('The socket got a message that acknowledges no envelope.')
    }
  }

  function sayGoodbye({ webSocket, host }: Connection, reason: DisconnectReason): void {
    webSocket.send(JSON.stringify({ type: 'disconnect', reason, debug_info: { host } }))
  }

  /** One of the open connections, each in its turn; a deaf one only where there is no other, for Slack doesn't know. */
  function pick(): Connection | undefined {
    const live = connections.filter(({ state }) => state === 'live')
    const able = live.length > 0 ? live : connections
    return able[counts.sent++ % able.length]
  }

  return {
    upgrade,
    /** The query of a new address, good for one connection. */
    issueTicket(): string {
      const ticket = randomUUID()
      tickets.add(ticket)
      return `ticket=${ticket}&app_id=${appId}`
    },
    connections,
    /**
     * Sends an envelope over one connection. Calls back with the payload of its acknowledgement; gives back what stops waiting
     * for it, and whether the connection lost it, or nothing where no connection is open.
     */
    send(envelope: Envelope, acknowledged: (payload: unknown) => void): Sent | undefined {
      const connection = pick()
      if (!connection) return undefined
      const id = randomUUID()
      const giveUp = () => {
        pending.delete(id)
        settled.add(id)
      }
      pending.set(id, payload => {
        giveUp()
        acknowledged(payload)
      })
      connection.envelopes += 1
      if (connection.state === 'live') connection.webSocket.send(JSON.stringify({ envelope_id: id, ...envelope }))
      return { giveUp, isLost: () => connection.state !== 'live' || !connections.includes(connection) }
    },
    /** Asks the app to leave: a frame to the given connections, which are closed after a while if it didn't. */
    disconnect(reason: DisconnectReason, leaving: Connection[] = [...connections]): void {
      for (const connection of leaving) {
        sayGoodbye(connection, reason)
        clock.after(GRACE_MS, () => connection.webSocket.terminate())
      }
    },
    /** Resets the given connections, or all, without a word. */
    cut(lost: Connection[] = [...connections]): void {
      for (const connection of [...lost]) {
        connection.webSocket.terminate()
        forget(connection)
      }
    },
    /** The given connections, or all, stay open, but nothing is read any more and nothing sent: no pong, no envelope. */
    deafen(deaf: Connection[] = [...connections]): void {
      for (const connection of deaf) {
        connection.state = 'deaf'
        connection.webSocket.pause()
      }
    },
    /** The given connections, or all, answer pings as ever and get no envelope. */
    starve(starved: Connection[] = [...connections]): void {
      for (const connection of starved) connection.state = 'starved'
    },
    /** The next connections are turned away with `too_many_websockets`: https://github.com/slackapi/bolt-js/issues/2225 */
    turnAwayNext(times = 1): void {
      counts.tooMany += times
    },
    /** Closes every connection in order, so that no client is left waiting for the end of its handshake. */
    async close(): Promise<void> {
      clearInterval(pings)
      const leaving = [...connections]
      await Promise.all(leaving.map(part))
      server.close()
    },
  }
}

/** A close that the app doesn't answer within this time is cut short. */
const PARTING_MS = 500

const part = ({ webSocket, state }: Connection): Promise<void> =>
  new Promise(resolve => {
    const timer = setTimeout(() => webSocket.terminate(), state === 'deaf' ? 0 : PARTING_MS)
    webSocket.once('close', () => {
      clearTimeout(timer)
      resolve()
    })
    webSocket.close()
  })

export type SocketMode = ReturnType<typeof createSocketMode>
