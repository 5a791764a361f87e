import type { Brief, BriefQuote } from '../library/brief.ts'
import type { Collection } from '../library/collection.ts'
import { type EdtfDate, parseEdtf } from '../library/edtf.ts'
import { speakersOf } from '../library/passage.ts'
import { trimQuestion } from '../library/search-terms.ts'
import { nearest } from '../library/similar.ts'
import { findDates } from '../library/spoken-date.ts'
import { readApart, readLabel } from './choice.ts'
import { type Readable, shownBriefs } from './context.ts'
import { briefsLike, briefsNamed } from './find-brief.ts'
import type { Target, View } from './target.ts'

/** What a reader's words mean: something to show, several briefs to choose from, or words to search for. */
export type Reading =
  | { kind: 'show'; target: Target }
  | { kind: 'choose'; briefs: Brief[] }
  | { kind: 'search'; words: string }

type BriefView = 'quotes' | 'timeline' | 'figures' | 'sources'

const WHOLE = new Map<string, View>([
  ['latest', 'latest'],
  ['help', 'help'],
  ['everything', 'home'],
  ['overview', 'home'],
  ['home', 'home'],
])

/**
 * Reads what stands behind a collection's command. In this order: a view's word, a brief's name, a date, words to search for.
 * `collections` are those that may answer; more than one where none was named.
 */
export function readQuestion(text: string, collections: Collection[], context: Readable): Reading {
  const typed = text
    .trim()
    .replace(/\s+/g, ' ')
    .replace(/(?<=\p{L})[?!.]+$/u, '')
  const words = readLabel(typed)
  const [first = '', ...others] = words.split(' ')
  const rest = others.join(' ')
  const view = first.toLowerCase()
  const whole = rest === '' ? WHOLE.get(view) : undefined
  if (words === '') return show('home', collections, '')
  if (whole) return show(whole, collections, '')
  if (view === 'search') return rest === '' ? show('help', collections, '') : { kind: 'search', words: rest }
  if (isBriefView(view)) return readView(view, rest, collections, context) ?? { kind: 'search', words: rest }
  return readTrailingView(words, collections, context) ?? readName(words, collections, context)
}

/** `stoltenberg quotes` asks what `quotes stoltenberg` does, where there is such a brief or speaker. */
function readTrailingView(words: string, collections: Collection[], context: Readable): Reading | undefined {
  const [, before = '', last = ''] = /^(.+) (\S+)$/.exec(words.toLowerCase()) ?? []
  const reading = isBriefView(last) ? readView(last, before, collections, context) : undefined
  return reading?.kind === 'show' ? reading : undefined
}

const isBriefView = (word: string): word is BriefView => ['quotes', 'timeline', 'figures', 'sources'].includes(word)

/** A target in the one collection that may answer, or in all. */
const show = (view: View, collections: Collection[], subject: string): Reading => ({
  kind: 'show',
  target: { view, collection: collections.length === 1 ? (collections[0] as Collection).name : '', subject, page: 1 },
})

function readName(words: string, collections: Collection[], context: Readable): Reading {
  const named = briefsNamed(words, collections, context)
  if (named.length > 0) return readBrief('overview', named)
  const apart = readApart(words, collections, context)
  if (apart) return readBrief('overview', [apart])
  const date = readDate(words, collections, context)
  if (date) return show('timeline', collections, date)
  const like = briefsLike(words, collections, context)
  return like.length > 0 ? readBrief('overview', like) : { kind: 'search', words }
}

const readBrief = (view: View, briefs: Brief[]): Reading =>
  briefs.length === 1 ? { kind: 'show', target: targetOf(briefs[0] as Brief, view) } : { kind: 'choose', briefs }

const targetOf = (brief: Brief, view: View): Target => ({
  view,
  collection: brief.collection,
  subject: brief.name,
  page: 1,
})

