import { setImmediate } from 'node:timers/promises'
import { type Insertable, type Selectable, sql, type Transaction } from 'kysely'
import type { Database } from './open.ts'
import type {
  BegunTable,
  ChangeTable,
  DeliveryState,
  DeliveryTable,
  DigestTable,
  HoldTable,
  Instant,
  PostTable,
  SeenTable,
  SlotState,
  SlotTable,
  SubscriptionTable,
  Tables,
  TroubleTable,
} from './tables.ts'

/** What the slot of a digest begins with that was posted by hand; the id of the interaction follows. */
export const BY_HAND = 'now:'

/** States in which what a delivery carries counts as told. */
const TELLING: DeliveryState[] = ['pending', 'sending', 'checking', 'sent', 'uncertain']

/** States that nothing more becomes of by itself. */
const ENDED: DeliveryState[] = ['sent', 'failed', 'expired', 'superseded', 'cancelled']

/** Troubles that hardly ever end, for each is of one slot. */
const OF_ONE_SLOT = ['missed', 'expired', 'failed']

/** What becomes of what waits where the schedule's next slot comes first. */
export const OVERTAKEN = { state: 'superseded', why: 'The next digest came first.' } as const

/** The trouble that a destination or a platform is held. */
export const holdTrouble = (destination: string): string => `hold:${destination}`

/** The name of a destination's platform; it is the key of the platform's own hold. */
export const platformOf = (destination: string): string => destination.split(':', 1)[0] ?? destination

/** What a destination is held by: its platform's hold, and its own. */
export const heldBy = (destination: string): string[] => [platformOf(destination), destination]

/** What a digest comes to in a slot, once it is known what was told before. */
export type Composition = { state: SlotState; note: string; deliveries: DeliveryTable[]; carries: SeenTable[] }

export type Told = Pick<SeenTable, 'subject' | 'hashes'>[]

/** A trouble that operators are to know of, and the delivery that tells them; without one they find it in the log. */
export type Notice = { trouble: TroubleTable; delivery?: DeliveryTable }

/** A delivery as it was read. */
type DeliveryVersion = Pick<DeliveryTable, 'id' | 'state' | 'due'>

/** What is written together with a delivery, or not at all. */
export type Consequences = {
  hold?: HoldTable | undefined
  notice?: Notice | undefined
  /** What is written in the place of the change, where the delivery's destination has got one of a newer slot of the schedule. */
  ifOvertaken?: Partial<DeliveryTable> | undefined
}

/** A slot to be claimed. */
export type SlotClaim = {
  digest: string
  slot: string
  decided: Instant
  destinations: string[]
  /** Slots that nobody was there for, and what tells of them. */
  missed: SlotTable[]
  notice?: Notice | undefined
  /** Where the schedule stands then; absent where a slot is of no schedule. */
  cursor?: Instant
  /** Makes the digest for some of the destinations, from what was told to each; synchronous, and decided within the claim. */
  compose: (told: Map<string, Told>) => Composition
}

export type Store = ReturnType<typeof createStore>

