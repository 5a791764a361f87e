import { type Action, type Block, type Field, paragraph, type Quote, type Run, text } from '../card/card.ts'
import type { Brief, BriefQuote, Difference, Figure } from '../library/brief.ts'
import { type EdtfDate, formatEdtf, parseEdtf } from '../library/edtf.ts'
import { briefButton, button } from './actions.ts'
import { type Citations, createCitations, isTranslated, longSource } from './citations.ts'
import { findBrief, type Readable } from './context.ts'
import type { View } from './target.ts'

/** A card before it is paged: what the page does not change. */
export type Draft = { title: string; blocks: Block[]; footer: Run[][]; actions: Action[] }

type BriefView = Extract<View, 'overview' | 'quotes' | 'timeline' | 'figures' | 'sources'>

/** One side of a brief. */
export function composeBrief(brief: Brief, view: BriefView, context: Readable): Draft {
  const citations = createCitations(brief)
  const blocks = blocksOf(brief, view, citations)
  const title = view === 'overview' ? brief.matter.title : `${brief.matter.title}: ${view}`
  const legend = view === 'sources' ? [] : citations.legend()
  const footer = [[text(freshness(brief, context.now))], legend].filter(runs => runs.length > 0)
  return { title, blocks, footer, actions: [...viewButtons(brief, view), ...relatedButtons(brief, view, context)] }
}

function blocksOf(brief: Brief, view: BriefView, citations: Citations): Block[] {
  switch (view) {
    case 'overview':
      return overview(brief, citations)
    case 'quotes':
      return orEmpty(
        brief.quotes.map(quote => quoteBlock(brief, quote, citations)),
        'This brief has no quotes.',
      )
    case 'timeline':
      return orEmpty(
        list(brief.timeline.map(entry => entryRuns(brief, entry, citations))),
        'This brief has no timeline.',
      )
    case 'figures':
      return orEmpty(
        fields(brief.figures.map(figure => figureField(brief, figure, citations))),
        'This brief has no figures.',
      )
    case 'sources':
      return list([...brief.sources.values()].map((record, index) => [text(`[${index + 1}] `), ...longSource(record)]))
    default:
      return view satisfies never
  }
}

const orEmpty = (blocks: Block[], words: string): Block[] => (blocks.length > 0 ? blocks : [paragraph(words)])

export const list = (items: Run[][]): Block[] => (items.length > 0 ? [{ kind: 'list', items }] : [])

export const fields = (all: Field[]): Block[] => (all.length > 0 ? [{ kind: 'fields', fields: all }] : [])

function overview(brief: Brief, citations: Citations): Block[] {
  const { correction, topics } = brief.matter
  const keyPoints = brief.keyPoints.map(point => citations.statement(brief, point))
  return [
    { kind: 'context', runs: [text([formatEdtf(brief.date), ...topics].join(' · '))] },
    ...(correction ? [correctionBlock(correction)] : []),
    ...brief.intro.map((statement): Block => ({ kind: 'paragraph', runs: citations.statement(brief, statement) })),
    ...headed('Key points', list(keyPoints)),
    ...headed(
      'Where sources differ',
      brief.differences.flatMap(difference => differenceBlocks(brief, difference, citations)),
    ),
  ]
}

const headed = (heading: string, blocks: Block[]): Block[] =>
  blocks.length > 0 ? [{ kind: 'heading', text: heading }, ...blocks] : []

function correctionBlock(correction: string): Block {
  const date = formatEdtf(parseEdtf(correction.slice(0, 10)) as EdtfDate)
  return {
    kind: 'paragraph',
    runs: [{ kind: 'strong', runs: [text(`Corrected on ${date}:`)] }, text(correction.slice(11))],
  }
}

function differenceBlocks(brief: Brief, difference: Difference, citations: Citations): Block[] {
  return [
    { kind: 'heading', text: difference.topic, minor: true },
    ...list(difference.claims.map(claim => citations.statement(brief, claim))),
  ]
}

export function quoteBlock(brief: Brief, quote: BriefQuote, citations: Citations): Quote {
  const said = [quote.speaker, quote.role, quote.date && formatEdtf(quote.date)]
    .filter(part => part !== undefined)
    .join(', ')
  const rendering = quote.cites
    .map(({ id }) => brief.sources.get(id))
    .find(record => record && isTranslated(record))?.rendering
  const note = rendering === undefined ? {} : { note: rendering }
  return {
    kind: 'quote',
    paragraphs: quote.paragraphs,
    attribution: [text(`${said} `), ...citations.mark(brief, quote.cites)],
    status:
      quote.unverified === undefined
        ? { kind: 'verified', ...note }
        : { kind: 'unverified', why: quote.unverified, ...note },
  }
}

export const entryRuns = (brief: Brief, entry: Brief['timeline'][number], citations: Citations): Run[] => [
  { kind: 'strong', runs: [text(formatEdtf(entry.date))] },
  text(': '),
  ...citations.statement(brief, entry),
]

export const figureField = (brief: Brief, figure: Figure, citations: Citations): Field => ({
  value: figure.value,
  label: citations.statement(brief, figure),
})

/** When a brief was last held against its sources, and whether that is due again. */
export function freshness(brief: Brief, now: Date): string {
  const { reviewed, review_by: due } = brief.matter
  const on = (day: string) => formatEdtf(parseEdtf(day) as EdtfDate)
  return `Reviewed on ${on(reviewed)}${due !== undefined && isOverdue(brief, now) ? `; a review has been due since ${on(due)}` : ''}.`
}

export const isOverdue = ({ matter }: Brief, now: Date): boolean =>
  matter.review_by !== undefined && matter.review_by <= now.toISOString().slice(0, 10)

function viewButtons(brief: Brief, view: BriefView): Action[] {
  const counts: [BriefView, string, number][] = [
    ['overview', 'Overview', 1],
    ['quotes', 'Quotes', brief.quotes.length],
    ['timeline', 'Timeline', brief.timeline.length],
    ['figures', 'Figures', brief.figures.length],
    ['sources', 'Sources', brief.sources.size],
  ]
  return counts
    .filter(([name, , count]) => count > 0 && name !== view)
    .map(([name, label]) => button(label, { view: name, collection: brief.collection, subject: brief.name, page: 1 }))
}

const RELATED = 3

function relatedButtons(brief: Brief, view: BriefView, context: Readable): Action[] {
  if (view !== 'overview') return []
  const related = brief.matter.related.flatMap(name => findBrief(context, brief.collection, name) ?? [])
  return related.slice(0, RELATED).map(briefButton)
}
