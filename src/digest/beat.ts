import type { Library } from '../library/library.ts'
import type { Destination, Log } from '../platform/platform.ts'
import { isOfDatabase } from '../store/open-existing.ts'
import { BY_HAND, type Composition, type Notice, type Store, type Told } from '../store/store.ts'
import type { DeliveryTable, DigestTable, SlotState, SlotTable } from '../store/tables.ts'
import { baselineOf } from './compose.ts'
import { fingerprintOf, isAboutTheSame } from './config.ts'
import { formatDestination } from './destination.ts'
import type { Digest } from './digest.ts'
import { CHAT } from './manage/subscription.ts'
import { missingOf } from './missing.ts'
import { type Material, type Occasion, planDigest, readTold, writeTold } from './plan.ts'
import { type Decision, decideSlots, ON_TIME_MS } from './slots.ts'
import { isStale } from './told.ts'

/** What schedules are carried out with. */
export type BeatOptions = {
  store: Store
  /** The digests that there are now, and what they are made from. */
  digests: () => Promise<Digest[]>
  material: () => Material
  /** What tells of slots that nobody was there for; of some, the oldest, only the count is known. */
  noticeOf: (digest: Digest, slots: Date[], uncounted: number, now: Date) => Notice
  /** Hears what operators are told. */
  log: Log
}

/** A digest that was posted by hand is sent within this or not at all. */
const BY_HAND_MS = 3_600_000

export type Beat = {
  /** Decides what is due, and writes what it comes to. Gives back how many digests there are to send. */
  look: (now: Date, isPaused: boolean) => Promise<number>
  /** Composes a digest for one of its destinations now, once for each `id`. What became of it; undefined where that was done already. */
  postNow: (digest: Digest, destination: Destination, id: string, now: Date) => Promise<SlotState | undefined>
  /** Whether a delivery that waits may be sent as it is; where not, it is put out, and what is left is composed anew. */
  refresh: (delivery: DeliveryTable, now: Date) => Promise<boolean>
}