/** Every query. Nothing is decided here but what must be decided within one transaction. */
export function createStore(db: Database) {
  return {
    close: () => db.destroy(),

    /** Where the schedules stand. */
    digests: (): Promise<DigestTable[]> => db.selectFrom('digests').selectAll().orderBy('id').execute(),
    isPaused: async (id: string): Promise<boolean> =>
      (await db.selectFrom('digests').select('paused').where('id', '=', id).executeTakeFirst())?.paused === 1,
    /** Begins a digest, or one whose schedule is another now. */
    beginDigest: async (digest: DigestTable): Promise<void> => {
      await db
        .insertInto('digests')
        .values(digest)
        .onConflict(conflict =>
          conflict.column('id').doUpdateSet({ fingerprint: digest.fingerprint, cursor: digest.cursor }),
        )
        .execute()
    },
    /** Begins a digest for destinations, with what there is at the beginning; one that has begun for a destination already stays as it is. */
    beginDestinations: (digest: string, destinations: string[], since: Instant, baseline: Told): Promise<void> =>
      db.transaction().execute(async tx => {
        for (const lot of lotsOf(destinations, DESTINATIONS_AT_ONCE)) {
          for (const destination of lot) {
            const begun = await tx
              .insertInto('begun')
              .values({ digest, destination, since })
              .onConflict(conflict => conflict.columns(['digest', 'destination']).doNothing())
              .returning('destination')
              .executeTakeFirst()
            if (begun)
              await insertSeen(
                tx,
                baseline.map(row => ({ digest, destination, ...row, delivery: null })),
              )
          }
          await setImmediate()
        }
      }),
    /** Sets where a schedule stands, even back: the clock was wrong. */
    setCursor: async (id: string, cursor: Instant): Promise<void> => {
      await db.updateTable('digests').set({ cursor }).where('id', '=', id).execute()
    },
    /** Takes a digest out; deliveries that were not begun are cancelled. */
    removeDigest: (id: string): Promise<void> =>
      db.transaction().execute(async tx => {
        await tx.deleteFrom('digests').where('id', '=', id).execute()
        await cancelAt(tx, id)
      }),
    /** Takes a destination out of a digest, with all that it was told; deliveries that were not begun are cancelled. */
    removeDestination: (digest: string, destination: string): Promise<void> =>
      db.transaction().execute(tx => forgetAt(tx, digest, destination)),

    /** What a digest has told a destination. */
    told: (digest: string, destination: string): Promise<Told> => readTold(db, digest, destination),
    /** Whether a digest has begun for a destination. */
    knows: async (digest: string, destination: string): Promise<boolean> =>
      (await db
        .selectFrom('begun')
        .select('digest')
        .where('digest', '=', digest)
        .where('destination', '=', destination)
        .executeTakeFirst()) !== undefined,
    /** Every destination for which a digest has begun, of all digests. */
    begun: (): Promise<Pick<BegunTable, 'digest' | 'destination'>[]> =>
      db.selectFrom('begun').select(['digest', 'destination']).execute(),
    /** What a delivery carries. */
    carriedBy: (delivery: string): Promise<Pick<SeenTable, 'subject' | 'hashes'>[]> =>
      db.selectFrom('seen').select(['subject', 'hashes']).where('delivery', '=', delivery).execute(),

    /**
     * Claims a slot, composes the digest and writes all that it comes to, together or not at all. What earlier slots of the digest have not
     * begun to send gives way to it. Gives back what became of the slot; nothing where it is claimed already.
     */
    claimSlot: ({ digest, slot, decided, compose, ...claim }: SlotClaim): Promise<SlotState | undefined> =>
      db.transaction().execute(async tx => {
        const claimed = await tx
          .insertInto('slots')
          .values({ digest, slot, decided, state: 'posted', note: '' })
          .onConflict(conflict => conflict.columns(['digest', 'slot']).doNothing())
          .returning('slot')
          .executeTakeFirst()
        if (claim.cursor !== undefined) await moveCursor(tx, [digest], claim.cursor)
        if (!claimed) return undefined
        await recordMissed(tx, claim.missed)
        if (claim.cursor !== undefined) await endPast(tx, digest)
        if (claim.notice) await insertNotice(tx, claim.notice)
        if (claim.cursor !== undefined) await cancelWaiting(tx, digest, OVERTAKEN)
        const came = { state: 'empty' as SlotState, note: '' }
        for (const lot of lotsOf(claim.destinations, DESTINATIONS_AT_ONCE)) {
          const told = new Map<string, Told>()
          for (const destination of lot) told.set(destination, await readTold(tx, digest, destination))
          const { state, note, deliveries, carries } = compose(told)
          if (came.state === 'empty') Object.assign(came, { state, note })
          await insertDeliveries(tx, deliveries)
          await insertSeen(tx, carries)
          // A digest for thousands takes seconds: readers are answered meanwhile.
          await setImmediate()
        }
        await tx.updateTable('slots').set(came).where('digest', '=', digest).where('slot', '=', slot).execute()
        return came.state
      }),
    /** Records slots that nobody was there for, tells of them, and moves the schedule on. */
    missSlots: (digest: string, missed: SlotTable[], cursor: Instant, notice: Notice): Promise<void> =>
      db.transaction().execute(async tx => {
        await recordMissed(tx, missed)
        await insertNotice(tx, notice)
        await moveCursor(tx, [digest], cursor)
      }),
    /** Moves schedules on to an instant without a slot. */
    passOver: (digests: string[], cursor: Instant): Promise<void> =>
      db.transaction().execute(tx => moveCursor(tx, digests, cursor)),
    /**
     * Puts deliveries of one destination out that may not be sent as they are, and in their place what is composed anew. False where one of
     * them has been begun meanwhile; then nothing is changed.
     */
    replaceDeliveries: (
      old: DeliveryTable[],
      why: string,
      compose: (told: Told) => Pick<Composition, 'deliveries' | 'carries'>,
    ): Promise<boolean> =>
      db
        .transaction()
        .execute(async tx => {
          const [first] = old
          if (!first) return false
          const cancelled = await tx
            .updateTable('deliveries')
            .set({ state: 'cancelled', why })
            .where(
              'id',
              'in',
              old.map(({ id }) => id),
            )
            .where('state', '=', 'pending')
            .returning('id')
            .execute()
          if (cancelled.length < old.length) throw new Begun()
          const { deliveries, carries } = compose(await readTold(tx, first.digest, first.destination))
          await insertDeliveries(tx, deliveries)
          await insertSeen(tx, carries)
          return true
        })
        .catch(unlessBegun),
    slots: (digest: string, limit: number): Promise<SlotTable[]> =>
      db
        .selectFrom('slots')
        .selectAll()
        .where('digest', '=', digest)
        .orderBy('decided', 'desc')
        .orderBy('slot', 'desc')
        .limit(limit)
        .execute(),

    delivery: (id: string): Promise<DeliveryTable | undefined> =>
      db.selectFrom('deliveries').selectAll().where('id', '=', id).executeTakeFirst(),
    /** The newest deliveries, of these states where any are given. */
    deliveries: (limit: number, states: DeliveryState[] = []): Promise<DeliveryTable[]> =>
      db
        .selectFrom('deliveries')
        .selectAll()
        .$if(states.length > 0, query => query.where('state', 'in', states))
        .orderBy('created', 'desc')
        .orderBy('destination')
        .orderBy('part')
        .limit(limit)
        .execute(),
    /** All parts of what was composed for a slot and a destination, in order; of every edition. */
    partsOf: ({ digest, slot, destination }: Pick<DeliveryTable, 'digest' | 'slot' | 'destination'>) =>
      db
        .selectFrom('deliveries')
        .selectAll()
        .where('digest', '=', digest)
        .where('slot', '=', slot)
        .where('destination', '=', destination)
        .orderBy('edition')
        .orderBy('part')
        .execute(),
    /**
     * Deliveries of these states that something is due of, the oldest first: whose earlier parts are all sent, and whose destination and
     * platform are not held. One in doubt is looked for even there. To platforms that rest nothing is to be sent just now.
     */
    due: async (
      now: Instant,
      limit: number,
      except: string[],
      states: DeliveryState[],
      resting: string[] = [],
    ): Promise<DeliveryTable[]> => {
      const rows: DeliveryTable[] = []
      const held = (await readHolds(db)).map(row => row.destination).filter(one => platformOf(one) === one)
      const closed = [...held, ...resting]
      // A query for each state reads its index in order, and stops when there are enough.
      for (const state of states)
        if (rows.length < limit) rows.push(...(await readDue(db, state, now, limit - rows.length, except, closed)))
      return rows
    },
    /** When something is due next after an instant. */
    nextDue: async (now: Instant, states: DeliveryState[]): Promise<Instant | undefined> => {
      const next: Instant[] = []
      for (const state of states) {
        const row = await db
          .selectFrom('deliveries')
          .select('due')
          .where('state', '=', state)
          .where('due', '>', now)
          .orderBy('due')
          .limit(1)
          .executeTakeFirst()
        if (row) next.push(row.due)
      }
      return next.toSorted()[0]
    },
    /** Changes a delivery that is still as it was read; false where somebody else has changed it. */
    write: (read: DeliveryVersion, change: Partial<DeliveryTable>): Promise<boolean> => writeDelivery(db, read, change),
    /** The same with all that follows from it, together or not at all. Gives back what operators did not know before. */
    settle: (
      read: DeliveryTable,
      change: Partial<DeliveryTable>,
      { hold, notice, ifOvertaken }: Consequences,
    ): Promise<Notice | undefined> =>
      db.transaction().execute(async tx => {
        const written = ifOvertaken && (await isOvertaken(tx, read)) ? ifOvertaken : change
        const isSame = Object.keys(written).length === 0 || (await writeDelivery(tx, read, written))
        if (isSame && hold) await insertHold(tx, hold)
        return isSame && notice && (await insertNotice(tx, notice)) ? notice : undefined
      }),
    /**
     * Changes a delivery that is still as it was read, and ends the trouble of it with that, unless others of its slot share it. False where
     * somebody else has changed it.
     */
    resolve: (read: DeliveryTable, change: Partial<DeliveryTable>, trouble: string): Promise<boolean> =>
      db.transaction().execute(async tx => {
        const isWritten = await writeDelivery(tx, read, change)
        const isShared = read.state !== 'uncertain' && (await isOneOfSeveral(tx, read))
        if (isWritten && !isShared) await endTrouble(tx, trouble)
        return isWritten
      }),
    /** Expires what waits too long: behind a part that will never be sent, for a destination or a platform that is held, for a platform that is not there. */
    expire: (
      now: Instant,
      noticeOf: (delivery: DeliveryTable, isHeld: boolean) => Notice | undefined,
    ): Promise<Notice[]> =>
      db.transaction().execute(async tx => {
        const old = await tx
          .selectFrom('deliveries')
          .selectAll()
          .where('state', '=', 'pending')
          .where('expires', '<=', now)
          .orderBy('part')
          // One notice tells of all: better of one that says what kept it waiting.
          .orderBy(sql`why is null`)
          .execute()
        const told: Notice[] = []
        if (old.length === 0) return told
        const holds = new Set((await readHolds(tx)).map(row => row.destination))
        for (const delivery of old) {
          const change = { state: 'expired' as const, why: tooLate(delivery.why) }
          await writeDelivery(tx, delivery, change)
          const isHeld = heldBy(delivery.destination).some(key => holds.has(key))
          const notice = noticeOf({ ...delivery, ...change }, isHeld)
          if (notice && (await insertNotice(tx, notice))) told.push(notice)
        }
        return told
      }),

    holds: (): Promise<HoldTable[]> => readHolds(db),
    /** What holds a destination: its platform's hold, then its own. */
    holdsOver: (destination: string): Promise<HoldTable[]> =>
      db
        .selectFrom('holds')
        .selectAll()
        .where('destination', 'in', heldBy(destination))
        .orderBy('destination')
        .execute(),
    hold: (hold: HoldTable): Promise<boolean> => insertHold(db, hold),
    /** Ends a hold, one from before an instant where one is given, and its trouble with it; false where there is none. */
    release: (destination: string, before?: Instant): Promise<boolean> =>
      db.transaction().execute(async tx => {
        const hold = tx.deleteFrom('holds').where('destination', '=', destination).returning('destination')
        const released = await (before === undefined ? hold : hold.where('since', '<', before)).executeTakeFirst()
        if (released) await endTrouble(tx, holdTrouble(destination))
        return released !== undefined
      }),

    /** Tells of a trouble; false where it is known. */
    tell: (notice: Notice): Promise<boolean> => db.transaction().execute(tx => insertNotice(tx, notice)),
    troubles: () => db.selectFrom('troubles').selectAll().orderBy('since').execute(),
    endTrouble: (trouble: string): Promise<void> => endTrouble(db, trouble),

    subscriptions: (): Promise<SubscriptionTable[]> =>
      db.selectFrom('subscriptions').selectAll().where('state', '!=', 'removed').orderBy('created').execute(),
    /** A subscription in whatever state. */
    subscription: (id: string): Promise<SubscriptionTable | undefined> =>
      db.selectFrom('subscriptions').selectAll().where('id', '=', id).executeTakeFirst(),
    /** Keeps a draft where there is no subscription of its id; drafts from before an instant go. */
    addDraft: (draft: SubscriptionTable, before: Instant): Promise<void> =>
      db.transaction().execute(async tx => {
        await tx.deleteFrom('subscriptions').where('state', '=', 'draft').where('created', '<', before).execute()
        await tx
          .insertInto('subscriptions')
          .values(draft)
          .onConflict(conflict => conflict.column('id').doNothing())
          .execute()
      }),
    /** Changes a draft; false where it is none any more. */
    changeDraft: async (id: string, digest: string): Promise<boolean> =>
      (await db
        .updateTable('subscriptions')
        .set({ digest })
        .where('id', '=', id)
        .where('state', '=', 'draft')
        .returning('id')
        .executeTakeFirst()) !== undefined,
    dropDraft: async (id: string): Promise<void> => {
      await db.deleteFrom('subscriptions').where('id', '=', id).where('state', '=', 'draft').execute()
    },
    /** Makes a draft a subscription where its destination has fewer than `most`, and writes who did, together. */
    startSubscription: (
      { id, destination, ...rest }: Omit<SubscriptionTable, 'state'>,
      most: number,
      change: Insertable<ChangeTable>,
    ): Promise<'started' | 'full' | 'gone'> =>
      db.transaction().execute(async tx => {
        const others = await tx
          .selectFrom('subscriptions')
          .select('id')
          .where('destination', '=', destination)
          .where('state', '=', 'active')
          .execute()
        if (others.length >= most) return 'full'
        const started = await tx
          .updateTable('subscriptions')
          .set({ ...rest, state: 'active' })
          .where('id', '=', id)
          .where('state', '=', 'draft')
          .returning('id')
          .executeTakeFirst()
        if (!started) return 'gone'
        await tx.insertInto('changes').values(change).execute()
        return 'started'
      }),
    /** Changes a subscription that is active and writes who did, together; false where it is not active any more. */
    changeSubscription: (
      id: string,
      to: Partial<Pick<SubscriptionTable, 'digest' | 'state'>>,
      change: Insertable<ChangeTable>,
    ): Promise<boolean> =>
      db.transaction().execute(async tx => {
        const changed = await tx
          .updateTable('subscriptions')
          .set(to)
          .where('id', '=', id)
          .where('state', '=', 'active')
          .returning('id')
          .executeTakeFirst()
        if (changed) await tx.insertInto('changes').values(change).execute()
        // Nobody waits for the next look: what is removed is not posted from now on.
        if (changed && to.state === 'removed') await forgetAt(tx, change.digest, change.destination)
        return changed !== undefined
      }),
    /** Pauses a digest, or has it go on from now, and writes who did, together; one that has not begun too. False where it is so already. */
    pauseDigestBy: (id: string, paused: boolean, now: Instant, change: Insertable<ChangeTable>): Promise<boolean> =>
      db.transaction().execute(async tx => {
        const row = await tx.selectFrom('digests').select('paused').where('id', '=', id).executeTakeFirst()
        if ((row?.paused === 1) === paused) return false
        const state = { paused: paused ? 1 : 0, cursor: now }
        await tx
          .insertInto('digests')
          .values({ id, fingerprint: '', created: now, ...state })
          .onConflict(conflict => conflict.column('id').doUpdateSet(state))
          .execute()
        if (paused) await cancelWaiting(tx, id, { state: 'cancelled', why: 'The digest was paused.' })
        await tx.insertInto('changes').values(change).execute()
        return true
      }),
    /** What managers changed for a destination, the newest first. */
    changesAt: (destination: string, limit: number): Promise<Selectable<ChangeTable>[]> =>
      db
        .selectFrom('changes')
        .selectAll()
        .where('destination', '=', destination)
        .orderBy('id', 'desc')
        .limit(limit)
        .execute(),
    addChange: async (change: Insertable<ChangeTable>): Promise<void> => {
      await db.insertInto('changes').values(change).execute()
    },

    posts: (limit: number): Promise<Selectable<PostTable>[]> =>
      db.selectFrom('posts').selectAll().orderBy('message', 'desc').limit(limit).execute(),
    /** Puts a post into the playground's channel, once for each delivery. */
    addPost: (delivery: string, card: string, at: Instant): Promise<Selectable<PostTable>> =>
      db.transaction().execute(async tx => {
        await tx
          .insertInto('posts')
          .values({ delivery, card, at })
          .onConflict(conflict => conflict.column('delivery').doNothing())
          .execute()
        return tx.selectFrom('posts').selectAll().where('delivery', '=', delivery).executeTakeFirstOrThrow()
      }),
    postOf: (delivery: string) =>
      db.selectFrom('posts').selectAll().where('delivery', '=', delivery).executeTakeFirst(),
    editPost: async (message: number, delivery: string, card: string): Promise<boolean> =>
      (await db
        .updateTable('posts')
        .set({ card })
        .where('message', '=', message)
        .where('delivery', '=', delivery)
        .returning('message')
        .executeTakeFirst()) !== undefined,
    removePost: async (message: number): Promise<void> => {
      await db.deleteFrom('posts').where('message', '=', message).execute()
    },

    /** Forgets deliveries that ended before an instant, and keeps what they told; of the playground's posts, those of which no delivery is kept. */
    prune: (before: Instant): Promise<number> =>
      db.transaction().execute(async tx => {
        const old = tx
          .selectFrom('deliveries')
          .select('id')
          .where('state', 'in', ENDED)
          .where('due', '<', before)
          .where('created', '<', before)
        await tx
          .deleteFrom('seen')
          .where('delivery', 'in', old.where('state', '!=', 'sent'))
          .execute()
        await tx.updateTable('seen').set({ delivery: null }).where('delivery', 'in', old).execute()
        await tx.deleteFrom('slots').where('decided', '<', before).execute()
        await tx
          .deleteFrom('troubles')
          .where('since', '<', before)
          .where(on => on.or(OF_ONE_SLOT.map(kind => on('trouble', 'like', `${kind}:%`))))
          .execute()
        const gone = await tx.deleteFrom('deliveries').where('id', 'in', old).returning('id').execute()
        await tx
          .deleteFrom('posts')
          .where('at', '<', before)
          .where('delivery', 'not in', tx.selectFrom('deliveries').select('id'))
          .execute()
        return gone.length
      }),
    /** Whether the database can be written: fails where it is locked. */
    ping: (): Promise<void> =>
      db.transaction().execute(async tx => {
        await sql`select 1`.execute(tx)
      }),
  }
}

