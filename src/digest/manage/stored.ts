import { z } from 'zod'
import type { Log } from '../../platform/platform.ts'
import type { Store } from '../../store/store.ts'
import type { SubscriptionTable } from '../../store/tables.ts'
import { parseDestination } from '../destination.ts'
import { type Digest, SECTIONS } from '../digest.ts'
import { CHAT } from './subscription.ts'

/** What a subscription's row holds. Zones and cron expressions are not looked at: what can't be used is said where it is shown, and can be changed. */
const storedSchema = z.object({
  name: z.string(),
  collection: z.string(),
  topics: z.array(z.string()),
  schedule: z.object({
    cron: z.string(),
    zone: z.string(),
    missed: z.object({ policy: z.enum(['latest', 'skip']), withinMs: z.number() }),
  }),
  sections: z.array(z.enum(SECTIONS)),
  whenEmpty: z.enum(['silent', 'note']),
})

type Row = Pick<SubscriptionTable, 'id' | 'destination' | 'digest'>

/** The digest of a row; undefined where the row can't be read. The columns say whose it is and where it goes. */
export function readSubscription({ id, destination, digest }: Row): Digest | undefined {
  const place = parseDestination(destination)
  const read = storedSchema.safeParse(readJson(digest))
  return place && read.success ? { id: `${CHAT}${id}`, ...read.data, destinations: [place] } : undefined
}

function readJson(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}

/** What was made in chat, and the rows among them that can't be read. */
export type Subscriptions = { digests: Digest[]; broken: SubscriptionTable[] }

/**
 * The digests that were made in chat, those that are paused among them: that a digest is paused is in the table of digests and nowhere else,
 * so that whoever looks at what is due sees it for every digest alike. A row that can't be read stops no other.
 */
export async function readSubscriptions(store: Pick<Store, 'subscriptions'>): Promise<Subscriptions> {
  const rows = (await store.subscriptions()).filter(({ state }) => state === 'active')
  const read = rows.map(row => ({ row, digest: readSubscription(row) }))
  return {
    digests: read.flatMap(({ digest }) => digest ?? []),
    broken: read.flatMap(({ row, digest }) => (digest ? [] : row)),
  }
}

export const subscriptionsOf = async (store: Pick<Store, 'subscriptions'>): Promise<Digest[]> =>
  (await readSubscriptions(store)).digests

/** The same again and again, telling once of each row that can't be read. */
export function followSubscriptions(store: Pick<Store, 'subscriptions'>, log: Log): () => Promise<Digest[]> {
  const told = new Set<string>()
  return async () => {
    const { digests, broken } = await readSubscriptions(store)
    for (const row of broken.filter(({ id }) => !told.has(id))) {
      told.add(row.id)
      log(brokenNote(row))
    }
    return digests
  }
}

/** What operators read of a row that can't be read. */
export const brokenNote = ({ id, destination }: Pick<SubscriptionTable, 'id' | 'destination'>): string =>
  `The digest ${id} of ${destination} can’t be read from the database, and is not posted. In that channel write /readout remove ${id}, and subscribe again.`

/** What stands for a digest that can't be read, so that it can be shown and removed. */
export const brokenDigest = ({ id, destination }: Row): Digest => {
  const place = parseDestination(destination)
  return {
    id: `${CHAT}${id}`,
    name: `Unreadable digest ${id}`,
    collection: '',
    topics: [],
    schedule: { cron: '', zone: 'UTC', missed: { policy: 'skip', withinMs: 0 } },
    destinations: place ? [place] : [],
    sections: [],
    whenEmpty: 'silent',
  }
}
