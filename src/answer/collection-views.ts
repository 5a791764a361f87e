import { type Action, type Block, paragraph, type Run, text } from '../card/card.ts'
import type { Brief, BriefQuote } from '../library/brief.ts'
import type { Collection } from '../library/collection.ts'
import { type EdtfDate, formatEdtf, overlaps } from '../library/edtf.ts'
import { briefButton, button, picker } from './actions.ts'
import { type Draft, entryRuns, fields, figureField, list, quoteBlock } from './brief-views.ts'
import { createCitations, longSource } from './citations.ts'
import { type Context, type Readable, shownBriefs } from './context.ts'
import { MANAGERS_VIEWS, type ManagersView, READOUT, type View } from './target.ts'

/** What a list of briefs shows of each at most, before it says how many more there are. */
const LISTED = 10

/** What there is: the answer to a bare `/nato`, and the bot's own page. */
export function composeHome(collections: Collection[], context: Readable): Draft {
  const briefs = shownBriefs(context, collections)
  const only = collections.length === 1 ? collections[0] : undefined
  const title = only ? only.description : 'Readout: short, sourced briefs'
  if (briefs.length === 0) return { title, blocks: emptyBlocks(context), footer: [], actions: [] }
  const more = briefs.length > LISTED ? [moreBriefs(briefs.length - LISTED, only)] : []
  return {
    title,
    blocks: [
      ...(only ? [] : [commandList(collections, context)]),
      { kind: 'heading', text: 'Newest briefs' },
      ...list(briefs.slice(0, LISTED).map(brief => titleRuns(brief, !only))),
      ...more,
      { kind: 'context', runs: [text(topicsLine(briefs))] },
      { kind: 'context', runs: [text(`Ask with ${exampleOf(only ?? (collections[0] as Collection), briefs)}.`)] },
    ],
    footer: [],
    actions: [
      ...picker(only?.name ?? '', briefs),
      ...collectionButtons(only?.name ?? '', ['latest', 'quotes', 'timeline', 'help']),
    ],
  }
}

const moreBriefs = (count: number, only: Collection | undefined): Block =>
  paragraph(`${count} more: ${only ? `/${only.name} latest` : 'ask a collection for its latest'} lists them all.`)

const commandList = (collections: Collection[], context: Readable): Block => ({
  kind: 'list',
  items: collections.map(collection => {
    const count = shownBriefs(context, [collection]).length
    return [
      { kind: 'code', text: `/${collection.name}` },
      text(` ${collection.description} (${counted(count, 'brief')})`),
    ]
  }),
})

const exampleOf = (collection: Collection, briefs: Brief[]): string => {
  const brief = briefs.find(one => one.collection === collection.name)
  return `/${collection.name} ${brief?.name ?? 'latest'}, a date such as “july 2023”, or any words; /${collection.name} help tells more`
}

/** What stands where there is no brief to show: how to write the first one. */
export function emptyBlocks(context: Readable): Block[] {
  const waiting = [...context.library.collections.values()].reduce((sum, collection) => sum + collection.briefs.size, 0)
  const words = waiting > 0 ? 'No brief is published yet.' : 'There are no briefs yet.'
  return [
    paragraph(words),
    {
      kind: 'paragraph',
      runs: [
        text('An editor writes the first one with '),
        { kind: 'code', text: 'npm run -s readout -- new nato/vilnius' },
        text('; briefs/README.md shows how.'),
      ],
    },
  ]
}

export const titleRuns = (brief: Brief, withCollection: boolean): Run[] => [
  { kind: 'strong', runs: [text(brief.matter.title)] },
  text(` · ${formatEdtf(brief.date)} · `),
  { kind: 'code', text: withCollection ? `/${brief.collection} ${brief.name}` : brief.name },
]

export const topicsOf = (briefs: Brief[]): string[] => {
  const counts = new Map<string, number>()
  for (const topic of briefs.flatMap(brief => brief.matter.topics)) counts.set(topic, (counts.get(topic) ?? 0) + 1)
  return [...counts].toSorted((a, b) => b[1] - a[1]).map(([topic]) => topic)
}

const TOPICS = 12

const topicsLine = (briefs: Brief[]): string => {
  const topics = topicsOf(briefs)
  const rest = topics.length > TOPICS ? ` and ${topics.length - TOPICS} more` : ''
  return `${counted(briefs.length, 'brief')}${topics.length > 0 ? ` on ${topics.slice(0, TOPICS).join(', ')}${rest}` : ''}.`
}

