import type { Budget } from '../card/card.ts'
import type { Brief } from '../library/brief.ts'
import type { Collection } from '../library/collection.ts'
import type { Library } from '../library/library.ts'
import { newestFirst, visibleAt } from '../library/visible.ts'
import type { Asker } from '../platform/platform.ts'

/** Everything that an answer is made from: one snapshot of the library, who asks, how much a message holds, and when. */
export type Context = Readable & { asker: Asker; budget: Budget }

/** The snapshot, and the instant that decides what of it readers may see. */
export type Readable = { library: Library; now: Date }

/** The collections that a target means: the one of that name, or all where it names none. */
export function collectionsOf(context: Readable, name: string): Collection[] {
  const { collections } = context.library
  if (name === '') return [...collections.values()]
  const collection = collections.get(name)
  return collection ? [collection] : []
}

/** The briefs of these collections that readers may see now, newest first. */
export function shownBriefs({ now }: Readable, collections: Collection[]): Brief[] {
  const briefs = collections.flatMap(collection => visibleAt(collection, now))
  return collections.length > 1 ? briefs.toSorted(newestFirst) : briefs
}

/** A brief by its exact name, where readers may see it now. */
export function findBrief(context: Readable, collection: string, name: string): Brief | undefined {
  return shownBriefs(context, collectionsOf(context, collection)).find(brief => brief.name === name)
}
