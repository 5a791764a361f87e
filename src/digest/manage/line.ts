import { namedBy, namedExactly } from './names.ts'
import type { Entry } from './subscription.ts'
import { readWords } from './words.ts'

/** What a line behind `edit` says: which digests may be meant, by which name, and what is to become of them. */
export type Line = { named: Entry[]; name: string; words: string }

/** A name is hardly longer, and each length is tried. */
const MOST_WORDS = 12

/**
 * A line begins with the name of a digest, or with a part of it; the longest beginning that names any counts. Where there is one digest only and
 * the whole line says what it is to be, its name is left out; but not where a part of its name would be read as topics, and others be lost.
 */
export function readLine(text: string, entries: Entry[], readership: Readership): Line {
  const exact = readName(text, entries, namedExactly)
  if (exact) return exact
  const part = readName(text, entries, namedBy)
  const [only, ...others] = entries
  if (!only || others.length > 0) return part ?? { named: [], name: '', words: text }
  const whole = { named: [only], name: '', words: text }
  if (!part) return whole
  const [asWhole, asPart] = [whole, part].map(({ words }) => readingOf(words, only, readership))
  return asWhole === 'faulty' || (asWhole === 'loses topics' && asPart === 'well') ? part : whole
}

type Readership = Parameters<typeof readWords>[2]

function readingOf(words: string, { digest }: Entry, readership: Readership): 'well' | 'loses topics' | 'faulty' {
  const { digest: next, faults } = readWords(words, digest, readership)
  if (faults.length > 0) return 'faulty'
  return digest.topics.every(topic => next.topics.includes(topic)) ? 'well' : 'loses topics'
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