/** Why something expired, with what had kept it waiting. */
export const tooLate = (why: string | null): string =>
  why === null ? 'It was too late to send it.' : `It was too late to send it: ${why}`

type Tx = Transaction<Tables>

/** Few enough for a statement that is short, and comes again: what it takes to make one is more than what it saves. */
const ROWS_AT_ONCE = 25

/** As many are read, composed and written before something else has its turn, so that memory does not grow with their number. */
const DESTINATIONS_AT_ONCE = 100

/** The rows in lots of `size`; one that is empty where there are none. */
function* lotsOf<T>(rows: T[], size: number): Generator<T[]> {
  for (let at = 0; at === 0 || at < rows.length; at += size) yield rows.slice(at, at + size)
}

async function insertSeen(tx: Tx, rows: SeenTable[]): Promise<void> {
  if (rows.length === 0) return
  for (const lot of lotsOf(rows, ROWS_AT_ONCE)) await tx.insertInto('seen').values(lot).execute()
}

const moveCursor = async (tx: Tx, digests: string[], cursor: Instant): Promise<void> => {
  for (const lot of lotsOf(digests, ROWS_AT_ONCE))
    await tx.updateTable('digests').set({ cursor }).where('id', 'in', lot).where('cursor', '<', cursor).execute()
}