export const counted = (count: number, noun: string): string => `${count} ${noun}${count === 1 ? '' : 's'}`

const collectionButtons = (collection: string, views: View[]): Action[] =>
  views.map(view => button(view[0]?.toUpperCase() + view.slice(1), { view, collection, subject: '', page: 1 }))

/** All briefs, newest first, each with its first sentences. */
export function composeLatest(collections: Collection[], context: Readable): Draft {
  const briefs = shownBriefs(context, collections)
  const citations = createCitations()
  const blocks = briefs.flatMap((brief): Block[] => [
    { kind: 'paragraph', runs: titleRuns(brief, collections.length > 1) },
    ...brief.intro
      .slice(0, 1)
      .map((statement): Block => ({ kind: 'paragraph', runs: citations.statement(brief, statement) })),
  ])
  return {
    title: 'Latest briefs',
    blocks: orNothing(blocks),
    footer: footerOf(citations.legend()),
    actions: picker(nameOf(collections), briefs),
  }
}

const orNothing = (blocks: Block[]): Block[] => (blocks.length > 0 ? blocks : [paragraph('There is nothing here yet.')])

const footerOf = (legend: Run[]): Run[][] => (legend.length > 0 ? [legend] : [])

const nameOf = (collections: Collection[]): string =>
  collections.length === 1 ? (collections[0] as Collection).name : ''

/** Quotes of all briefs, newest brief first; of one speaker where `speaks` says so. A quote of several briefs stands under the first. */
export function composeQuotes(
  title: string,
  collections: Collection[],
  context: Readable,
  speaks: (quote: BriefQuote) => boolean,
): Draft {
  const citations = createCitations()
  const briefs = shownBriefs(context, collections)
  const told = new Set<string>()
  const isNew = (key: string) => !told.has(key) && told.add(key) !== undefined
  const blocks = briefs.flatMap(brief => {
    const quotes = brief.quotes.filter(quote => speaks(quote) && isNew(quoteKey(brief, quote)))
    return quotes.length > 0 ? [briefHeading(brief), ...quotes.map(quote => quoteBlock(brief, quote, citations))] : []
  })
  return {
    title,
    blocks: orNothing(blocks),
    footer: footerOf(citations.legend()),
    actions: picker(nameOf(collections), briefs),
  }
}

/** The same for quotes that show the same. */
const quoteKey = (brief: Brief, { paragraphs, speaker, role, date, cites, unverified }: BriefQuote): string =>
  JSON.stringify([brief.collection, paragraphs, speaker, role, date, cites.map(({ id }) => id), unverified])

const briefHeading = (brief: Brief): Block => ({ kind: 'heading', text: brief.matter.title })

/** What happened, day by day, over all briefs; within a period where one is given, with the briefs that are about it first. */
export function composeTimeline(title: string, collections: Collection[], context: Readable, period?: EdtfDate): Draft {
  const citations = createCitations()
  const briefs = shownBriefs(context, collections)
  const entries = briefs
    .flatMap(brief =>
      brief.timeline.filter(entry => !period || tellsOf(entry.date, period)).map(entry => ({ brief, entry })),
    )
    .toSorted((a, b) => (a.entry.date.from < b.entry.date.from ? -1 : a.entry.date.from > b.entry.date.from ? 1 : 0))
  const about = period ? rankByPeriod(briefs, period) : []
  const blocks: Block[] = [
    ...list(about.map(brief => titleRuns(brief, collections.length > 1))),
    ...(about.length > 0 && entries.length > 0 ? [{ kind: 'heading', text: 'Timeline' } as const] : []),
    ...list(
      entries.map(({ brief, entry }) => [...entryRuns(brief, entry, citations), text(` — ${brief.matter.title}`)]),
    ),
  ]
  return {
    title,
    blocks: orNothing(blocks),
    footer: footerOf(citations.legend()),
    actions: about.slice(0, LISTED).map(briefButton),
  }
}

const DAY_MS = 86_400_000

const daysOf = (date: EdtfDate): number => (Date.parse(date.to) - Date.parse(date.from)) / DAY_MS + 1

/** Whether a date tells of a period: they share a day, and it is not so long that it tells of everything around it as well. */
const tellsOf = (date: EdtfDate, period: EdtfDate): boolean =>
  overlaps(date, period) && daysOf(date) <= Math.max(31, daysOf(period))

