import { schedule } from 'node-cron'
import type { Budget } from './card/card.ts'
import { type Dispatcher, startDispatcher } from './delivery/dispatch.ts'
import { createNotices } from './delivery/notices.ts'
import { type Beat, createBeat } from './digest/beat.ts'
import { formatDestination, parseDestination } from './digest/destination.ts'
import type { Digest } from './digest/digest.ts'
import type { Library } from './library/library.ts'
import type { Clock, Destination, Log, Platform } from './platform/platform.ts'
import type { Store } from './store/store.ts'

/** What digests are carried out with. */
export type DigestsOptions = {
  store: Store
  platforms: Platform[]
  library: () => Library
  /** The digests that there are now: of the configuration, and made in chat. */
  digests: () => Promise<Digest[]>
  /** Where operators are told of trouble, where the configuration says so. */
  notices: () => Destination | undefined
  /** Whether everything is paused. */
  isPaused: () => boolean
  clock: Clock
  log: Log
}

/** Digests as they are carried out. */
export type Digests = {
  beat: Beat
  /** Looks at once whether something is due. */
  look: () => void
  /** Begins nothing more; resolves when what is in hand is written. */
  stop: () => Promise<void>
}

/** Deliveries that ended are kept for so long. */
const KEPT_MS = 90 * 86_400_000

const HOME_BUTTON = { id: '1h:/:1', label: 'All briefs' }

/** Looks once a minute what is due, and sends it. */
export function startDigests(options: DigestsOptions): Digests {
  const { store, platforms, clock, log, isPaused } = options
  let dispatcher: Dispatcher | undefined
  const wake = () => dispatcher?.wake()
  const notices = createNotices({
    store,
    clock,
    log,
    destination: () => {
      const to = options.notices()
      return to && formatDestination(to)
    },
    button: HOME_BUTTON,
    wake,
  })
  const beat = createBeat({
    store,
    digests: options.digests,
    material: () => ({ library: options.library(), budgetOf: budgetsOf(platforms) }),
    missed: ({ id, name }, slots) => {
      const last = slots.at(-1)?.toISOString() ?? ''
      const what = `${name}: ${slots.length === 1 ? 'one slot was' : `${slots.length} slots were`} missed, the last at ${last}.`
      return notices.tell(`missed:${id}:${last}`, what, 'Readout was not running then.', '')
    },
  })
  dispatcher = startDispatcher({
    store,
    platforms,
    clock,
    log,
    readDestination,
    isFresh: delivery => beat.refresh(delivery, clock.now()),
    isPaused,
    trouble: notices.tellOf,
  })

  let looking: Promise<void> | undefined
  let isBroken = false
  /** One look at a time; what happens meanwhile is seen by the next. */
  function look(): Promise<void> {
    looking ??= beat
      .look(clock.now(), isPaused())
      .then(posted => {
        isBroken = false
        if (posted > 0) wake()
      })
      .catch(error => {
        if (!isBroken) log(`Digests wait: ${error instanceof Error ? error.message : String(error)}`)
        isBroken = true
      })
      .finally(() => {
        looking = undefined
      })
    return looking
  }

  const prune = () =>
    store.prune(new Date(clock.now().getTime() - KEPT_MS).toISOString()).catch(error => log(`Old rows stay: ${error}`))

  const minutely = schedule('* * * * *', look)
  const nightly = schedule('17 3 * * *', prune)
  void look()
  return {
    beat,
    look: () => void look(),
    stop: async () => {
      await Promise.all([minutely.destroy(), nightly.destroy()])
      await looking
      await dispatcher?.stop()
    },
  }
}

/** What a destination's text says, as it was stored. */
export function readDestination(text: string): Destination {
  const destination = parseDestination(text)
  if (!destination) throw new Error(`"${text}" is no destination.`)
  return destination
}

/** What one message of a platform holds; of one that is not set up, what all of them hold. */
const budgetsOf =
  (platforms: Platform[]) =>
  (name: string): Budget => {
    const smallest = platforms.map(({ budget }) => budget).toSorted((a, b) => a.characters - b.characters)[0]
    return (platforms.find(platform => platform.name === name)?.budget ?? smallest) as Budget
  }
