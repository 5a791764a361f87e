import { entryRuns, fields, figureField, list, quoteBlock } from '../answer/brief-views.ts'
import type { Citations } from '../answer/citations.ts'
import { type Block, strong, text } from '../card/card.ts'
import type { Brief } from '../library/brief.ts'
import type { Change } from './changes.ts'
import { correctionBlocks, headOf } from './new-briefs.ts'
import type { Item } from './parts.ts'
import type { Stated } from './statements.ts'
import { rowOfBrief } from './told.ts'

/** A brief that says something else than what was told of it: what changed, and each statement that was not told. */
export const updatedItem = (brief: Brief, { added, summary }: Change, now: Date): Item => ({
  heading: 'Updated briefs',
  brief,
  carries: rowOfBrief(brief, now),
  blocks: citations => [
    ...headOf(brief, '', now),
    { kind: 'paragraph', runs: [strong(summary)] },
    ...added.flatMap(stated => blocksOf(brief, stated, citations)),
  ],
})

function blocksOf(brief: Brief, stated: Stated, citations: Citations): Block[] {
  switch (stated.kind) {
    // Both stand above.
    case 'title':
    case 'date':
      return []
    case 'correction':
      return correctionBlocks(brief)
    case 'paragraph':
      return [{ kind: 'paragraph', runs: citations.statement(brief, stated.statement) }]
    case 'key point':
      return list([citations.statement(brief, stated.statement)])
    case 'quote':
      return [quoteBlock(brief, stated.quote, citations)]
    case 'entry':
      return list([entryRuns(brief, stated.entry, citations)])
    case 'figure':
      return fields([figureField(brief, stated.figure, citations)])
    case 'claim':
      return list([[strong(`${stated.topic}:`), text(' '), ...citations.statement(brief, stated.statement)]])
    default:
      return stated satisfies never
  }
}