async function insertNotice(tx: Tx, { trouble, delivery }: Notice): Promise<boolean> {
  const isNew = await tx
    .insertInto('troubles')
    .values(trouble)
    .onConflict(conflict => conflict.column('trouble').doNothing())
    .returning('trouble')
    .executeTakeFirst()
  if (isNew && delivery) await insertDeliveries(tx, [delivery])
  return isNew !== undefined
}

const endTrouble = async (tx: Database | Tx, trouble: string): Promise<void> =>
  void (await tx.deleteFrom('troubles').where('trouble', '=', trouble).execute())

/** Whether another delivery of the slot is in the state that this one was in. */
const isOneOfSeveral = async (tx: Tx, { id, digest, slot, state }: DeliveryTable): Promise<boolean> =>
  (await tx
    .selectFrom('deliveries')
    .select('id')
    .where('digest', '=', digest)
    .where('slot', '=', slot)
    .where('state', '=', state)
    .where('id', '!=', id)
    .limit(1)
    .executeTakeFirst()) !== undefined

/** What earlier slots did not post is told by this one of the schedule, as far as it is still new. */
async function endPast(tx: Tx, digest: string): Promise<void> {
  for (const kind of ['missed', 'expired']) {
    const begins = `${kind}:${digest}:`
    await tx.deleteFrom('troubles').where(sql`substr(trouble, 1, ${begins.length})`, '=', begins).execute()
  }
}