/** The briefs about a period: those that fall into it whole come first, then those that tell the most of it, then the shortest. */
function rankByPeriod(briefs: Brief[], period: EdtfDate): Brief[] {
  const days = (brief: Brief) => brief.timeline.filter(entry => tellsOf(entry.date, period)).length
  const inside = (brief: Brief) => Number(period.from <= brief.date.from && brief.date.to <= period.to)
  return briefs
    .filter(brief => tellsOf(brief.date, period) || days(brief) > 0)
    .toSorted((a, b) => inside(b) - inside(a) || days(b) - days(a) || daysOf(a.date) - daysOf(b.date))
}

/** The figures of all briefs. */
export function composeFigures(collections: Collection[], context: Readable): Draft {
  const citations = createCitations()
  const blocks = shownBriefs(context, collections).flatMap(brief => {
    const figures = fields(brief.figures.map(figure => figureField(brief, figure, citations)))
    return figures.length > 0 ? [briefHeading(brief), ...figures] : []
  })
  return { title: 'Figures', blocks: orNothing(blocks), footer: footerOf(citations.legend()), actions: [] }
}

/** Every source that a visible brief cites, with the briefs that cite it. */
export function composeSources(collections: Collection[], context: Readable): Draft {
  const briefs = shownBriefs(context, collections)
  const records = new Map(
    briefs.flatMap(brief => [...brief.sources].map(([id, record]) => [`${brief.collection}/${id}`, record])),
  )
  const items = [...records].map(([key, record]) => {
    const citing = briefs.filter(brief => [...brief.sources.keys()].some(id => `${brief.collection}/${id}` === key))
    return [...longSource(record), text(` Cited in ${citing.map(brief => brief.name).join(', ')}.`)]
  })
  return { title: 'Sources', blocks: orNothing(list(items)), footer: [], actions: [] }
}

const MANAGERS_HELP: Record<ManagersView, string> = {
  briefs: 'for managers: every brief with its state, drafts too',
  problems: 'for managers: what is wrong in which file',
}

const MANAGERS_WAYS = MANAGERS_VIEWS.map((view): [string, string] => [`/${READOUT} ${view}`, MANAGERS_HELP[view]])

/** What managers of a channel can ask there, beside what the library answers. */
const CHANNELS_WAYS: [string, string][] = [
  [`/${READOUT} digests`, 'for managers: this channel’s digests, with a button for each of what follows'],
  [`/${READOUT} subscribe`, 'for managers: a digest for this channel, step by step or in one line'],
  [`/${READOUT} edit NAME mondays 09:00`, 'for managers: changes a digest in one line'],
  [
    `/${READOUT} preview NAME`,
    'for managers: a digest as it would be posted now; likewise post, pause, resume and remove',
  ],
  [`/${READOUT} next`, 'for managers: the next runs; why says why nothing was posted, and changes who changed what'],
]

/** How to ask. */
export function composeHelp(collections: Collection[], context: Context): Draft {
  const collection = collections[0]
  const name = collection?.name ?? 'nato'
  const brief = shownBriefs(context, collections)[0]
  const subject = brief?.name ?? 'vilnius'
  const speaker = brief?.quotes[0]?.speaker.split(' ').at(-1)?.toLowerCase() ?? 'stoltenberg'
  const ways: [string, string][] = [
    ['', 'what there is'],
    [subject, 'a brief, by its name or another name of it; a typing mistake is forgiven'],
    ['july 2023', 'what happened then: a year, a month or a day'],
    [`quotes ${speaker}`, 'who said what; quotes of a brief or of a person'],
    [`timeline ${subject}`, 'what happened day by day; without a name, in all briefs'],
    [`figures ${subject}`, 'the numbers'],
    [`sources ${subject}`, 'where it comes from'],
    ['latest', 'all briefs, newest first'],
    ['search long-range weapons', 'the passages that hold these words; any other words are searched for as well'],
  ]
  const commands = ways.map(([words, what]): [string, string] => [`/${name} ${words}`.trim(), what])
  const { manager, channel } = context.asker
  const managers = manager ? [...MANAGERS_WAYS, ...(channel === undefined ? [] : CHANNELS_WAYS)] : []
  const items = [...commands, ...managers].map(([command, what]): Run[] => [
    { kind: 'code', text: command },
    text(`: ${what}`),
  ])
  const promise =
    'Every quote was checked word by word against its source; a quote that could not be is marked as unverified. A number in brackets names the source.'
  return {
    title: 'How to ask',
    blocks: [...list(items), paragraph(promise)],
    footer: [],
    actions: [
      ...picker(nameOf(collections), shownBriefs(context, collections)),
      ...collectionButtons(nameOf(collections), ['home', 'latest']),
    ],
  }
}
