import { type Insertable, type Selectable, sql, type Transaction } from 'kysely'
import type { Database } from './open.ts'
import type {
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
} from './tables.ts'

/** States in which what a delivery carries counts as told. */
const TELLING: DeliveryState[] = ['pending', 'sending', 'checking', 'sent', 'uncertain']

/** States that nothing more becomes of by itself. */
const ENDED: DeliveryState[] = ['sent', 'failed', 'expired', 'superseded', 'cancelled']

/** What a digest comes to in a slot, once it is known what was told before. */
export type Composition = { state: SlotState; note: string; deliveries: DeliveryTable[]; carries: SeenTable[] }

export type Told = Pick<SeenTable, 'subject' | 'hashes'>[]

/** A slot to be claimed. */
export type SlotClaim = {
  digest: string
  slot: string
  decided: Instant
  destinations: string[]
  /** Slots that nobody was there for. */
  missed: SlotTable[]
  /** Where the schedule stands then; absent where a slot is of no schedule. */
  cursor?: Instant
  /** Makes the digest from what was told to each destination; synchronous, and decided within the claim. */
  compose: (told: Map<string, Told>) => Composition
}

export type Store = ReturnType<typeof createStore>

/** Every query. Nothing is decided here but what must be decided within one transaction. */
export function createStore(db: Database) {
  return {
    close: () => db.destroy(),

    /** Where the schedules stand. */
    digests: (): Promise<DigestTable[]> => db.selectFrom('digests').selectAll().orderBy('id').execute(),
    /** Begins a digest, or one whose schedule is another now, with what there is for each destination. */
    beginDigest: (digest: DigestTable, baseline: SeenTable[]): Promise<void> =>
      db.transaction().execute(async tx => {
        await tx
          .insertInto('digests')
          .values(digest)
          .onConflict(conflict =>
            conflict.column('id').doUpdateSet({ fingerprint: digest.fingerprint, cursor: digest.cursor }),
          )
          .execute()
        await insertSeen(tx, baseline)
      }),
    /** What there is at the beginning for destinations that a digest has got later. */
    beginDestinations: (baseline: SeenTable[]): Promise<void> =>
      db.transaction().execute(tx => insertSeen(tx, baseline)),
    /** Sets where a schedule stands, even back: the clock was wrong. */
    setCursor: async (id: string, cursor: Instant): Promise<void> => {
      await db.updateTable('digests').set({ cursor }).where('id', '=', id).execute()
    },
    /** Pauses a digest, or has it go on from an instant. */
    pauseDigest: async (id: string, paused: boolean, cursor: Instant): Promise<void> => {
      await db
        .updateTable('digests')
        .set({ paused: paused ? 1 : 0, cursor })
        .where('id', '=', id)
        .execute()
    },
    /** Takes a digest out, with all that was told of it; deliveries that were not begun are cancelled. */
    removeDigest: (id: string): Promise<void> =>
      db.transaction().execute(async tx => {
        await tx.deleteFrom('digests').where('id', '=', id).execute()
        await tx.deleteFrom('seen').where('digest', '=', id).execute()
        await tx
          .updateTable('deliveries')
          .set({ state: 'cancelled', why: 'The digest was removed.' })
          .where('digest', '=', id)
          .where('state', '=', 'pending')
          .where('doubt', '=', 0)
          .execute()
      }),

    /** What a digest has told a destination. */
    told: (digest: string, destination: string): Promise<Told> => readTold(db, digest, destination),
    /** Whether a digest has anything told, or there at the beginning, for a destination. */
    knows: async (digest: string, destination: string): Promise<boolean> =>
      (await db
        .selectFrom('seen')
        .select('digest')
        .where('digest', '=', digest)
        .where('destination', '=', destination)
        .limit(1)
        .executeTakeFirst()) !== undefined,
    /** What a delivery carries. */
    carriedBy: (delivery: string): Promise<Pick<SeenTable, 'subject' | 'hashes'>[]> =>
      db.selectFrom('seen').select(['subject', 'hashes']).where('delivery', '=', delivery).execute(),

    /**
     * Claims a slot, composes the digest and writes all that it comes to, together or not at all. What earlier slots of the digest have not
     * begun to send gives way to it. Nothing is given back where the slot is claimed already.
     */
    claimSlot: ({ digest, slot, decided, compose, ...claim }: SlotClaim): Promise<Composition | undefined> =>
      db.transaction().execute(async tx => {
        const claimed = await tx
          .insertInto('slots')
          .values({ digest, slot, decided, state: 'posted', note: '' })
          .onConflict(conflict => conflict.columns(['digest', 'slot']).doNothing())
          .returning('slot')
          .executeTakeFirst()
        if (!claimed) return undefined
        if (claim.cursor !== undefined) await moveCursor(tx, digest, claim.cursor)
        await recordMissed(tx, claim.missed)
        if (claim.cursor !== undefined) await supersede(tx, digest)
        const told = new Map<string, Told>()
        for (const destination of claim.destinations) told.set(destination, await readTold(tx, digest, destination))
        const composition = compose(told)
        const { state, note } = composition
        await tx
          .updateTable('slots')
          .set({ state, note })
          .where('digest', '=', digest)
          .where('slot', '=', slot)
          .execute()
        await insertDeliveries(tx, composition.deliveries)
        await insertSeen(tx, composition.carries)
        return composition
      }),
    /** Records slots that nobody was there for, and where the schedule stands then. */
    missSlots: (digest: string, missed: SlotTable[], cursor: Instant): Promise<void> =>
      db.transaction().execute(async tx => {
        await recordMissed(tx, missed)
        await moveCursor(tx, digest, cursor)
      }),
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
            .where('doubt', '=', 0)
            .returning('id')
            .execute()
          if (cancelled.length < old.length) throw new Begun()
          const { deliveries, carries } = compose(await readTold(tx, first.digest, first.destination))
          await insertDeliveries(tx, deliveries)
          await insertSeen(tx, carries)
          return true
        })
        .catch(unlessBegun),
    /** Adds a delivery of no schedule: a notice, or what was posted by hand; false where it is there. */
    addDelivery: async (delivery: DeliveryTable): Promise<boolean> =>
      (await db
        .insertInto('deliveries')
        .values(delivery)
        .onConflict(conflict => conflict.column('id').doNothing())
        .returning('id')
        .executeTakeFirst()) !== undefined,

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
     * Deliveries that something is due of, the oldest first: whose earlier parts are all sent, and whose destination is not held. One in
     * doubt is looked for even there.
     */
    due: (now: Instant, limit: number, except: string[] = []): Promise<DeliveryTable[]> =>
      db
        .selectFrom('deliveries as one')
        .selectAll('one')
        .where('one.state', 'in', ['pending', 'sending', 'checking'])
        .where('one.due', '<=', now)
        .$if(except.length > 0, query => query.where('one.destination', 'not in', except))
        .where(on =>
          on.or([
            on('one.state', '!=', 'pending'),
            on.not(
              on.exists(
                on
                  .selectFrom('holds')
                  .select('holds.destination')
                  .whereRef('holds.destination', '=', 'one.destination'),
              ),
            ),
          ]),
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
        .orderBy('one.id')
        .limit(limit)
        .execute(),
    /** When something is due next after an instant. */
    nextDue: async (now: Instant): Promise<Instant | undefined> =>
      (
        await db
          .selectFrom('deliveries')
          .select(({ fn }) => fn.min('due').as('due'))
          .where('state', 'in', ['pending', 'sending', 'checking'])
          .where('due', '>', now)
          .executeTakeFirst()
      )?.due ?? undefined,
    /** Changes a delivery that is still as it was read; false where somebody else has changed it. */
    write: async (
      read: Pick<DeliveryTable, 'id' | 'state' | 'due'>,
      change: Partial<DeliveryTable>,
    ): Promise<boolean> =>
      (await db
        .updateTable('deliveries')
        .set(change)
        .where('id', '=', read.id)
        .where('state', '=', read.state)
        .where('due', '=', read.due)
        .returning('id')
        .executeTakeFirst()) !== undefined,
    /** Expires what waits behind a part that will never be sent, or for a destination that is held. */
    expire: async (now: Instant): Promise<DeliveryTable[]> =>
      db
        .updateTable('deliveries')
        .set({ state: 'expired', why: 'It was too late to send it.' })
        .where('state', '=', 'pending')
        .where('doubt', '=', 0)
        .where('expires', '<=', now)
        .returningAll()
        .execute(),

    holds: (): Promise<HoldTable[]> => db.selectFrom('holds').selectAll().orderBy('destination').execute(),
    hold: async (hold: HoldTable): Promise<boolean> =>
      (await db
        .insertInto('holds')
        .values(hold)
        .onConflict(conflict => conflict.column('destination').doNothing())
        .returning('destination')
        .executeTakeFirst()) !== undefined,
    release: async (destination: string): Promise<boolean> =>
      (await db
        .deleteFrom('holds')
        .where('destination', '=', destination)
        .returning('destination')
        .executeTakeFirst()) !== undefined,

    /** Remembers a trouble; false where it is known. */
    addTrouble: async (trouble: string, since: Instant, note: string): Promise<boolean> =>
      (await db
        .insertInto('troubles')
        .values({ trouble, since, note })
        .onConflict(conflict => conflict.column('trouble').doNothing())
        .returning('trouble')
        .executeTakeFirst()) !== undefined,
    troubles: () => db.selectFrom('troubles').selectAll().orderBy('since').execute(),
    endTrouble: async (trouble: string): Promise<void> => {
      await db.deleteFrom('troubles').where('trouble', '=', trouble).execute()
    },

    subscriptions: (): Promise<SubscriptionTable[]> =>
      db.selectFrom('subscriptions').selectAll().where('state', '!=', 'removed').orderBy('created').execute(),
    /** Writes a subscription and who changed it, together. */
    putSubscription: (subscription: SubscriptionTable, change: Insertable<ChangeTable>): Promise<void> =>
      db.transaction().execute(async tx => {
        await tx
          .insertInto('subscriptions')
          .values(subscription)
          .onConflict(conflict =>
            conflict.column('id').doUpdateSet({ digest: subscription.digest, state: subscription.state }),
          )
          .execute()
        await tx.insertInto('changes').values(change).execute()
      }),
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
    changes: (limit: number): Promise<Selectable<ChangeTable>[]> =>
      db.selectFrom('changes').selectAll().orderBy('id', 'desc').limit(limit).execute(),

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

    /** Forgets deliveries that ended before an instant, and keeps what they told. */
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
        const gone = await tx.deleteFrom('deliveries').where('id', 'in', old).returning('id').execute()
        return gone.length
      }),
    /** Whether the database can be written. */
    ping: async (): Promise<void> => {
      await sql`select 1`.execute(db)
    },
  }
}

