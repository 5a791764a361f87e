import type { SocketModeReceiver } from '@slack/bolt'
import { WebAPIPlatformError } from '@slack/web-api'
import { type Connection, keepConnected } from '../keep-connected.ts'
import type { Clock, Log } from '../platform.ts'
import { outcomeOf } from './outcome.ts'

const REFUSED_WAIT_MS = 60_000

/** What to click when Slack refuses to open a socket. */
export const APP_TOKEN_REMEDY =
  'Set SLACK_APP_TOKEN to an app-level token with connections:write: your app, Basic Information, App-Level Tokens; and turn on Socket Mode.'

/** A socket that does not close in order is left to the end of the process. */
const PARTING_MS = 1000

/**
 * Keeps a Socket Mode connection open. The receiver must not reconnect by itself: its own way ends the process when Slack refuses a new
 * connection. A socket that answers no ping is closed by it.
 */
export function keepSocket({ client }: SocketModeReceiver, log: Log, clock: Clock): Connection {
  const connection = keepConnected(
    {
      name: 'Slack',
      open: async () => {
        const gone = new Promise<void>(resolve => client.once('disconnected', () => resolve()))
        await client.start().catch(turnedAway)
        return { gone }
      },
      explain: error => {
        const outcome = outcomeOf(error)
        const note = outcome.kind === 'refused' ? `${outcome.why} ${APP_TOKEN_REMEDY}` : outcome.why
        return error instanceof WebAPIPlatformError ? { note, waitMs: REFUSED_WAIT_MS } : { note }
      },
      close: () => client.disconnect(),
    },
    log,
    clock,
  )
  return {
    health: connection.health,
    stop: async () => {
      await Promise.race([connection.stop(), clock.wait(PARTING_MS)])
      // The second time a socket that does not answer is destroyed.
      void client.disconnect()
    },
  }
}
/** A connection that is closed before it is greeted is rejected with nothing. */
function turnedAway(error: unknown): never {
  throw error ?? new Error('Slack closed the new connection before it greeted it.')
}
