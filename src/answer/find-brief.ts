import type { Brief } from '../library/brief.ts'
import type { Collection } from '../library/collection.ts'
import { keyOf } from '../library/library.ts'
import { nearest } from '../library/similar.ts'
import { isVisibleAt } from '../library/visible.ts'
import type { Readable } from './context.ts'

/** A shorter beginning could be the beginning of anything. */
const PREFIX_FROM = 3

/**
 * The briefs that a name means, in this order of certainty: its exact name, title or alias; the beginning of a name, or of several words of
 * an alias or title; with `typos`, a name near enough to be a typing mistake, where the words mean nothing else. One brief is an answer,
 * several are a choice, none is none.
 */
export function briefsNamed(name: string, collections: Collection[], context: Readable): Brief[] {
  const steps = [exact, beginning, mistyped]
  for (const step of steps) {
    const found = collections.flatMap(collection => step(keyOf(name, collection.spellings), collection))
    const shown = [...new Set(found)].filter(brief => isVisibleAt(brief, context.now))
    if (shown.length > 0) return shown
  }
  return []
}

const exact = (key: string, { byKey }: Collection): Brief[] => byKey.get(key) ?? []

function beginning(key: string, { byKey, briefs, name, spellings }: Collection): Brief[] {
  if (key.length < PREFIX_FROM || key === keyOf(name, spellings)) return []
  const named = [...briefs.values()].filter(brief => keyOf(brief.name, spellings).startsWith(key))
  if (named.length > 0 || !key.includes(' ')) return named
  return [...byKey].flatMap(([other, found]) => (other.startsWith(key) ? found : []))
}

function mistyped(key: string, { byKey, index }: Collection): Brief[] {
  if (key.split(' ').every(word => index.knows(word))) return []
  return nearest(key, byKey, ([other]) => other).flatMap(([, found]) => found)
}
