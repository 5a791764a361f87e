import type { Clock, Health, Log } from './platform.ts'

/** The wait before the next try, doubled from the first to the last. */
const FIRST_WAIT_MS = 250
const LAST_WAIT_MS = 10_000

/** A connection that ends sooner is waited after ever longer, lest one that is closed at once be opened without end. */
const STEADY_MS = 10_000

const waitAfter = (failures: number): number => Math.min(LAST_WAIT_MS, FIRST_WAIT_MS * 2 ** failures)

/** A platform greets a new connection at once; one that stays silent for this long is given up. */
const GREETING_MS = 20_000

/** What a platform tells of a connection that is kept. */
export type Line = {
  /** The platform's name, as it stands in sentences. */
  name: string
  /** Opens a connection, once: resolves when the platform has greeted it, rejects where it does not. */
  open: () => Promise<{
    /** Resolves when it is closed. */
    gone: Promise<void>
  }>
  /** Why it could not be opened, in a sentence or two, and how long to wait before the next try, where it is known. */
  explain: (error: unknown) => { note: string; waitMs?: number }
  /** Closes what is open, or could not be opened; its promises settle then. */
  close: () => Promise<void>
}

/** A connection that is kept open. */
export type Connection = { health: () => Health; stop: () => Promise<void> }

/** Keeps a connection open until it is stopped: an outage of whatever length ends with a new one. What changes is logged, once. */
export function keepConnected({ name, open, explain, close }: Line, log: Log, clock: Clock): Connection {
  const stopping = new AbortController()
  let health: Health = { isUp: false, note: `${name} is being connected.` }
  let failures = 0
  let isNew = true
  let unsteady = 0

  async function openInTime(): ReturnType<Line['open']> {
    const late = new AbortController()
    const silence = clock.wait(GREETING_MS, late.signal).then(() => {
      throw new Error('it did not greet')
    })
    try {
      return await Promise.race([open(), silence])
    } catch (error) {
      await close()
      throw error
    } finally {
      silence.catch(() => undefined)
      late.abort()
    }
  }

  async function connectOnce(): Promise<void> {
    const { gone } = await openInTime()
    if (stopping.signal.aborted) return close()
    if (failures > 0 || isNew) log(`${name} is connected.`)
    isNew = false
    failures = 0
    health = { isUp: true, note: `${name} is connected.` }
    const since = clock.now().getTime()
    await gone
    unsteady = clock.now().getTime() - since < STEADY_MS ? unsteady + 1 : 0
    health = { isUp: false, note: `The connection to ${name} was closed; a new one is being made.` }
  }

  async function run(): Promise<void> {
    while (!stopping.signal.aborted) {
      const wait = await connectOnce().then(
        () => waitAfter(unsteady),
        error => {
          if (stopping.signal.aborted) return 0
          const { note, waitMs } = explain(error)
          if (failures++ === 0) log(`${name} is not connected: ${note}`)
          health = { isUp: false, note }
          return waitMs ?? waitAfter(failures)
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
      await close()
      await running
      health = { isUp: false, note: `The connection to ${name} was ended.` }
    },
  }
}