/** The schedules: each look decides the slots since the last one, whether that was a minute ago or before a long outage. */
export function createBeat({ store, digests, material, noticeOf, log }: BeatOptions): Beat {
  /**
   * Begins a digest that is new, for destinations that are, or that is about something else now. What can't be known without its collection
   * waits until there is one: all of it would be new then.
   */
  async function keepUp(
    digest: Digest,
    row: DigestTable | undefined,
    begun: Set<string>,
    now: Date,
  ): Promise<Standing> {
    const isSame = row?.fingerprint === fingerprintOf(digest)
    const { library } = material()
    if (!library.collections.has(digest.collection)) return isSame ? 'goes on' : 'waits'
    if (row && row.fingerprint !== '' && !isAboutTheSame(row.fingerprint, fingerprintOf(digest)))
      await beginAnew(digest, begun)
    await beginDestinations(digest, begun, library, now)
    if (isSame) return 'goes on'
    await begin(digest, now)
    return 'begins'
  }

  /** A digest that is new, or whose times are others now, starts from now. */
  async function begin(digest: Digest, now: Date): Promise<void> {
    const instant = now.toISOString()
    await store.beginDigest({
      id: digest.id,
      fingerprint: fingerprintOf(digest),
      cursor: instant,
      created: instant,
      paused: 0,
    })
  }

  /** Each destination of a digest has a beginning of its own; what readers may see then is not new to it. */
  async function beginDestinations(digest: Digest, begun: Set<string>, library: Library, now: Date): Promise<void> {
    const fresh = digest.destinations.map(formatDestination).filter(one => !begun.has(keyOf(digest.id, one)))
    if (fresh.length === 0) return
    const baseline = writeTold(baselineOf(digest, library, now))
    await store.beginDestinations(digest.id, fresh, now.toISOString(), baseline)
  }

  /** A digest about something else begins as a new one does: what it takes in was there before. */
  async function beginAnew({ id, destinations }: Digest, known: Set<string>): Promise<void> {
    for (const destination of destinations.map(formatDestination)) {
      await store.removeDestination(id, destination)
      known.delete(keyOf(id, destination))
    }
  }

  /** A digest that is gone, or gone for a destination, is forgotten with what it told. */
  async function forget(rows: Iterable<string>, begun: Begun[], wanted: Digest[]): Promise<void> {
    const ids = new Set(wanted.map(({ id }) => id))
    const kept = new Set(
      wanted.flatMap(({ id, destinations }) => destinations.map(to => keyOf(id, formatDestination(to)))),
    )
    // One that was made in chat and can't be read now may be readable again, by a newer Readout.
    const made = new Set((await store.subscriptions()).map(({ id }) => `${CHAT}${id}`))
    for (const { digest, destination } of begun)
      if (!kept.has(keyOf(digest, destination)) && !(made.has(digest) && !ids.has(digest)))
        await store.removeDestination(digest, destination)
    for (const id of rows) if (!ids.has(id) && !made.has(id)) await store.removeDigest(id)
  }

  async function decide(digest: Digest, cursor: Date, now: Date): Promise<number> {
    const decision = decideSlots(digest.schedule, cursor, now)
    // Somebody may have paused it since the look began.
    if (decision.due && (await store.isPaused(digest.id))) return 0
    if (decision.isAhead) await store.setCursor(digest.id, now.toISOString())
    const missed = decision.missed.map(slot => missedSlot(digest, slot, now))
    const last = decision.missed.at(-1)
    const notice = last && noticeOf(digest, decision.missed, decision.uncounted, now)
    if (decision.due) return postSlot(digest, decision.due, { missed, notice }, now)
    if (!last || !notice) return 0
    await store.missSlots(digest.id, missed, last.toISOString(), notice)
    log(notice.trouble.note)
    return 0
  }

  async function postSlot(
    digest: Digest,
    { at, isDelayed }: NonNullable<Decision['due']>,
    passed: Passed,
    now: Date,
  ): Promise<number> {
    const expires = new Date(at.getTime() + digest.schedule.missed.withinMs)
    const slot = at.toISOString()
    const occasion = { slot, at, isDelayed, now, expires }
    const state = await claim(digest, occasion, { ...passed, cursor: slot })
    if (state && passed.notice) log(passed.notice.trouble.note)
    return state === 'posted' ? 1 : 0
  }

  const claim = (
    digest: Digest,
    occasion: Occasion,
    schedule: Passed & { cursor?: string },
  ): Promise<SlotState | undefined> =>
    store.claimSlot({
      digest: digest.id,
      slot: occasion.slot,
      decided: occasion.now.toISOString(),
      destinations: digest.destinations.map(formatDestination),
      ...schedule,
      compose: plan(digest, occasion),
    })

  /** What a digest comes to; where that is nothing because of what is missing, with a note that says so. */
  function plan(digest: Digest, occasion: Occasion): (told: Map<string, Told>) => Composition {
    const now = material()
    const note = missingOf(digest, now.library)?.what
    if (note !== undefined && !now.library.collections.has(digest.collection))
      return () => ({ state: 'empty', note, deliveries: [], carries: [] })
    const compose = planDigest(digest, occasion, now)
    return told => {
      const composition = compose(told)
      return composition.state === 'empty' && note !== undefined ? { ...composition, note } : composition
    }
  }

  /** It may have been in doubt when its digest was removed or paused. What somebody posts by hand, or has sent again, is sent all the same. */
  async function whyCalledOff({ digest, destination, slot, expires }: DeliveryTable): Promise<string | undefined> {
    if (!(await store.knows(digest, destination))) return 'The digest was removed.'
    const isAskedFor = slot.startsWith(BY_HAND) || expires === null
    return !isAskedFor && (await store.isPaused(digest)) ? 'The digest was paused.' : undefined
  }

  return {
    look: async (now, isPaused) => {
      const rows = new Map((await store.digests()).map(row => [row.id, row]))
      // Read before what is wanted: a digest that is made meanwhile is not taken for one that is gone.
      const begun = await store.begun()
      const wanted = await digests()
      await forget(rows.keys(), begun, wanted)
      const known = new Set(begun.map(({ digest, destination }) => keyOf(digest, destination)))
      const resting: string[] = []
      let posted = 0
      const failures: string[] = []
      for (const digest of wanted)
        try {
          const row = rows.get(digest.id)
          const standing = await keepUp(digest, row, known, now)
          if (!row || standing === 'begins') continue
          if (standing === 'waits' || isPaused || row.paused === 1) resting.push(row.id)
          else posted += await decide(digest, new Date(row.cursor), now)
        } catch (error) {
          // A database that fails does so for all; a digest that can't be made harms no other.
          if (isOfDatabase(error)) throw error
          failures.push(`${digest.id} can’t be made: ${error instanceof Error ? error.message : String(error)}`)
        }
      // What is paused goes on from the instant at which it is resumed.
      if (resting.length > 0) await store.passOver(resting, now.toISOString())
      if (failures.length > 0) throw new Error(failures.join('\n'))
      return posted
    },
    postNow: async (digest, destination, id, now) => {
      const there = { ...digest, destinations: [destination] }
      const isBegun = await store.knows(digest.id, formatDestination(destination))
      const { library } = material()
      if (!isBegun && library.collections.has(digest.collection))
        await beginDestinations(there, new Set(), library, now)
      const expires = new Date(now.getTime() + BY_HAND_MS)
      const occasion = { slot: `${BY_HAND}${id}`, at: now, isDelayed: false, now, expires }
      return claim(there, occasion, { missed: [] })
    },
    refresh: async (delivery, now) => {
      const why = await whyCalledOff(delivery)
      if (why !== undefined) {
        await store.write(delivery, { state: 'cancelled', why })
        return false
      }
      if (!isStale(readTold(await store.carriedBy(delivery.id)), material().library, now)) return true
      const digest = (await digests()).find(({ id }) => id === delivery.digest)
      const parts = await store.partsOf(delivery)
      const old = parts.filter(({ edition, state }) => edition === delivery.edition && state === 'pending')
      const occasion = occasionAgain(delivery, parts, now)
      // Behind what was sent there is no need to say that nothing is left.
      const isBegun = parts.some(({ state }) => state === 'sent')
      const compose = digest && plan(isBegun ? { ...digest, whenEmpty: 'silent' } : digest, occasion)
      const to = delivery.destination
      await store.replaceDeliveries(old, 'What it told of was withdrawn or changed meanwhile.', told =>
        compose ? compose(new Map([[to, told]])) : { deliveries: [], carries: [] },
      )
      return false
    },
  }
}

/** Slots that nobody was there for, and what tells of them. */
type Passed = { missed: SlotTable[]; notice?: Notice | undefined }

/** Where a digest's schedule stands: it starts from now, or can't begin yet. */
type Standing = 'goes on' | 'begins' | 'waits'

type Begun = { digest: string; destination: string }

const keyOf = (digest: string, destination: string): string => `${digest} ${destination}`

/** The slot that a delivery was composed for, once more. */
function occasionAgain({ slot, created, expires }: DeliveryTable, parts: DeliveryTable[], now: Date): Occasion {
  const isByHand = slot.startsWith(BY_HAND)
  const at = new Date(isByHand ? created : slot)
  return {
    slot,
    at,
    isDelayed: !isByHand && now.getTime() - at.getTime() > ON_TIME_MS,
    now,
    expires: new Date(expires ?? now.getTime() + BY_HAND_MS),
    edition: Math.max(...parts.map(({ edition }) => edition)) + 1,
  }
}

const missedSlot = ({ id }: Digest, slot: Date, now: Date): SlotTable => ({
  digest: id,
  slot: slot.toISOString(),
  state: 'missed',
  decided: now.toISOString(),
  note: 'Readout was not running then.',
})