const readHolds = (db: Database | Tx): Promise<HoldTable[]> =>
  db.selectFrom('holds').selectAll().orderBy('destination').execute()

/** Whether a destination has got a delivery of a newer slot of the schedule. */
const isOvertaken = async (tx: Tx, { digest, slot, destination }: DeliveryTable): Promise<boolean> =>
  (await tx
    .selectFrom('deliveries')
    .select('id')
    .where('digest', '=', digest)
    .where('slot', '>', slot)
    .where('slot', 'not like', `${BY_HAND}%`)
    .where('destination', '=', destination)
    .limit(1)
    .executeTakeFirst()) !== undefined

const insertHold = async (db: Database | Tx, hold: HoldTable): Promise<boolean> =>
  (await db
    .insertInto('holds')
    .values(hold)
    .onConflict(conflict => conflict.column('destination').doNothing())
    .returning('destination')
    .executeTakeFirst()) !== undefined

const writeDelivery = async (
  db: Database | Tx,
  read: DeliveryVersion,
  change: Partial<DeliveryTable>,
): Promise<boolean> =>
  (await db
    .updateTable('deliveries')
    .set(change)
    .where('id', '=', read.id)
    .where('state', '=', read.state)
    .where('due', '=', read.due)
    .returning('id')
    .executeTakeFirst()) !== undefined

