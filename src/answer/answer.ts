import { type Action, type Card, paragraph } from '../card/card.ts'
import { shorten } from '../card/label.ts'
import { paginate } from '../card/paginate.ts'
import type { Brief } from '../library/brief.ts'
import type { Collection } from '../library/collection.ts'
import { type EdtfDate, formatEdtf, parseEdtf } from '../library/edtf.ts'
import { speakersOf } from '../library/passage.ts'
import type { Question } from '../platform/platform.ts'
import { button, LABEL, picker, shareButton, withoutTwins } from './actions.ts'
import { composeBrief, type Draft } from './brief-views.ts'
import {
  composeFigures,
  composeHelp,
  composeHome,
  composeLatest,
  composeQuotes,
  composeSources,
  composeTimeline,
} from './collection-views.ts'
import { type Context, collectionsOf, findBrief, shownBriefs } from './context.ts'
import { readQuestion, saysIn } from './read-question.ts'
import { composeChoice, composeNothing, composeSearch, SHOWN } from './search-views.ts'
import { composeState } from './state-views.ts'
import { MANAGERS_VIEWS, MOST_PAGES, READOUT, readClick, type Target } from './target.ts'

/** Answers a question from one snapshot, within one message's budget. There is an answer to everything; nothing is thrown. */
export function answer(question: Question, context: Context): Card {
  switch (question.kind) {
    case 'asked':
      return answerCommand(question.command.toLowerCase(), question.text, context)
    case 'clicked':
      return answerClick(question.id, context)
    case 'picked':
      return answerPick(question, context)
    case 'home':
      return showTarget({ view: 'home', collection: '', subject: '', page: 1 }, context)
    case 'mentioned':
      return answerAll(question.text, context)
    default:
      return question satisfies never
  }
}

function answerCommand(command: string, text: string, context: Context): Card {
  if (command === READOUT) return answerReadout(text, context)
  const collections = collectionsOf(context, command)
  return collections.length > 0 && command !== ''
    ? answerText(text, collections, context)
    : onePage(noCollection(command, context))
}

/** The managers' command: what only they see, else a question to any collection. */
function answerReadout(text: string, context: Context): Card {
  const view = MANAGERS_VIEWS.find(word => word === text.trim().toLowerCase())
  return view ? showTarget({ view, collection: '', subject: '', page: 1 }, context) : answerAll(text, context)
}

/** Words without a collection: its name may be the first of them, else all collections are asked. */
function answerAll(text: string, context: Context): Card {
  const [first = '', ...rest] = text.trim().split(/\s+/)
  const named = collectionsOf(context, first.toLowerCase().replace(/^\/|:$/g, ''))
  const isNamed = first !== '' && named.length > 0
  return isNamed ? answerText(rest.join(' '), named, context) : answerText(text, collectionsOf(context, ''), context)
}

/** How much of a question is read; nobody types more, and what is pasted need not be read to its end. */
const QUESTION = 500

function answerText(typed: string, collections: Collection[], context: Context): Card {
  const text = typed.slice(0, QUESTION).toWellFormed()
  const reading = readQuestion(text, collections, context)
  switch (reading.kind) {
    case 'show':
      return showTarget(reading.target, context)
    case 'choose':
      return showChoice(text, reading.briefs, context)
    case 'search':
      return showSearch(reading.words, collections, context)
    default:
      return reading satisfies never
  }
}

/** As many passages as fit one page; where not even one does, the briefs to open. */
function showSearch(words: string, collections: Collection[], context: Context): Card {
  for (let most = SHOWN; most > 0; most--) {
    const draft = composeSearch(words, collections, context, most)
    if (fitsOnePage(draft, context)) return onePage(draft)
  }
  const hits = composeSearch(words, collections, context, SHOWN)
  return onePage({ ...hits, blocks: [paragraph('These briefs hold the words. Choose one to read it.')], footer: [] })
}

/** As many of the briefs that may be meant as fit one page. */
function showChoice(text: string, briefs: Brief[], context: Context): Card {
  for (let listed = Math.min(LISTED, briefs.length); listed > 1; listed--) {
    const draft = composeChoice(text, briefs, listed)
    if (fitsOnePage(draft, context)) return onePage(draft)
  }
  return onePage(composeChoice(text, briefs, 1))
}

/** How many briefs a choice names at most. */
const LISTED = 20

const fitsOnePage = (draft: Draft, { budget }: Context): boolean =>
  paginate({ ...draft, actions: [] }, budget).length === 1

const onePage = (draft: Draft): Card => ({ ...draft, actions: withoutTwins(draft.actions) })

function answerClick(id: string, context: Context): Card {
  const click = readClick(id)
  if (!click) return onePage(outdated(context))
  const card = showTarget(click.target, context)
  if (click.kind === 'show' || isOneOf(MANAGERS_VIEWS, click.target.view)) return card
  return { ...card, actions: card.actions.filter(action => action.kind !== 'share'), sharedBy: context.asker.user }
}

