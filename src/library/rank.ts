import type { Brief } from './brief.ts'
import { type Passage, passagesOf } from './passage.ts'
import type { Term } from './search-terms.ts'
import type { Spellings } from './spelling.ts'

/** A brief that answers a question, with the passage that does it best. */
export type Hit = { brief: Brief; passage: Passage }

/** How much a word in a brief's names counts beside one in its best passage, and all its passages together beside the best. */
const NAMED = 1.5
const TOLD = 0.2

/**
 * Orders briefs by how well they answer: by their best passage, which is the one that holds the rarest words of the question closest
 * together; by the words that their title and aliases hold; a little by how much else they tell.
 */
export function rank(briefs: Brief[], terms: Term[], spellings: Spellings): Hit[] {
  const scored = briefs.map(brief => {
    const passages = passagesOf(brief).map(passage => ({
      passage,
      score: scoreOf(spellings.indexed(passage.text), terms),
    }))
    const best = passages.reduce((a, b) => (b.score > a.score ? b : a))
    const told = passages.reduce((sum, { score }) => sum + score, 0) / Math.sqrt(passages.length)
    const score = best.score + NAMED * namedScore(brief, terms, spellings) + TOLD * told
    return { brief, passage: best.passage, score }
  })
  return scored.toSorted((a, b) => b.score - a.score).map(({ brief, passage }) => ({ brief, passage }))
}

/** How near two words of a question must stand to count as said together. */
const NEAR = 2

function scoreOf(words: string[], terms: Term[]): number {
  let score = 0
  let last: number | undefined
  for (const term of terms) {
    const places = placesOf(words, term)
    if (places.length === 0) continue
    const together = last !== undefined && places.some(place => Math.abs(place - (last as number)) <= NEAR)
    score += term.weight * (together ? 1.25 : 1)
    last = places[0]
  }
  return score
}

const placesOf = (words: string[], { words: wanted, kind }: Term): number[] =>
  words.flatMap((word, index) => {
    const isHeld = kind === 'beginning' ? word.startsWith(wanted[0] as string) : wanted.includes(word)
    return isHeld ? [index] : []
  })

/** The best of a brief's names: the weight of the question's words in it, by how much of the name they are. */
function namedScore(brief: Brief, terms: Term[], spellings: Spellings): number {
  const names = [brief.matter.title, brief.name, ...brief.matter.aliases].map(name => spellings.canonical(name))
  return Math.max(
    ...names.map(words => {
      const held = terms.filter(term => placesOf(words, term).length > 0)
      return (held.reduce((sum, term) => sum + term.weight, 0) * held.length) / Math.max(1, words.length)
    }),
  )
}