function readView(view: BriefView, words: string, collections: Collection[], context: Readable): Reading | undefined {
  const rest = words.replace(/^(?:by|of|from|on|about)(?: |$)/i, '')
  if (rest === '') return show(view, collections, '')
  const named = briefsNamed(rest, collections, context)
  if (named.length > 0) return readBrief(view, named)
  const apart = readApart(rest, collections, context)
  if (apart) return readBrief(view, [apart])
  const speaker = view === 'quotes' ? readSpeaker(rest, collections, context) : undefined
  if (speaker) return show(view, collections, `@${speaker}`)
  const date = view === 'timeline' ? readDate(rest, collections, context) : undefined
  if (date) return show(view, collections, date)
  const like = briefsLike(rest, collections, context)
  return like.length > 0 ? readBrief(view, like) : undefined
}

/** Folded words of a name that some visible quote's speaker bears, joined by hyphens; a typing mistake is put right. */
function readSpeaker(name: string, collections: Collection[], context: Readable): string | undefined {
  for (const collection of collections) {
    const speakers = shownBriefs(context, [collection]).flatMap(speakersOf)
    const theirs = new Set(speakers.flatMap(speaker => collection.spellings.canonical(speaker)))
    const wanted = collection.spellings
      .canonical(name)
      .map(word => (theirs.has(word) ? word : (nearest(word, theirs, one => one)[0] ?? word)))
    while (wanted.join('-').length > SPEAKER) wanted.pop()
    const slug = wanted.join('-')
    if (wanted.length > 0 && speakers.some(speaker => bearsName(speaker, slug, collection))) return slug
  }
}

const SPEAKER = 59

/** Whether a speaker's name has all the words of a target's `@` subject. */
function bearsName(speaker: string, slug: string, collection: Collection): boolean {
  const words = collection.spellings.canonical(speaker)
  return slug.split('-').every(word => words.includes(word))
}

export const saysIn = (slug: string, collections: Collection[]) => (quote: BriefQuote) =>
  collections.some(collection => bearsName(quote.speaker, slug, collection))

/** A date that is all of the text, as EDTF. Without a year it is the newest one in which a brief tells of that time. */
function readDate(text: string, collections: Collection[], context: Readable): string | undefined {
  const plain = trimQuestion(text)
  const edtf = parseEdtf(plain) ?? parseEdtf(plain.replace(/^(\d{1,2})\.(\d{1,2})\.(\d{4})$/, fromDotted))
  if (edtf) return edtf.text
  const named = plain.replace(/(?<![\p{L}\p{N}])(?!of\b)\p{L}/gu, letter => letter.toUpperCase())
  const [date, ...more] = findDates(named, collections[0]?.language ?? 'en')
  if (!date || more.length > 0 || date.weekday !== undefined || date.from > 0 || date.to < named.length)
    return undefined
  const monthAndDay = [date.month, date.day]
    .filter(part => part !== undefined)
    .map(part => String(part).padStart(2, '0'))
  const years = date.year ? [date.year] : yearsTold(collections, context)
  const dates = years.flatMap(year => parseEdtf([String(year), ...monthAndDay].join('-')) ?? [])
  return (dates.find(one => isTold(one, collections, context)) ?? dates[0])?.text
}

/** `28.9.2023` is a day in every language that writes points. */
const fromDotted = (_: string, day: string, month: string, year: string): string =>
  `${year}-${month.padStart(2, '0')}-${day.padStart(2, '0')}`

const datesTold = (collections: Collection[], context: Readable): EdtfDate[] =>
  shownBriefs(context, collections).flatMap(brief => [brief.date, ...brief.timeline.map(entry => entry.date)])

const yearsTold = (collections: Collection[], context: Readable): number[] =>
  [...new Set(datesTold(collections, context).map(date => Number(date.to.slice(0, 4))))].toSorted((a, b) => b - a)

/** Whether something is told of that very time, not only of a longer one around it. */
const isTold = (date: EdtfDate, collections: Collection[], context: Readable): boolean =>
  datesTold(collections, context).some(told => date.from <= told.from && told.to <= date.to)
