import type { Card } from '../card/card.ts'
import type { Clock, Destination, Finding, Log, Outcome, Platform } from '../platform/platform.ts'
import { type Notice, platformOf, type Store } from '../store/store.ts'
import type { DeliveryState, DeliveryTable, HoldTable } from '../store/tables.ts'
import { afterLook, afterSend, type Change, LEASE_MS, lookFrom, SETTLE_MS, stepOf, whereOvertaken } from './next.ts'
import type { Trouble } from './notices.ts'
import { createTeller } from './teller.ts'

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
  /** What tells operators of a trouble; it is written together with what made it. */
  noticeOf: (trouble: Trouble, now: Date) => Notice | undefined
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

/** How long what fails for a reason of ours is left alone: the database, above all. */
const AGAIN_MS = 5000

/** A platform that is not set up may be later. */
const NO_PLATFORM_MS = 60_000

/** A process that slept so long between writing and sending may not have the delivery to itself any more. */
const PROMPT_MS = LEASE_MS / 3

/** A platform that has not answered a post by then is not waited for; each gives up sooner by itself. */
const GIVE_UP_MS = LEASE_MS / 2

/** A look may take many pages. */
const GIVE_UP_LOOKING_MS = 300_000

const IN_DOUBT: DeliveryState[] = ['sending', 'checking']

const OPEN: DeliveryState[] = [...IN_DOUBT, 'pending']

