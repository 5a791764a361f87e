import { type Block, type Field, paragraph, type Run, strong, text } from '../card/card.ts'
import type { Brief } from '../library/brief.ts'
import type { Collection } from '../library/collection.ts'
import type { Library } from '../library/library.ts'
import type { Problem } from '../library/problem.ts'
import { newestFirst } from '../library/visible.ts'
import { type Draft, freshness, isOverdue } from './brief-views.ts'
import { counted, emptyBlocks } from './collection-views.ts'
import type { Context, Readable } from './context.ts'
import type { ManagersView } from './target.ts'

/** The state of the briefs, to managers only. */
export function composeState(view: ManagersView, collections: Collection[], context: Context): Draft {
  if (!context.asker.manager) return refused
  switch (view) {
    case 'briefs':
      return composeBriefs(collections, context)
    case 'problems':
      return composeProblems(context.library.problems)
    default:
      return view satisfies never
  }
}

const refused: Draft = {
  title: 'This is for managers',
  blocks: [paragraph('Only those who manage this channel can see the state of the briefs.')],
  footer: [],
  actions: [],
}

/** Every brief in whatever state, newest first: its command, status, quotes, and when it was reviewed. */
function composeBriefs(collections: Collection[], context: Readable): Draft {
  const briefs = collections.flatMap(collection => [...collection.briefs.values()]).toSorted(newestFirst)
  const title = 'Briefs'
  if (briefs.length === 0) return { title, blocks: emptyBlocks(context), footer: [], actions: [] }
  return {
    title,
    blocks: [
      { kind: 'context', runs: [text(summary(briefs, context))] },
      { kind: 'fields', fields: briefs.map(brief => stateField(brief, context)) },
    ],
    footer: [],
    actions: [],
  }
}

function summary(briefs: Brief[], { now }: Readable): string {
  const quotes = briefs.flatMap(brief => brief.quotes)
  const due = briefs.filter(brief => isOverdue(brief, now)).length
  return [
    counted(briefs.length, 'brief'),
    `${verified(quotes)} of ${counted(quotes.length, 'quote')} verified`,
    due > 0 ? `${counted(due, 'review')} due` : 'no review due',
  ].join(' · ')
}

const stateField = (brief: Brief, { library, now }: Readable): Field => ({
  value: brief.matter.title,
  label: [
    { kind: 'code', text: `/${brief.collection} ${brief.name}` },
    ...(isFaulty(brief, library) ? [text(' · '), strong('the file has a problem; this is its last good version')] : []),
    text(` · ${statusOf(brief, now)} · ${quotesOf(brief)} · `),
    ...(isOverdue(brief, now) ? [strong(freshness(brief, now))] : [text(freshness(brief, now))]),
  ],
})

const isFaulty = ({ collection, name }: Brief, { problems }: Library): boolean =>
  problems.some(({ file, severity }) => severity === 'error' && file === `${collection}/${name}.md`)

function statusOf({ matter }: Brief, now: Date): string {
  const { status, embargo_until: until } = matter
  const isHeld = status === 'published' && until !== undefined && Date.parse(until) > now.getTime()
  return isHeld ? `under embargo until ${until}` : status
}

const quotesOf = ({ quotes }: Brief): string =>
  quotes.length === 0 ? 'no quotes' : `${verified(quotes)} of ${counted(quotes.length, 'quote')} verified`

const verified = (quotes: Brief['quotes']): number => quotes.filter(quote => quote.unverified === undefined).length

/** Every problem of every file with its place. */
function composeProblems(problems: Problem[]): Draft {
  const items = problems.map(problemRuns)
  const blocks: Block[] =
    items.length > 0 ? [{ kind: 'list', items }] : [paragraph('No file has a problem. All briefs are in the answers.')]
  const files = new Set(problems.map(problem => problem.file)).size
  const title = items.length > 0 ? `${counted(items.length, 'problem')} in ${counted(files, 'file')}` : 'Problems'
  return { title, blocks, footer: [], actions: [] }
}

const problemRuns = ({ file, line, column, message, severity }: Problem): Run[] => [
  { kind: 'code', text: `${file}:${line}:${column}` },
  text(severity === 'warning' ? ' Warning: ' : ' '),
  text(message),
]
