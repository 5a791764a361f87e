import type { Brief } from './brief.ts'
import type { Collection } from './collection.ts'
import { compare } from './similar.ts'

/** Whether readers may see a brief at an instant: published, and no longer under embargo. */
export function isVisibleAt(brief: Brief, now: Date): boolean {
  const { status, embargo_until: embargo } = brief.matter
  return status === 'published' && (embargo === undefined || Date.parse(embargo) <= now.getTime())
}

/** What readers may see of a collection at an instant, newest first. Answers and digests are made from nothing else. */
export const visibleAt = (collection: Collection, now: Date): Brief[] =>
  [...collection.briefs.values()].filter(brief => isVisibleAt(brief, now))

/** By the last day that they are about, then by the first, then by name. */
export const newestFirst = (a: Brief, b: Brief): number =>
  compare(b.date.to, a.date.to) || compare(b.date.from, a.date.from) || compare(a.name, b.name)