/** Sends what is due, one part after the other to each destination, and finds out what became of what may have happened. */
export function startDispatcher(options: DispatchOptions): Dispatcher {
  const { store, clock, log } = options
  const stopping = new AbortController()
  const inHand = new Map<string, Promise<void>>()
  /** Platforms that asked to wait, or can’t be reached: what else waits for them is not tried meanwhile. */
  const resting = new Set<string>()
  const times = { settleMs: options.settleMs ?? SETTLE_MS }
  const looking = createTeller('Deliveries can’t be read', log)
  const sending = createTeller('Deliveries wait', log)
  const reaching = createTeller('A platform is left alone for a while', log)
  let wake = Promise.withResolvers<void>()
  let expiresAt = 0

  const tell = (notice: Notice | undefined): void => notice && log(notice.trouble.note)

  async function apply(delivery: DeliveryTable, { holds, ...change }: Change): Promise<void> {
    const now = clock.now()
    const after = { ...delivery, ...change }
    const hold = holds && holdOf(delivery, holds, now)
    const notice = isTrouble(after, hold) ? options.noticeOf({ delivery: after, hold }, now) : undefined
    const ifOvertaken = whereOvertaken(delivery, change)
    if (!hold && !notice && !ifOvertaken) return void (await store.write(delivery, change))
    const told = await store.settle(delivery, change, { hold, notice, ifOvertaken })
    // Whoever has sent it again hears of it, though operators know of its slot.
    tell(told ?? (delivery.expires === null ? notice : undefined))
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
    const outcome = await post(delivery, platform, at, now)
    if (outcome.kind === 'done') reaching.isWell(platform.name)
    if (outcome.kind === 'later' && outcome.of === 'account') letRest(platform.name, outcome)
    await apply({ ...delivery, ...claim }, afterSend(delivery, outcome, clock.now()))
  }

  function letRest(name: string, { why, afterMs }: Extract<Outcome, { kind: 'later' }>): void {
    reaching.fails(why, name)
    if (resting.has(name)) return
    resting.add(name)
    const goOn = () => {
      resting.delete(name)
      wake.resolve()
    }
    void clock.wait(afterMs, stopping.signal).then(goOn, () => undefined)
  }

  async function post(delivery: DeliveryTable, platform: Platform, at: Destination, claimed: Date): Promise<Outcome> {
    if (clock.now().getTime() - claimed.getTime() > PROMPT_MS)
      return { kind: 'later', afterMs: 0, why: 'Readout slept before it was sent.' }
    return inTime(GIVE_UP_MS, isLost, () => platform.post(at, JSON.parse(delivery.card) as Card, delivery.id))
  }

  async function look(delivery: DeliveryTable, platform: Platform, at: Destination): Promise<void> {
    const since = lookFrom(delivery, clock.now())
    const finding = await inTime(GIVE_UP_LOOKING_MS, isBlind, () => platform.find(at, delivery.id, since))
    await apply(delivery, afterLook(delivery, finding, clock.now()))
  }

  /** A platform answers in time and does not throw; where one does not, nothing is known. */
  async function inTime<T>(ms: number, unknown: (why: string) => T, call: () => Promise<T>): Promise<T> {
    const answered = new AbortController()
    const silence = clock.wait(ms, answered.signal).then(
      () => unknown('The platform did not answer in time.'),
      () => unknown(''),
    )
    try {
      return await Promise.race([call(), silence])
    } catch (error) {
      return unknown(error instanceof Error ? error.message : String(error))
    } finally {
      answered.abort()
    }
  }

  async function step(delivery: DeliveryTable): Promise<void> {
    const at = options.readDestination(delivery.destination)
    const platform = options.platforms.find(({ name }) => name === at.platform)
    const now = clock.now()
    if (!platform) {
      const due = new Date(now.getTime() + NO_PLATFORM_MS).toISOString()
      return void (await store.write(delivery, { due, why: `${at.platform} is not set up.` }))
    }
    const next = stepOf(delivery, now, (await maySend(delivery)) ? platform.repeatsWithinMs : 0, times)
    if (next.kind === 'send') return send(delivery, platform, at)
    if (next.kind === 'look') return look(delivery, platform, at)
    await apply(delivery, next.change)
  }

  /** What waits was not even read where nothing may be sent; what is in doubt is, and then only looked for. */
  const maySend = async ({ state, destination, digest }: DeliveryTable): Promise<boolean> =>
    state !== 'checking' ||
    !(options.isPaused?.() || (await store.isPaused(digest)) || (await store.holdsOver(destination)).length > 0)

  function take(delivery: DeliveryTable): void {
    const work = step(delivery)
      .then(
        () => sending.isWell(delivery.destination),
        async error => {
          sending.fails(error, delivery.destination)
          await clock.wait(AGAIN_MS, stopping.signal).catch(() => undefined)
        },
      )
      .finally(() => {
        inHand.delete(delivery.destination)
        wake.resolve()
      })
    inHand.set(delivery.destination, work)
  }

  async function expire(now: Date): Promise<void> {
    if (Math.abs(now.getTime() - expiresAt) < LOOK_MS) return
    const told = await store.expire(now.toISOString(), (delivery, isHeld) =>
      // Of what is held operators know already.
      isHeld ? undefined : options.noticeOf({ delivery }, now),
    )
    expiresAt = now.getTime()
    for (const notice of told) tell(notice)
  }

  /** Begins what is due, one delivery for each destination, and says how long nothing more is. */
  async function begin(): Promise<number> {
    const now = clock.now()
    const states = options.isPaused?.() ? IN_DOUBT : OPEN
    await expire(now)
    while (inHand.size < AT_ONCE && !stopping.signal.aborted) {
      const room = AT_ONCE - inHand.size
      const due = await store.due(now.toISOString(), room, [...inHand.keys()], states, [...resting])
      if (due.length === 0) break
      for (const delivery of due) if (!inHand.has(delivery.destination)) take(delivery)
    }
    looking.isWell()
    const next = await store.nextDue(now.toISOString(), states)
    if (next === undefined && inHand.size === 0) sending.forget()
    return next === undefined ? LOOK_MS : Math.min(LOOK_MS, Math.max(0, Date.parse(next) - now.getTime()))
  }

  async function run(): Promise<void> {
    while (!stopping.signal.aborted) {
      wake = Promise.withResolvers<void>()
      const waitMs = await begin().catch(error => {
        looking.fails(error)
        return AGAIN_MS
      })
      if (stopping.signal.aborted) break
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

/** What is refused of an account is refused everywhere: it holds the platform. */
function holdOf(
  { destination }: DeliveryTable,
  { of, why, remedy }: NonNullable<Change['holds']>,
  now: Date,
): HoldTable {
  return {
    destination: of === 'account' ? platformOf(destination) : destination,
    since: now.toISOString(),
    why,
    remedy,
  }
}

const isTrouble = ({ state }: DeliveryTable, hold: HoldTable | undefined): boolean =>
  hold !== undefined || state === 'uncertain' || state === 'failed' || state === 'expired'

const isLost = (why: string): Outcome => ({ kind: 'unclear', why })

const isBlind = (why: string): Finding => ({ kind: 'later', afterMs: NO_PLATFORM_MS, why })
