import type { Budget, Card } from '../card/card.ts'
import type { Library } from '../library/library.ts'
import type { Destination } from '../platform/platform.ts'
import type { Store } from '../store/store.ts'
import { baselineOf, composeDigest } from './compose.ts'
import { formatDestination } from './destination.ts'
import type { Digest } from './digest.ts'
import { readTold } from './plan.ts'

/** What a digest would come to for one destination: no cards where it would be silent. */
export type Preview = {
  cards: Card[]
  /** Whether it has begun for the destination; where not, all that there is now counts as told when it does. */
  hasBegun: boolean
}

/** A digest as it would be posted now, after what was told there. Nothing is written; without a store nothing has begun. */
export async function previewDigest(
  digest: Digest,
  destination: Destination,
  { store, library, budget }: { store: Pick<Store, 'knows' | 'told'> | undefined; library: Library; budget: Budget },
  now: Date,
): Promise<Preview> {
  const name = formatDestination(destination)
  const hasBegun = store !== undefined && (await store.knows(digest.id, name))
  const told = hasBegun ? readTold(await store.told(digest.id, name)) : baselineOf(digest, library, now)
  const parts = composeDigest(digest, { at: now, isDelayed: false }, told, library, now, budget)
  return { cards: parts.map(({ card }) => card), hasBegun }
}
