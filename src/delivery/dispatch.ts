import type { Card } from '../card/card.ts'
import type { Clock, Destination, Finding, Log, Outcome, Platform } from '../platform/platform.ts'
import type { Store } from '../store/store.ts'
import type { DeliveryTable } from '../store/tables.ts'
import { afterLook, afterSend, type Change, LEASE_MS, SETTLE_MS, stepOf } from './next.ts'

/** What became of a delivery that people should know of. */
export type Trouble = { delivery: DeliveryTable; why: string; remedy: string }

export type DispatchOptions = {
  store: Store
  platforms: Platform[]
  clock: Clock
  log: Log
  /** What a destination's text says. */
  readDestination: (text: string) => Destination
  /** Whether a delivery that waits may be sent as it is; where not, it has been put out. */
  isFresh: (delivery: DeliveryTable) => Promise<boolean>
  /** Whether nothing is to be sent now; what may have been sent is looked for all the same. */
  isPaused?: () => boolean
  /** Hears of what failed, is uncertain or came too late, and of each destination that is held. */
  trouble: (trouble: Trouble) => Promise<void>
  /** Hears of each delivery that was sent. */
  sent?: (delivery: DeliveryTable) => void
  settleMs?: number
}

export type Dispatcher = {
  /** Looks at once for what is due. */
  wake: () => void
  /** Begins nothing more; resolves when what is in hand is written. */
  stop: () => Promise<void>
}

/** As many destinations are sent to at the same time. */
const AT_ONCE = 50

/** Without news the rows are looked at so often: another process may have written some. */
const LOOK_MS = 15_000

/** How long a database that fails is left alone. */
const AGAIN_MS = 5000

/** A platform that is not set up may be later. */
const NO_PLATFORM_MS = 60_000

/** Sends what is due, one part after the other to each destination, and finds out what became of what may have happened. */
export function startDispatcher(options: DispatchOptions): Dispatcher {
  const { store, clock, log } = options
  const stopping = new AbortController()
  const inHand = new Map<string, Promise<void>>()
  const times = { settleMs: options.settleMs ?? SETTLE_MS }
  let wake = Promise.withResolvers<void>()
  let isBroken = false

  async function apply(delivery: DeliveryTable, { holds, ...change }: Change): Promise<void> {
    if (Object.keys(change).length > 0 && !(await store.write(delivery, change))) return
    const now = { ...delivery, ...change }
    if (holds) await store.hold({ destination: delivery.destination, since: clock.now().toISOString(), ...holds })
    if (now.state === 'sent') options.sent?.(now)
    if (now.state === 'uncertain' || now.state === 'failed' || now.state === 'expired' || holds)
      await options.trouble({ delivery: now, why: now.why ?? '', remedy: now.remedy ?? holds?.remedy ?? '' })
  }

  async function send(delivery: DeliveryTable, platform: Platform, at: Destination): Promise<void> {
    if (delivery.state === 'pending' && !(await options.isFresh(delivery))) return
    const now = clock.now()
    const claim = {
      state: 'sending' as const,
      due: new Date(now.getTime() + LEASE_MS).toISOString(),
      tried: delivery.state === 'pending' ? now.toISOString() : delivery.tried,
      last: now.toISOString(),
      attempts: delivery.attempts + 1,
    }
    if (!(await store.write(delivery, claim))) return
    const outcome = await platform.post(at, JSON.parse(delivery.card) as Card, delivery.id).catch(broken)
    await apply({ ...delivery, ...claim }, afterSend(delivery, outcome, clock.now()))
  }

  async function look(delivery: DeliveryTable, platform: Platform, at: Destination): Promise<void> {
    const since = new Date(delivery.tried ?? delivery.created)
    const finding = await platform.find(at, delivery.id, since).catch(broken)
    await apply(delivery, afterLook(delivery, finding, clock.now()))
  }

  async function step(delivery: DeliveryTable): Promise<void> {
    const at = options.readDestination(delivery.destination)
    const platform = options.platforms.find(({ name }) => name === at.platform)
    const now = clock.now()
    if (!platform) {
      const due = new Date(now.getTime() + NO_PLATFORM_MS).toISOString()
      return void (await store.write(delivery, { due, why: `${at.platform} is not set up.` }))
    }
    const next = stepOf(delivery, now, platform.repeatsWithinMs, times)
    if (next.kind === 'send' && delivery.state === 'pending' && options.isPaused?.())
      return void (await store.write(delivery, { due: new Date(now.getTime() + NO_PLATFORM_MS).toISOString() }))
    if (next.kind === 'send') return send(delivery, platform, at)
    if (next.kind === 'look') return look(delivery, platform, at)
    await apply(delivery, next.change)
  }

  /** Begins what is due, and says how long nothing more is. */
  async function begin(): Promise<number> {
    const now = clock.now()
    for (const delivery of await store.expire(now.toISOString()))
      await options.trouble({ delivery, why: delivery.why ?? '', remedy: '' })
    const due = await store.due(now.toISOString(), AT_ONCE - inHand.size, [...inHand.keys()])
    for (const delivery of due) {
      if (inHand.has(delivery.destination)) continue
      const work = step(delivery)
        .catch(tellBroken)
        .finally(() => {
          inHand.delete(delivery.destination)
          wake.resolve()
        })
      inHand.set(delivery.destination, work)
    }
    isBroken = false
    const next = await store.nextDue(now.toISOString())
    return next === undefined ? LOOK_MS : Math.min(LOOK_MS, Math.max(0, Date.parse(next) - now.getTime()))
  }

  function tellBroken(error: unknown): void {
    if (!isBroken) log(`Deliveries wait: ${error instanceof Error ? error.message : String(error)}`)
    isBroken = true
  }

  async function run(): Promise<void> {
    while (!stopping.signal.aborted) {
      wake = Promise.withResolvers<void>()
      const waitMs = await begin().catch(error => {
        tellBroken(error)
        return AGAIN_MS
      })
      const waiting = new AbortController()
      await Promise.race([wake.promise, clock.wait(waitMs, waiting.signal).catch(() => undefined)])
      waiting.abort()
    }
    await Promise.all(inHand.values())
  }

  const running = run()
  return {
    wake: () => wake.resolve(),
    stop: async () => {
      stopping.abort()
      wake.resolve()
      await running
    },
  }
}

/** A platform does not throw; where one does, nothing is known of the message. */
const broken = (error: unknown): Extract<Outcome, { kind: 'unclear' }> & Extract<Finding, { kind: 'unclear' }> => ({
  kind: 'unclear',
  why: error instanceof Error ? error.message : String(error),
  remedy: 'Look for the message yourself.',
})