const readDue = (
  db: Database,
  state: DeliveryState,
  now: Instant,
  limit: number,
  except: string[],
  closed: string[],
): Promise<DeliveryTable[]> =>
  db
    .selectFrom('deliveries as one')
    .selectAll('one')
    .where('one.state', '=', state)
    .where('one.due', '<=', now)
    .$if(except.length > 0, query => query.where('one.destination', 'not in', except))
    .$if(state === 'pending', query =>
      query.where(on =>
        on.and([
          ...closed.map(name => on('one.destination', 'not like', `${name}:%`)),
          on.not(
            on.exists(
              on.selectFrom('holds').select('holds.destination').whereRef('holds.destination', '=', 'one.destination'),
            ),
          ),
        ]),
      ),
    )
    .where(on =>
      on.not(
        on.exists(
          on
            .selectFrom('deliveries as other')
            .select('other.id')
            .whereRef('other.digest', '=', 'one.digest')
            .whereRef('other.slot', '=', 'one.slot')
            .whereRef('other.destination', '=', 'one.destination')
            .whereRef('other.edition', '=', 'one.edition')
            .whereRef('other.part', '<', 'one.part')
            .where('other.state', '!=', 'sent'),
        ),
      ),
    )
    .orderBy('one.due')
    .orderBy('one.part')
    .limit(limit)
    .execute()

