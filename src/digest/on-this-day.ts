import { entryRuns, list } from '../answer/brief-views.ts'
import { text } from '../card/card.ts'
import type { Brief, TimelineEntry } from '../library/brief.ts'
import { compare } from '../library/similar.ts'
import type { Item } from './parts.ts'
import { statedIn } from './statements.ts'
import { type Moment, rowOfEntry } from './told.ts'

type Found = { brief: Brief; entry: TimelineEntry; hash: string }

/**
 * What the timelines of these briefs tell of this day in earlier years, the oldest first. Only what is dated to the day counts, and
 * 29 February comes only where the calendar has it. The same words of several briefs stand once.
 * @param day as `2026-11-22`
 * @param shown the hashes of what was shown for the same slot already
 */
export function entryItems(briefs: Brief[], day: string, shown: Set<string>, moment: Moment): Item[] {
  const found = new Map<string, Found>()
  for (const one of briefs.flatMap(entriesIn))
    if (isAnniversary(one.entry, day) && !shown.has(one.hash) && !found.has(one.hash)) found.set(one.hash, one)
  return [...found.values()]
    .toSorted((a, b) => compare(a.entry.date.from, b.entry.date.from))
    .map(one => itemOf(one, moment))
}

const entriesIn = (brief: Brief): Found[] =>
  statedIn(brief).flatMap(stated =>
    stated.kind === 'entry' ? [{ brief, entry: stated.entry, hash: stated.hash }] : [],
  )

const isAnniversary = ({ date: { text: date } }: TimelineEntry, day: string): boolean =>
  date.slice(4) === day.slice(4) && date < day

const itemOf = ({ brief, entry, hash }: Found, moment: Moment): Item => ({
  heading: 'On this day',
  brief,
  carries: rowOfEntry(brief, hash, moment),
  blocks: citations => list([[...entryRuns(brief, entry, citations), text(` — ${brief.matter.title}`)]]),
})
