import type { Library } from '../../library/library.ts'
import { namedBy, namedExactly } from './names.ts'
import type { Entry } from './subscription.ts'
import { readWords } from './words.ts'

/** What a line behind `edit` says: which digests may be meant, by which name, and what is to become of them. */
export type Line = { named: Entry[]; name: string; words: string }

/** A name is hardly longer, and each length is tried. */
const MOST_WORDS = 12

/**
 * A line begins with the name of a digest, or with a part of it; the longest beginning that names any counts. Where there is one digest only and
 * the whole line says what it is to be, its name is left out.
 */
export function readLine(text: string, entries: Entry[], library: Library): Line {
  const exact = readName(text, entries, namedExactly)
  if (exact) return exact
  const [only, ...others] = entries
  const whole = { named: only && others.length === 0 ? [only] : [], name: '', words: text }
  const isWhole = whole.named.some(({ digest }) => readWords(text, digest, library).faults.length === 0)
  return isWhole ? whole : (readName(text, entries, namedBy) ?? whole)
}

function readName(text: string, entries: Entry[], find: typeof namedBy<Entry>): Line | undefined {
  const words = [...text.matchAll(/\S+/g)].map(({ 0: word, index }) => index + word.length)
  for (const end of words.slice(0, MOST_WORDS).toReversed()) {
    const name = text.slice(0, end)
    const named = find(entries, name)
    if (named.length > 0) return { named, name, words: text.slice(end).trim() }
  }
  return undefined
}
