import type { Budget } from '../card/card.ts'
import type { Library } from '../library/library.ts'
import type { Destination } from '../platform/platform.ts'
import type { Store } from '../store/store.ts'
import { baselineOf, composeDigest, type Part, type Told } from './compose.ts'
import { formatDestination } from './destination.ts'
import type { Digest } from './digest.ts'
import { readTold } from './plan.ts'

/** What a digest would come to for one destination: no parts where it would be silent. */
export type Preview = {
  parts: Part[]
  /** Whether it has begun for the destination; where not, all that there is now counts as told when it does. */
  hasBegun: boolean
}

/** What a preview is made from. */
export type Given = { store: Pick<Store, 'knows' | 'told'> | undefined; library: Library; budget: Budget }

/** A digest as it would be posted now, after what was told there. Nothing is written; without a store nothing has begun. */
export async function previewDigest(
  digest: Digest,
  destination: Destination,
  { store, library, budget }: Given,
  now: Date,
): Promise<Preview> {
  const name = formatDestination(destination)
  const hasBegun = store !== undefined && (await store.knows(digest.id, name))
  const told = hasBegun ? readTold(await store.told(digest.id, name)) : baselineOf(digest, library, now)
  const parts = library.collections.has(digest.collection) ? partsOf(digest, told, { library, budget }, now) : []
  return { parts, hasBegun }
}

/** As many of the newest briefs an example shows as new. */
const EXAMPLE = 3

/** What a digest could look like, with the newest briefs as new; no parts where there are no briefs. */
export function exampleOf(digest: Digest, given: Pick<Given, 'library' | 'budget'>, now: Date): Part[] {
  const all = baselineOf(digest, given.library, now)
  return all.length === 0 ? [] : partsOf(digest, all.slice(EXAMPLE), given, now)
}

const partsOf = (
  digest: Digest,
  told: Told,
  { library, budget }: Pick<Given, 'library' | 'budget'>,
  now: Date,
): Part[] => composeDigest(digest, { at: now, isDelayed: false }, told, library, now, budget)
