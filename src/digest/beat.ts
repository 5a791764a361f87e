import type { Destination } from '../platform/platform.ts'
import type { Composition, Store } from '../store/store.ts'
import type { DeliveryTable, DigestTable, SlotTable } from '../store/tables.ts'
import { baselineOf } from './compose.ts'
import { fingerprintOf } from './config.ts'
import { formatDestination } from './destination.ts'
import type { Digest } from './digest.ts'
import { type Material, type Occasion, planDigest, readTold, writeTold } from './plan.ts'
import { decideSlots } from './slots.ts'
import { isStale } from './told.ts'

/** What schedules are carried out with. */
export type BeatOptions = {
  store: Store
  /** The digests that there are now, and what they are made from. */
  digests: () => Promise<Digest[]>
  material: () => Material
  /** Hears of slots that nobody was there for; the newest is the last. */
  missed: (digest: Digest, slots: Date[]) => Promise<void>
}

/** Stands among what was told to say that there is a beginning, even of an empty library. */
const BEGINNING = '*'

/** A digest that was posted by hand is sent within this or not at all. */
const BY_HAND_MS = 3_600_000

export type Beat = {
  /** Decides what is due, and writes what it comes to. Gives back how many digests there are to send. */
  look: (now: Date, isPaused: boolean) => Promise<number>
  /** Composes a digest for one of its destinations now, once for each `id`; undefined where that was done already. */
  postNow: (digest: Digest, destination: Destination, id: string, now: Date) => Promise<Composition | undefined>
  /** Whether a delivery that waits may be sent as it is; where not, it is put out, and what is left is composed anew. */
  refresh: (delivery: DeliveryTable, now: Date) => Promise<boolean>
}

/** The schedules: each look decides the slots since the last one, whether that was a minute ago or before a long outage. */
export function createBeat({ store, digests, material, missed }: BeatOptions): Beat {
  async function begin(digest: Digest, row: DigestTable | undefined, now: Date): Promise<void> {
    const instant = now.toISOString()
    const begun = {
      id: digest.id,
      fingerprint: fingerprintOf(digest.schedule),
      cursor: instant,
      created: instant,
      paused: 0,
    }
    await store.beginDigest(begun, row ? [] : digest.destinations.flatMap(one => beginning(digest, one, now)))
  }

  const beginning = (digest: Digest, destination: Destination, now: Date) =>
    writeTold(
      digest.id,
      formatDestination(destination),
      [{ subject: BEGINNING, hashes: [] }, ...baselineOf(digest, material().library, now)],
      null,
    )

  /** Destinations that a digest has got since it began have a beginning of their own. */
  async function beginNewDestinations(digest: Digest, now: Date): Promise<void> {
    for (const destination of digest.destinations)
      if (!(await store.knows(digest.id, formatDestination(destination))))
        await store.beginDestinations(beginning(digest, destination, now))
  }

  async function decide(digest: Digest, cursor: Date, now: Date): Promise<number> {
    const decision = decideSlots(digest.schedule, cursor, now)
    if (decision.isAhead) {
      await store.setCursor(digest.id, now.toISOString())
      return 0
    }
    const passed = decision.missed.map(slot => missedSlot(digest, slot, now))
    if (decision.missed.length > 0 && !decision.due) {
      await store.missSlots(digest.id, passed, (decision.missed.at(-1) as Date).toISOString())
      await missed(digest, decision.missed)
    }
    if (!decision.due) return 0
    const { at, isDelayed } = decision.due
    const expires = new Date(at.getTime() + digest.schedule.missed.withinMs)
    const occasion = { slot: at.toISOString(), at, isDelayed, now, expires }
    const composition = await claim(digest, digest.destinations, occasion, {
      missed: passed,
      cursor: at.toISOString(),
    })
    if (composition && decision.missed.length > 0) await missed(digest, decision.missed)
    return composition?.state === 'posted' ? 1 : 0
  }

  const claim = (
    digest: Digest,
    destinations: Destination[],
    occasion: Occasion,
    schedule: { missed: SlotTable[]; cursor?: string },
  ): Promise<Composition | undefined> =>
    store.claimSlot({
      digest: digest.id,
      slot: occasion.slot,
      decided: occasion.now.toISOString(),
      destinations: destinations.map(formatDestination),
      ...schedule,
      compose: told => planDigest(digest, occasion, told, material()),
    })

  return {
    look: async (now, isPaused) => {
      const rows = new Map((await store.digests()).map(row => [row.id, row]))
      const wanted = await digests()
      let posted = 0
      for (const digest of wanted) {
        const row = rows.get(digest.id)
        if (!row || row.fingerprint !== fingerprintOf(digest.schedule)) {
          await begin(digest, row, now)
          continue
        }
        await beginNewDestinations(digest, now)
        // What is paused goes on from the instant at which it is resumed.
        if (isPaused || row.paused === 1) await store.missSlots(digest.id, [], now.toISOString())
        else posted += await decide(digest, new Date(row.cursor), now)
      }
      const known = new Set(wanted.map(({ id }) => id))
      for (const id of rows.keys()) if (!known.has(id)) await store.removeDigest(id)
      return posted
    },
    postNow: (digest, destination, id, now) => {
      const expires = new Date(now.getTime() + BY_HAND_MS)
      const occasion = { slot: `now:${id}`, at: now, isDelayed: false, now, expires }
      return claim(digest, [destination], occasion, { missed: [] })
    },
    refresh: async (delivery, now) => {
      if (!isStale(readTold(await store.carriedBy(delivery.id)), material().library, now)) return true
      const digest = (await digests()).find(({ id }) => id === delivery.digest)
      const parts = await store.partsOf(delivery)
      const old = parts.filter(({ edition, state }) => edition === delivery.edition && state === 'pending')
      const occasion = occasionOf(delivery, now)
      await store.replaceDeliveries(old, 'What it told of was withdrawn or changed meanwhile.', told =>
        digest
          ? planDigest(digest, occasion, new Map([[delivery.destination, told]]), material())
          : { deliveries: [], carries: [] },
      )
      return false
    },
  }
}

/** The slot that a delivery was composed for, once more. */
const occasionOf = ({ slot, created, expires, edition }: DeliveryTable, now: Date): Occasion => ({
  slot,
  at: new Date(slot.startsWith('now:') ? created : slot),
  isDelayed: false,
  now,
  expires: new Date(expires ?? now),
  edition: edition + 1,
})

const missedSlot = ({ id }: Digest, slot: Date, now: Date): SlotTable => ({
  digest: id,
  slot: slot.toISOString(),
  state: 'missed',
  decided: now.toISOString(),
  note: 'Readout was not running then.',
})
