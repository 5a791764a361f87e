import type { Choice } from '../card/card.ts'
import { shorten } from '../card/label.ts'
import type { Brief } from '../library/brief.ts'
import type { Collection } from '../library/collection.ts'
import { keyOf } from '../library/library.ts'
import { speakersOf } from '../library/passage.ts'
import { isVisibleAt, newestFirst } from '../library/visible.ts'
import { briefChoice, LABEL, MOST_CHOICES } from './actions.ts'
import { tellApart } from './choice.ts'
import { collectionsOf, type Readable, shownBriefs } from './context.ts'
import { briefsLike } from './find-brief.ts'
import { MANAGERS_VIEWS, READOUT, readClick } from './target.ts'

const VIEWS_OF_BRIEFS = ['quotes', 'timeline', 'figures', 'sources']

/** The word that asks for what a bare command shows, for platforms where a command needs a text. */
const EVERYTHING: Choice = { label: 'Everything', value: 'everything' }

/**
 * What could complete a text typed behind a collection's command, best first, at most so many: nothing typed gives the newest briefs, then
 * everything; a view's word gives what it can be asked of; else the briefs that are named or hold the words. A value is a text to ask
 * with, and so is a label.
 */
export const complete = (name: string, text: string, context: Readable, most = MOST_CHOICES): Choice[] =>
  tellApart(name === READOUT ? completeReadout(text, context, most) : completeCollection(name, text, context, most))

function completeCollection(name: string, text: string, context: Readable, most: number): Choice[] {
  const [collection] = name === '' ? [] : collectionsOf(context, name)
  if (!collection) return []
  const typed = text.trimStart()
  if (typed.trim() === '') {
    const newest = shownBriefs(context, [collection]).slice(0, most - 1)
    return [...newest.map(choiceOf), EVERYTHING]
  }
  const [view = '', ...rest] = typed.split(/\s+/)
  const choices =
    VIEWS_OF_BRIEFS.includes(view.toLowerCase()) && typed.length > view.length
      ? completeView(view.toLowerCase(), rest.join(' '), collection, context, most)
      : completeName(typed, collection, context, most)
  return choices.slice(0, most)
}

/** What a picker offers for a text typed into it: the newest briefs where nothing is, else those that could be meant, best first. */
export function offer(picker: string, text: string, context: Readable): Choice[] {
  const collections = collectionsOf(context, readClick(picker)?.target.collection ?? '')
  const briefs =
    text.trim() === ''
      ? shownBriefs(context, collections)
      : collections.flatMap(collection => rank(text, collection, context, MOST_CHOICES))
  return briefs.slice(0, MOST_CHOICES).map(briefChoice)
}

/** The managers' words and the collections; behind a collection's name, what could follow its own command. */
function completeReadout(text: string, context: Readable, most: number): Choice[] {
  const [, collection, rest = ''] = /^\s*(\S+)\s(.*)$/s.exec(text) ?? []
  if (collection !== undefined)
    return completeCollection(collection, rest, context, most).map(({ label, value }) => ({
      label: shorten(`${collection}: ${label}`, LABEL),
      value: `${collection} ${value}`,
    }))
  return [...MANAGERS_VIEWS, ...context.library.collections.keys()]
    .filter(word => word.startsWith(text.trim().toLowerCase()))
    .slice(0, most)
    .map(word => ({ label: word, value: word }))
}

const choiceOf = (brief: Brief): Choice => ({ label: shorten(brief.matter.title, LABEL), value: brief.name })

function completeView(view: string, text: string, collection: Collection, context: Readable, most: number): Choice[] {
  const key = keyOf(text, collection.spellings)
  const briefs = text === '' ? shownBriefs(context, [collection]) : rank(text, collection, context, most)
  const named = view === 'quotes' ? speakersLike(key, collection, context) : []
  return [
    ...named.map(speaker => ({
      label: shorten(`${view}: ${speaker}`, LABEL),
      value: `${view} ${firstWords(speaker.toLowerCase())}`,
    })),
    ...briefs.slice(0, most).map(brief => ({
      label: shorten(`${view}: ${brief.matter.title}`, LABEL),
      value: `${view} ${brief.name}`,
    })),
  ]
}

/** Who is quoted in a collection, with the words of the name and the briefs, newest first. */
type Speaker = { name: string; words: string[]; briefs: Brief[] }

/** A collection is replaced whole, so that its speakers need to be gathered once only. */
const speakersOfCollection = new WeakMap<Collection, Speaker[]>()

function speakersIn(collection: Collection): Speaker[] {
  const known = speakersOfCollection.get(collection)
  if (known) return known
  const byName = new Map<string, Brief[]>()
  for (const brief of collection.briefs.values())
    for (const name of speakersOf(brief)) {
      const briefs = byName.get(name)
      if (briefs) briefs.push(brief)
      else byName.set(name, [brief])
    }
  const speakers = [...byName].map(([name, briefs]) => ({
    name,
    words: keyOf(name, collection.spellings).split(' '),
    briefs,
  }))
  speakersOfCollection.set(collection, speakers)
  return speakers
}

/** The speakers of whose name a word begins so, in briefs that readers may see now: the one of the newest brief first. */
function speakersLike(key: string, collection: Collection, { now }: Readable): string[] {
  return speakersIn(collection)
    .filter(({ words }) => words.some(word => word.startsWith(key)))
    .flatMap(({ name, briefs }) => {
      const newest = briefs.find(brief => isVisibleAt(brief, now))
      return newest ? [{ name, newest }] : []
    })
    .toSorted((a, b) => newestFirst(a.newest, b.newest))
    .map(({ name }) => name)
}

/** As much of a name as finds its speaker, in whole words: a platform's value is short. */
function firstWords(name: string): string {
  const letters = [...name]
  return letters.length > NAME
    ? letters
        .slice(0, NAME + 1)
        .join('')
        .replace(/\s+\S*$/, '')
    : name
}

const NAME = 60

function completeName(text: string, collection: Collection, context: Readable, most: number): Choice[] {
  const views = [...VIEWS_OF_BRIEFS, 'latest', 'help'].filter(view => view.startsWith(text.trim().toLowerCase()))
  return [...views.map(view => ({ label: view, value: view })), ...rank(text, collection, context, most).map(choiceOf)]
}

/** Briefs whose name, alias or title begins so, then those that a word of it begins so; where these are too few, what may be meant and what search finds. */
function rank(text: string, collection: Collection, context: Readable, most: number): Brief[] {
  const key = keyOf(text, collection.spellings)
  const isShown = (brief: Brief) => isVisibleAt(brief, context.now)
  const begin: Brief[] = []
  const within: Brief[] = []
  for (const [other, briefs] of collection.byKey) {
    if (other.startsWith(key)) begin.push(...briefs)
    else if (other.includes(` ${key}`)) within.push(...briefs)
  }
  const named = [...new Set([...begin, ...within])].filter(isShown)
  if (named.length >= most) return named
  const found = collection.index.find(text, collection.briefs, isShown, most).hits.map(hit => hit.brief)
  return [...new Set([...named, ...briefsLike(text, [collection], context), ...found])]
}