async function recordMissed(tx: Tx, missed: SlotTable[]): Promise<void> {
  if (missed.length === 0) return
  for (const lot of lotsOf(missed, ROWS_AT_ONCE))
    await tx
      .insertInto('slots')
      .values(lot)
      .onConflict(conflict => conflict.columns(['digest', 'slot']).doNothing())
      .execute()
}

async function insertDeliveries(tx: Tx, rows: DeliveryTable[]): Promise<void> {
  if (rows.length === 0) return
  for (const lot of lotsOf(rows, ROWS_AT_ONCE)) await tx.insertInto('deliveries').values(lot).execute()
}

const readTold = (db: Database | Tx, digest: string, destination: string): Promise<Told> =>
  db
    .selectFrom('seen')
    .leftJoin('deliveries', 'deliveries.id', 'seen.delivery')
    .select(['seen.subject', 'seen.hashes'])
    .where('seen.digest', '=', digest)
    .where('seen.destination', '=', destination)
    .where(on => on.or([on('seen.delivery', 'is', null), on('deliveries.state', 'in', TELLING)]))
    .execute()

const cancelAt = async (tx: Tx, digest: string, destination?: string): Promise<void> =>
  void (await tx
    .updateTable('deliveries')
    .set({ state: 'cancelled', why: 'The digest was removed.' })
    .where('digest', '=', digest)
    .$if(destination !== undefined, query => query.where('destination', '=', destination as string))
    .where('state', '=', 'pending')
    .execute())

const forgetAt = async (tx: Tx, digest: string, destination: string): Promise<void> => {
  for (const table of ['begun', 'seen'] as const)
    await tx.deleteFrom(table).where('digest', '=', digest).where('destination', '=', destination).execute()
  await cancelAt(tx, digest, destination)
}

/** What waits for slots of a digest is put out, and what it told is free again; what may have been sent, and what was posted by hand, is not. */
const cancelWaiting = async (
  tx: Tx,
  digest: string,
  change: { state: Extract<DeliveryState, 'cancelled' | 'superseded'>; why: string },
): Promise<void> =>
  void (await tx
    .updateTable('deliveries')
    .set(change)
    .where('digest', '=', digest)
    .where('slot', 'not like', `${BY_HAND}%`)
    .where('state', '=', 'pending')
    // What somebody has sent again gives way to no newer slot.
    .$if(change.state === 'superseded', query => query.where('expires', 'is not', null))
    .execute())

/** A delivery has been begun meanwhile. */
class Begun extends Error {}

function unlessBegun(error: unknown): false {
  if (error instanceof Begun) return false
  throw error
}
