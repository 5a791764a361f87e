import { type Action, type Block, paragraph, type Run, text } from '../card/card.ts'
import { shorten } from '../card/label.ts'
import type { Brief } from '../library/brief.ts'
import type { Collection } from '../library/collection.ts'
import type { Passage } from '../library/passage.ts'
import type { Hit } from '../library/rank.ts'
import type { Found } from '../library/search.ts'
import { isVisibleAt } from '../library/visible.ts'
import { briefButton, button, picker } from './actions.ts'
import { type Draft, entryRuns, fields, figureField, freshness, quoteBlock } from './brief-views.ts'
import { type Citations, createCitations } from './citations.ts'
import { counted, titleRuns, topicsOf } from './collection-views.ts'
import { type Readable, shownBriefs } from './context.ts'

/** How many briefs a search's one page shows at most. */
export const SHOWN = 5

/** The passages that answer a question, best first; where nothing does, what there is instead. */
export function composeSearch(question: string, collections: Collection[], context: Readable, most: number): Draft {
  const found = collections.map(collection => ({
    collection,
    ...collection.index.find(question, collection.briefs, brief => isVisibleAt(brief, context.now), most),
  }))
  const hits = interleave(found.map(one => one.hits)).slice(0, most)
  if (hits.length === 0) return composeNothing(question, collections, context)
  const total = found.reduce((sum, one) => sum + one.total, 0)
  const citations = createCitations()
  const blocks = [...remarks(found), ...hits.flatMap(hit => hitBlocks(hit, citations, collections.length > 1, context))]
  const more =
    total > hits.length
      ? [text(`${counted(total - hits.length, 'more brief')} hold these words. Add a word to narrow the search.`)]
      : []
  return {
    title: `Search: “${shorten(question.trim(), 80)}”`,
    blocks,
    footer: [more, citations.legend()].filter(runs => runs.length > 0),
    actions: hits.map(hit => briefButton(hit.brief)),
  }
}

/** The best of each collection, then the second best of each: their scores can't be compared. */
function interleave(lists: Hit[][]): Hit[] {
  const longest = Math.max(0, ...lists.map(list => list.length))
  return Array.from({ length: longest }, (_, index) => lists.flatMap(list => list[index] ?? [])).flat()
}

/** What was made of words that no brief has. A word counts as unknown only where no collection knows it. */
function remarks(found: Found[]): Block[] {
  const corrected = found.find(one => one.hits.length > 0)?.corrected ?? []
  const unknown = (found[0]?.unknown ?? []).filter(word => found.every(one => one.unknown.includes(word)))
  const lines = [
    ...corrected.map(({ from, to }) => `Nothing has “${shorten(from, 40)}”; these have “${to}”.`),
    ...(unknown.length > 0
      ? [
          `Nothing has ${unknown
            .slice(0, 5)
            .map(word => `“${shorten(word, 40)}”`)
            .join(', ')}.`,
        ]
      : []),
  ]
  return lines.map(line => ({ kind: 'context', runs: [text(line)] }))
}

function hitBlocks({ brief, passage }: Hit, citations: Citations, withCollection: boolean, context: Readable): Block[] {
  return [
    { kind: 'paragraph', runs: titleRuns(brief, withCollection) },
    passageBlock(brief, passage, citations),
    { kind: 'context', runs: [text(freshness(brief, context.now))] },
  ]
}

function passageBlock(brief: Brief, passage: Passage, citations: Citations): Block {
  const runs = (...all: Run[]): Block => ({ kind: 'paragraph', runs: all })
  switch (passage.kind) {
    case 'statement':
      return runs(...citations.statement(brief, passage.statement))
    case 'claim':
      return runs(text(`${passage.topic}: `), ...citations.statement(brief, passage.statement))
    case 'entry':
      return runs(...entryRuns(brief, passage.entry, citations))
    case 'figure':
      return fields([figureField(brief, passage.figure, citations)])[0] as Block
    case 'quote':
      return quoteBlock(brief, passage.quote, citations)
    default:
      return passage satisfies never
  }
}

/** No brief: says so, and offers what there is. */
export function composeNothing(question: string, collections: Collection[], context: Readable): Draft {
  const briefs = shownBriefs(context, collections)
  const topics = topicsOf(briefs)
  const asked = shorten(question.trim(), 80)
  return {
    title: asked === '' ? 'There is no such brief' : `There is no brief on “${asked}”`,
    blocks:
      topics.length > 0
        ? [paragraph(`There are briefs on ${topics.slice(0, 8).join(', ')}.`)]
        : [
            paragraph(
              briefs.length > 0
                ? `There ${briefs.length === 1 ? 'is' : 'are'} ${counted(briefs.length, 'brief')}.`
                : 'There are no briefs yet.',
            ),
          ],
    footer: [],
    actions: [
      ...picker(collections.length === 1 ? (collections[0] as Collection).name : '', briefs),
      ...helpButtons(collections),
    ],
  }
}

/** Several briefs are meant equally: the reader chooses. The first `listed` of them are named. */
export function composeChoice(question: string, briefs: Brief[], listed: number): Draft {
  return {
    title: `Which brief on “${shorten(question.trim(), 80)}”?`,
    blocks: [
      { kind: 'list', items: briefs.slice(0, listed).map(brief => titleRuns(brief, true)) },
      ...moreOf(briefs.length - listed),
    ],
    footer: [],
    actions: [...briefs.slice(0, SHOWN).map(briefButton), ...picker(briefs[0]?.collection ?? '', briefs)],
  }
}

const moreOf = (count: number): Block[] => (count > 0 ? [paragraph(`${count} more: say more of the name.`)] : [])

const helpButtons = (collections: Collection[]): Action[] => {
  const collection = collections.length === 1 ? (collections[0] as Collection).name : ''
  return [button('Help', { view: 'help', collection, subject: '', page: 1 })]
}
