import type { Database } from './open.ts'
import type { DeliveryState, DeliveryTable, SlotState, SlotTable } from './tables.ts'

export type Overview = ReturnType<typeof createOverview>

/** What operators look up, over all digests; those among them that are no more. */
export const createOverview = (db: Database) => ({
  /** Everything that was composed for a slot: every destination, edition and part. */
  ofSlot: (digest: string, slot: string): Promise<DeliveryTable[]> =>
    db
      .selectFrom('deliveries')
      .selectAll()
      .where('digest', '=', digest)
      .where('slot', '=', slot)
      .orderBy('destination')
      .orderBy('edition')
      .orderBy('part')
      .execute(),
  /** The slots that were decided last and came to this. */
  slotsThat: (states: SlotState[], limit: number): Promise<SlotTable[]> =>
    db
      .selectFrom('slots')
      .selectAll()
      .where('state', 'in', states)
      .orderBy('decided', 'desc')
      .orderBy('slot', 'desc')
      .limit(limit)
      .execute(),
  /** The ids of the digests of which something was posted. */
  postedDigests: async (): Promise<string[]> =>
    (await db.selectFrom('deliveries').select('digest').distinct().orderBy('digest').execute()).map(row => row.digest),
  /** How many deliveries there are in a state. */
  countOf: async (state: DeliveryState): Promise<number> =>
    (
      await db
        .selectFrom('deliveries')
        .select(({ fn }) => fn.countAll<number>().as('count'))
        .where('state', '=', state)
        .executeTakeFirstOrThrow()
    ).count,
})
