import { quoteBlock } from '../answer/brief-views.ts'
import { text } from '../card/card.ts'
import { runsText } from '../card/runs.ts'
import type { Brief, BriefQuote } from '../library/brief.ts'
import { compare } from '../library/similar.ts'
import { foldWords } from '../library/spelling.ts'
import { readWords } from '../library/words.ts'
import type { Item } from './parts.ts'
import { shortHash, statedIn } from './statements.ts'
import { type Moment, rowOfQuote } from './told.ts'

/** A verified quote; `id` is the same wherever the same words of the same speaker stand. */
type Candidate = { brief: Brief; quote: BriefQuote; id: string; hash: string }

/**
 * A verified quote of these briefs: one that was never shown, by lot, or else the one that was not shown for the longest time, so that none comes
 * again until all others have. A quote that is added later comes next, and once.
 * @param shown when each quote was last shown
 * @param lot the same for the same digest and slot
 */
export function quoteItems(briefs: Brief[], shown: Map<string, string>, lot: string, moment: Moment): Item[] {
  const [first, ...others] = candidatesIn(briefs)
  if (!first) return []
  const turn = ({ id }: Candidate) => shown.get(id) ?? ''
  const draw = ({ id }: Candidate) => shortHash(`${lot} ${id}`)
  const isBefore = (a: Candidate, b: Candidate) => (compare(turn(a), turn(b)) || compare(draw(a), draw(b))) < 0
  const next = others.reduce((best, one) => (isBefore(one, best) ? one : best), first)
  return [itemOf(next, moment)]
}

const itemOf = ({ brief, quote, id, hash }: Candidate, moment: Moment): Item => ({
  heading: 'Quote of the day',
  brief,
  carries: rowOfQuote(brief, id, hash, moment),
  blocks: citations => [
    quoteBlock(brief, quote, citations),
    { kind: 'context', runs: [text(`From “${brief.matter.title}”.`)] },
  ],
})

/** A quote that several briefs hold is that of the first. */
function candidatesIn(briefs: Brief[]): Candidate[] {
  const byId = new Map<string, Candidate>()
  for (const candidate of briefs.flatMap(verifiedIn)) if (!byId.has(candidate.id)) byId.set(candidate.id, candidate)
  return [...byId.values()]
}

const verifiedIn = (brief: Brief): Candidate[] =>
  statedIn(brief).flatMap(stated =>
    stated.kind === 'quote' && stated.quote.unverified === undefined
      ? [{ brief, quote: stated.quote, id: idOf(stated.quote), hash: stated.hash }]
      : [],
  )

const ids = new WeakMap<BriefQuote, string>()

function idOf(quote: BriefQuote): string {
  const words = () => readWords(quote.paragraphs.map(runsText).join(' ')).map(word => word.text)
  const id = ids.get(quote) ?? shortHash(JSON.stringify([foldWords(quote.speaker), words()]))
  ids.set(quote, id)
  return id
}