/** A choice comes back as its value, or on some clients as what it shows. */
function answerPick({ id, value }: { id: string; value: string }, context: Context): Card {
  const [collection = '', name = ''] = value.split('/')
  if (findBrief(context, collection, name))
    return showTarget({ view: 'overview', collection, subject: name, page: 1 }, context)
  const collections = collectionsOf(context, readClick(id)?.target.collection ?? '')
  const titled = shownBriefs(context, collections).filter(brief => shorten(brief.matter.title, LABEL) === value)
  const [brief, ...namesakes] = titled
  if (namesakes.length > 0) return showChoice(value, titled, context)
  if (brief)
    return showTarget({ view: 'overview', collection: brief.collection, subject: brief.name, page: 1 }, context)
  return answerAll(value.replace('/', ' '), context)
}

/** A page of what a target means; where it is gone, what there is instead. */
function showTarget(target: Target, context: Context): Card {
  const collections = collectionsOf(context, target.collection)
  const draft = composeTarget(target, collections, context)
  if (!draft) return onePage(composeNothing(target.subject, collections, context))
  const pages = paginate(draft, context.budget)
  const number = Math.min(Math.max(1, target.page), pages.length, MOST_PAGES)
  const card = pages[number - 1] as Card
  const isSharable = context.asker.channel !== undefined && !isOneOf(MANAGERS_VIEWS, target.view)
  const share = isSharable ? [shareButton({ ...target, page: number })] : []
  return { ...card, actions: withoutTwins([...pageButtons(target, number, pages.length), ...draft.actions, ...share]) }
}

function pageButtons(target: Target, page: number, pages: number): Action[] {
  const turn = (label: string, to: number) =>
    to >= 1 && to <= Math.min(pages, MOST_PAGES) ? [button(label, { ...target, page: to })] : []
  return [...turn('‹ Previous page', page - 1), ...turn('Next page ›', page + 1)]
}

function composeTarget(target: Target, collections: Collection[], context: Context): Draft | undefined {
  const { view, subject } = target
  if (collections.length === 0 && target.collection !== '') return undefined
  if (subject === '' || isOneOf(WHOLE, view)) return composeWhole(view, collections, context)
  if (view === 'quotes' && subject.startsWith('@')) return composeSpeaker(subject.slice(1), collections, context)
  const brief = findBrief(context, target.collection, subject)
  if (brief) return composeBrief(brief, view, context)
  const period = parseEdtf(subject)
  return view === 'timeline' && period ? composePeriod(period, collections, context) : undefined
}

/** What is asked of collections only, whatever stands as the subject. */
const WHOLE = ['home', 'latest', 'help', ...MANAGERS_VIEWS] as const

const isOneOf = <T extends string>(views: readonly T[], view: string): view is T =>
  (views as readonly string[]).includes(view)

function composeWhole(view: Target['view'], collections: Collection[], context: Context): Draft {
  switch (view) {
    case 'home':
    case 'overview':
      return composeHome(collections, context)
    case 'latest':
      return composeLatest(collections, context)
    case 'help':
      return composeHelp(collections, context)
    case 'quotes':
      return composeQuotes('Quotes', collections, context, () => true)
    case 'timeline':
      return composeTimeline('Timeline', collections, context)
    case 'figures':
      return composeFigures(collections, context)
    case 'sources':
      return composeSources(collections, context)
    case 'briefs':
    case 'problems':
      return composeState(view, collections, context)
    default:
      return view satisfies never
  }
}

function composeSpeaker(slug: string, collections: Collection[], context: Context): Draft | undefined {
  const says = saysIn(slug, collections)
  const speakers = new Set(
    shownBriefs(context, collections).flatMap(brief => speakersOf({ ...brief, quotes: brief.quotes.filter(says) })),
  )
  if (speakers.size === 0) return undefined
  return composeQuotes(`Quotes: ${shorten([...speakers].join(', '), SPEAKERS)}`, collections, context, says)
}

/** How much of a title the names of speakers may take; each quote says whose it is. */
const SPEAKERS = 120

function composePeriod(period: EdtfDate, collections: Collection[], context: Context): Draft {
  const draft = composeTimeline(formatEdtf(period), collections, context, period)
  if (draft.actions.length > 0) return draft
  return {
    ...draft,
    blocks: [paragraph(`No brief tells of ${formatEdtf(period)}.`)],
    actions: picker('', shownBriefs(context, collections)),
  }
}

function noCollection(command: string, context: Context): Draft {
  const names = [...context.library.collections.keys()].map(name => `/${name}`)
  const known =
    names.length > 0
      ? `There ${names.length === 1 ? 'is' : 'are'} ${names.join(', ')}.`
      : 'There are no collections yet.'
  return {
    ...composeNothing('', [], context),
    title: `There is no command /${shorten(command, 40)}`,
    blocks: [paragraph(known)],
  }
}

function outdated(context: Context): Draft {
  const home = composeHome(collectionsOf(context, ''), context)
  return {
    ...home,
    title: 'This button is no longer understood',
    blocks: [paragraph('It belongs to another version of Readout. Ask again, or choose a brief.')],
  }
}
