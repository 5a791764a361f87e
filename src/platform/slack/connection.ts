import type { SocketModeReceiver } from '@slack/bolt'
import { WebAPIPlatformError } from '@slack/web-api'
import type { Clock, Health, Log } from '../platform.ts'
import { outcomeOf } from './outcome.ts'

/** Slack greets a new socket at once; one that stays silent for this long is given up. */
const HELLO_MS = 20_000

/** The wait before the next try, doubled from the first to the last; after a refusal of the token the last at once. */
const FIRST_WAIT_MS = 250
const LAST_WAIT_MS = 10_000
const REFUSED_WAIT_MS = 60_000

/** A connection that ends sooner is waited after ever longer, lest one that is closed at once be opened without end. */
const STEADY_MS = 10_000

const waitAfter = (failures: number): number => Math.min(LAST_WAIT_MS, FIRST_WAIT_MS * 2 ** failures)

/** What to click when Slack refuses to open a socket. */
export const APP_TOKEN_REMEDY =
  'Set SLACK_APP_TOKEN to an app-level token with connections:write: your app, Basic Information, App-Level Tokens; and turn on Socket Mode.'

/** A socket that does not close in order is left to the end of the process. */
const PARTING_MS = 1000

/** A socket that is kept open. */
export type Connection = { health: () => Health; stop: () => Promise<void> }

/**
 * Keeps a Socket Mode connection open until it is stopped: an outage of whatever length ends with a new one. The receiver must not
 * reconnect by itself: its own way ends the process when Slack refuses a new connection. A socket that answers no ping is closed by it.
 */
export function keepConnected({ client }: SocketModeReceiver, log: Log, clock: Clock): Connection {
  const stopping = new AbortController()
  let health: Health = { isUp: false, note: 'Slack is being connected.' }
  let failures = 0
  let isNew = true
  let unsteady = 0

  async function connectOnce(): Promise<void> {
    const gone = new Promise<void>(resolve => client.once('disconnected', () => resolve()))
    await greeted(client, clock)
    if (stopping.signal.aborted) return void (await client.disconnect())
    if (failures > 0 || isNew) log('Slack is connected.')
    isNew = false
    failures = 0
    health = { isUp: true, note: 'Slack is connected.' }
    const since = clock.now().getTime()
    await gone
    unsteady = clock.now().getTime() - since < STEADY_MS ? unsteady + 1 : 0
    health = { isUp: false, note: 'The connection to Slack was closed; a new one is being made.' }
  }

  async function run(): Promise<void> {
    while (!stopping.signal.aborted) {
      const wait = await connectOnce().then(
        () => waitAfter(unsteady),
        error => {
          const why = outcomeOf(error)
          const note = why.kind === 'refused' ? `${why.why} ${APP_TOKEN_REMEDY}` : why.why
          if (failures++ === 0) log(`Slack is not connected: ${note}`)
          health = { isUp: false, note }
          return error instanceof WebAPIPlatformError ? REFUSED_WAIT_MS : waitAfter(failures)
        },
      )
      await clock.wait(wait, stopping.signal).catch(() => undefined)
    }
  }

  const running = run()
  return {
    health: () => health,
    stop: async () => {
      stopping.abort()
      await Promise.race([client.disconnect().then(() => running), clock.wait(PARTING_MS)])
      // The second time a socket that does not answer is destroyed.
      void client.disconnect()
    },
  }
}

/** Resolves when Slack has greeted a new socket; one that is not greeted is closed. */
async function greeted(client: SocketModeReceiver['client'], clock: Clock): Promise<void> {
  const late = new AbortController()
  const silence = clock.wait(HELLO_MS, late.signal).then(() => {
    throw new Error('Slack did not greet the new connection.')
  })
  try {
    await Promise.race([client.start().catch(turnedAway), silence])
  } catch (error) {
    await client.disconnect()
    throw error
  } finally {
    silence.catch(() => undefined)
    late.abort()
  }
}

/** A connection that is closed before it is greeted is rejected with nothing. */
function turnedAway(error: unknown): never {
  throw error ?? new Error('Slack closed the new connection before it greeted it.')
}
