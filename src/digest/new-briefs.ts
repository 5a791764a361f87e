import { freshness } from '../answer/brief-views.ts'
import { type Block, strong, text } from '../card/card.ts'
import type { Brief } from '../library/brief.ts'
import { formatEdtf } from '../library/edtf.ts'
import { contentsLine } from './changes.ts'
import { formatDay } from './local-day.ts'
import type { Item } from './parts.ts'
import { rowOfBrief } from './told.ts'

/** A brief that the destination was never told of: its introduction, and what else it holds. */
export const newItem = (brief: Brief, now: Date): Item => ({
  heading: 'New briefs',
  brief,
  carries: rowOfBrief(brief, now),
  blocks: citations => [
    ...headOf(brief, contentsLine(brief), now),
    ...correctionBlocks(brief),
    ...brief.intro.map((statement): Block => ({ kind: 'paragraph', runs: citations.statement(brief, statement) })),
  ],
})

/** A brief's title, and a line with its date, topics, what it holds and when it was reviewed. */
export function headOf(brief: Brief, contents: string, now: Date): Block[] {
  const parts = [formatEdtf(brief.date), ...brief.matter.topics, contents, freshness(brief, now)]
  return [
    { kind: 'heading', text: brief.matter.title, minor: true },
    { kind: 'context', runs: [text(parts.filter(part => part !== '').join(' · '))] },
  ]
}

/** A brief's dated note of a correction. */
export function correctionBlocks({ matter: { correction } }: Brief): Block[] {
  if (correction === undefined) return []
  const day = formatDay(correction.slice(0, 10))
  return [{ kind: 'paragraph', runs: [strong(`Corrected on ${day}:`), text(correction.slice(11))] }]
}
