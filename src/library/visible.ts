import type { Brief } from './brief.ts'
import type { Collection } from './collection.ts'
import type { Library } from './library.ts'
import { compare } from './similar.ts'

/** Whether readers may see a brief at an instant: published, and no longer under embargo. */
export function isVisibleAt(brief: Brief, now: Date): boolean {
  const { status, embargo_until: embargo } = brief.matter
  return status === 'published' && (embargo === undefined || Date.parse(embargo) <= now.getTime())
}

/** What readers may see of a collection at an instant, newest first. Answers and digests are made from nothing else. */
export const visibleAt = (collection: Collection, now: Date): Brief[] =>
  [...collection.briefs.values()].filter(brief => isVisibleAt(brief, now))

const DAY_MS = 86_400_000

/** The next instant, in milliseconds, at which readers may see something else of the same library: an embargo ends, or a UTC day begins. */
export function nextChange({ collections }: Library, now: Date): number {
  const midnight = (Math.floor(now.getTime() / DAY_MS) + 1) * DAY_MS
  const embargoes = [...collections.values()].flatMap(({ briefs }) =>
    [...briefs.values()].flatMap(({ matter }) => (matter.embargo_until ? Date.parse(matter.embargo_until) : [])),
  )
  return embargoes.reduce((next, end) => (end > now.getTime() && end < next ? end : next), midnight)
}

/** By the last day that they are about, then by the first, then by name. */
export const newestFirst = (a: Brief, b: Brief): number =>
  compare(b.date.to, a.date.to) || compare(b.date.from, a.date.from) || compare(a.name, b.name)
