import { schedule } from 'node-cron'
import type { Budget } from './card/card.ts'
import { startDispatcher } from './delivery/dispatch.ts'
import { createNotices, type News, NOTICE, type Trouble } from './delivery/notices.ts'
import { createTeller } from './delivery/teller.ts'
import { type Beat, createBeat } from './digest/beat.ts'
import { formatDestination, parseDestination } from './digest/destination.ts'
import type { Digest } from './digest/digest.ts'
import { type MissingNews, missingNews, SETTINGS_TROUBLE, tellMissing } from './digest/missing.ts'
import type { Library } from './library/library.ts'
import type { Clock, Destination, Log, Platform } from './platform/platform.ts'
import { type Notice, platformOf, type Store } from './store/store.ts'

/** What digests are carried out with. */
export type DigestsOptions = {
  store: Store
  platforms: Platform[]
  library: () => Library
  /** The digests that there are now: of the configuration, and made in chat. */
  digests: () => Promise<Digest[]>
  /** Where operators are told of trouble, where the configuration says so. */
  notices: () => Destination | undefined
  /** Why the settings' file can't be taken as it is now; undefined where all is taken. */
  settingsFault: () => string | undefined
  /** Whether everything is paused. */
  isPaused: () => boolean
  clock: Clock
  log: Log
}

/** Digests as they are carried out. */
export type Digests = {
  postNow: Beat['postNow']
  /** Looks at once whether something is due. */
  look: () => Promise<void>
  /** Begins nothing more; resolves when what is in hand is written. */
  stop: () => Promise<void>
}

/** Deliveries that ended are kept for so long. */
const KEPT_MS = 90 * 86_400_000

/** What a late beat means, slots say better. */
const SILENTLY = { suppressMissedWarning: true }

const HOME_BUTTON = { id: '1h:/:1', label: 'All briefs' }

/** Looks once a minute what is due, and sends it. */
export function startDigests(options: DigestsOptions): Digests {
  const { store, platforms, clock, log, isPaused } = options
  const names = platforms.map(({ name }) => name)
  const notices = createNotices({
    destination: () => {
      const to = options.notices()
      return to && formatDestination(to)
    },
    button: HOME_BUTTON,
  })
  const beat = createBeat({
    store,
    digests: options.digests,
    material: () => ({ library: options.library(), budgetOf: budgetsOf(platforms) }),
    noticeOf: (digest, slots, uncounted, now) => notices.of(missedNews(digest, slots, uncounted), now),
    log,
  })
  const dispatcher = startDispatcher({
    store,
    platforms,
    clock,
    log,
    readDestination,
    isFresh: async delivery => delivery.digest === NOTICE || beat.refresh(delivery, clock.now()),
    isPaused,
    noticeOf,
  })

  /** Who misses a platform was told so when it was first missed. */
  function noticeOf(trouble: Trouble, now: Date): Notice | undefined {
    const { state, destination } = trouble.delivery
    const isAbsent = !names.includes(platformOf(destination))
    return isAbsent && state === 'expired' ? undefined : notices.ofDelivery(trouble, now)
  }

  /** A channel on a platform that is missing would hear of it when it is there again. */
  function noticeOfMissing(news: MissingNews, now: Date): Notice {
    const { trouble, ...notice } = notices.of(news, now)
    return names.includes(options.notices()?.platform ?? '') ? { trouble, ...notice } : { trouble }
  }

  async function lookOnce(): Promise<void> {
    const now = clock.now()
    const missing = missingNews(await options.digests(), options.library(), names, options.settingsFault())
    // Of the settings the log has every fault already.
    for (const { trouble } of await tellMissing(store, missing, news => noticeOfMissing(news, now)))
      if (trouble.trouble !== SETTINGS_TROUBLE) log(trouble.note)
    await beat.look(now, isPaused())
  }

  const teller = createTeller('Digests wait', log)
  let looking: Promise<void> | undefined
  let isAsked = false
  let isStopped = false

  async function lookWhileAsked(): Promise<void> {
    while (isAsked && !isStopped) {
      isAsked = false
      await lookOnce().then(() => teller.isWell(), teller.fails)
      dispatcher.wake()
    }
    looking = undefined
  }

  /** One look at a time. What happened during one is seen by one more. */
  function look(): Promise<void> {
    isAsked = true
    looking ??= lookWhileAsked()
    return looking
  }

  let pruning: Promise<unknown> | undefined
  function prune(): Promise<unknown> {
    const before = new Date(clock.now().getTime() - KEPT_MS).toISOString()
    pruning = store.prune(before).catch(error => log(`Old rows stay: ${error}`))
    return pruning
  }

  const minutely = schedule('* * * * *', look, SILENTLY)
  const nightly = schedule('17 3 * * *', prune, SILENTLY)
  // A beat that comes too late is left out by the library.
  minutely.on('execution:missed', () => void look())
  void look()
  return {
    postNow: async (...given) => {
      // A digest that was changed just now begins anew first.
      await looking
      return beat.postNow(...given)
    },
    look,
    stop: async () => {
      isStopped = true
      await Promise.all([minutely.destroy(), nightly.destroy()])
      await Promise.all([looking, pruning])
      await dispatcher.stop()
    },
  }
}

function missedNews({ id, name }: Digest, slots: Date[], uncounted: number): News {
  const last = slots.at(-1)?.toISOString() ?? ''
  const count = slots.length + uncounted
  const what =
    count === 1
      ? `${name}: the slot of ${last} was missed.`
      : `${name}: ${count} slots were missed, the last at ${last}.`
  const remedy = `To post it after all: /readout post ${name} in its channel.`
  return { trouble: `missed:${id}:${last}`, what, why: 'Readout was not running then.', remedy }
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