type Tx = Transaction<Tables>

/** SQLite takes 32,766 parameters in one statement. */
const ROWS_AT_ONCE = 1000

async function insertSeen(tx: Tx, rows: SeenTable[]): Promise<void> {
  for (let at = 0; at < rows.length; at += ROWS_AT_ONCE)
    await tx
      .insertInto('seen')
      .values(rows.slice(at, at + ROWS_AT_ONCE))
      .execute()
}

const moveCursor = async (tx: Tx, digest: string, cursor: Instant): Promise<void> =>
  void (await tx.updateTable('digests').set({ cursor }).where('id', '=', digest).where('cursor', '<', cursor).execute())

async function recordMissed(tx: Tx, missed: SlotTable[]): Promise<void> {
  for (let at = 0; at < missed.length; at += ROWS_AT_ONCE)
    await tx
      .insertInto('slots')
      .values(missed.slice(at, at + ROWS_AT_ONCE))
      .onConflict(conflict => conflict.columns(['digest', 'slot']).doNothing())
      .execute()
}

async function insertDeliveries(tx: Tx, rows: DeliveryTable[]): Promise<void> {
  for (let at = 0; at < rows.length; at += ROWS_AT_ONCE)
    await tx
      .insertInto('deliveries')
      .values(rows.slice(at, at + ROWS_AT_ONCE))
      .execute()
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

/** What waits for earlier slots gives way to the next one; what may have been sent, and what was posted by hand, does not. */
const supersede = async (tx: Tx, digest: string): Promise<void> =>
  void (await tx
    .updateTable('deliveries')
    .set({ state: 'superseded', why: 'The next digest came first.' })
    .where('digest', '=', digest)
    .where('slot', 'not like', 'now:%')
    .where('state', '=', 'pending')
    .where('doubt', '=', 0)
    .execute())

/** A delivery has been begun meanwhile. */
class Begun extends Error {}

function unlessBegun(error: unknown): false {
  if (error instanceof Begun) return false
  throw error
}
