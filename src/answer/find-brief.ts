import type { Brief } from '../library/brief.ts'
import type { Collection } from '../library/collection.ts'
import { keyOf, keysOf } from '../library/library.ts'
import { tellingWords } from '../library/search-terms.ts'
import { nearest } from '../library/similar.ts'
import { isVisibleAt } from '../library/visible.ts'
import type { Readable } from './context.ts'

/** A shorter beginning could be the beginning of anything. */
const PREFIX_FROM = 3

/** The briefs of exactly that name, title or alias, in any spelling; the words that only make a sentence of it don't count. */
export function briefsNamed(name: string, collections: Collection[], context: Readable): Brief[] {
  return find(name, collections, context, [exact])
}

/**
 * The briefs that a name may mean where it is none exactly, in this order of certainty: those whose name begins so, or whose alias or
 * title does with several words; those whose name is near enough to be meant by a typing mistake, where the words mean nothing else.
 */
export function briefsLike(name: string, collections: Collection[], context: Readable): Brief[] {
  return find(name, collections, context, [beginning, mistyped])
}

/** Only what readers may see now can be meant, or hide what else is meant. */
type IsShown = (brief: Brief) => boolean

type Step = (key: string, collection: Collection, isShown: IsShown) => Brief[]

/** One brief is an answer, several are a choice, none is none. */
function find(name: string, collections: Collection[], context: Readable, steps: Step[]): Brief[] {
  const isShown = (brief: Brief) => isVisibleAt(brief, context.now)
  for (const step of steps) {
    const found = collections.flatMap(collection => {
      const key = keyOf(name, collection.spellings)
      const telling = tellingWords(name, collection.spellings).join(' ')
      const whole = step(key, collection, isShown)
      return whole.length > 0 || telling === key ? whole : step(telling, collection, isShown)
    })
    if (found.length > 0) return [...new Set(found)]
  }
  return []
}

const exact: Step = (key, { byKey }, isShown) => (byKey.get(key) ?? []).filter(isShown)

const beginning: Step = (key, { byKey, name, spellings }, isShown) => {
  if (key.length < PREFIX_FROM || key === keyOf(name, spellings)) return []
  const begun = entriesWhere(byKey, other => other.startsWith(key))
  const named = begun.flatMap(([other, found]) =>
    found.filter(brief => keysOf(brief, spellings)[0] === other && isShown(brief)),
  )
  if (named.length > 0 || !key.includes(' ')) return named
  return begun.flatMap(([, found]) => found.filter(isShown))
}

const mistyped: Step = (key, { byKey, index }, isShown) => {
  if (key.split(' ').every(word => index.knows(word))) return []
  const candidates = entriesWhere(byKey, other => other[0] === key[0]).filter(([, found]) => found.some(isShown))
  return nearest(key, candidates, ([other]) => other).flatMap(([, found]) => found.filter(isShown))
}

/** Without a copy of all, of which there may be tens of thousands. */
function entriesWhere(byKey: Map<string, Brief[]>, isWanted: (key: string) => boolean): [string, Brief[]][] {
  const wanted: [string, Brief[]][] = []
  for (const [key, briefs] of byKey) if (isWanted(key)) wanted.push([key, briefs])
  return wanted
}
