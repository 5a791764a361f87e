import type { DatabaseSync } from 'node:sqlite'
import type { Spellings } from './spelling.ts'

/**
 * A word of a question with the words of the briefs that it stands for: itself and its other number; every word that it is the beginning
 * of; or words at one typing mistake. A rarer word weighs more.
 */
export type Term = { words: string[]; kind: 'word' | 'beginning' | 'guess'; weight: number }

export type QuestionTerms = {
  known: Term[]
  /** Words that no brief has, nor anything like them. */
  unknown: string[]
  /** Words that were taken for others. */
  corrected: { from: string; to: string }[]
}

export type Vocabulary = {
  /** To be called when the briefs have changed. */
  forget: () => void
  has: (word: string) => boolean
  /** How often a word stands in all briefs. */
  count: (word: string) => number
  beginsWith: (start: string) => boolean
  /** The words at one typing mistake, the most frequent first. */
  near: (word: string) => string[]
}

/** @param database with the table `vocabulary` of the index, whose words are folded and spelled canonically */
export function createVocabulary(database: DatabaseSync, spellings: Spellings): Vocabulary {
  const exact = database.prepare('SELECT cnt FROM vocabulary WHERE term = ?')
  const after = database.prepare('SELECT term FROM vocabulary WHERE term >= ? AND term < ? LIMIT 1')
  const among = database.prepare(
    'SELECT term FROM vocabulary WHERE term IN (SELECT value FROM json_each(?)) ORDER BY cnt DESC, term',
  )
  // To count a common word takes the index a millisecond: what was counted is kept until the briefs change.
  const counts = new Map<string, number>()
  const count = (word: string): number => {
    const known = counts.get(word) ?? (exact.get(word) as { cnt: number } | undefined)?.cnt ?? 0
    if (counts.size < COUNTED) counts.set(word, known)
    return known
  }
  return {
    forget: () => counts.clear(),
    has: word => count(word) > 0,
    count,
    beginsWith: start => after.get(start, `${start}\u{10ffff}`) !== undefined,
    near: word =>
      (among.all(JSON.stringify(typos(word).map(spellings.ofWord))) as { term: string }[]).map(({ term }) => term),
  }
}

/** More words than this are not kept; they are the rare ones, which are quickly counted. */
const COUNTED = 10_000

const ALPHABETS = ['abcdefghijklmnopqrstuvwxyz', 'абвгдежзийклмнопрстуфхцчшщъыьэюяєіїґ']

/** Every word that one mistake may have turned into this one, but for its first letter: nobody mistypes that, and `prussia` is not `russia`. */
function typos(word: string): string[] {
  const letters = [...word]
  const alphabet = ALPHABETS.find(one => one.includes(letters[0] ?? '')) ?? ''
  const words = new Set<string>()
  for (let i = 1; i <= letters.length; i++) {
    const [before, after] = [letters.slice(0, i).join(''), letters.slice(i)]
    const rest = after.slice(1).join('')
    if (after.length > 0) words.add(before + rest)
    if (after.length > 1) words.add(`${before}${after[1]}${after[0]}${after.slice(2).join('')}`)
    for (const letter of alphabet) {
      words.add(before + letter + after.join(''))
      if (after.length > 0) words.add(before + letter + rest)
    }
  }
  words.delete(word)
  return [...words]
}

/** Shorter words have too many neighbours to guess at, longer ones are no words. */
const GUESSED_FROM = 5
const GUESSED_TO = 30

const GUESSES = 3

const BEGINNING_FROM = 3

/** More words than this make no question clearer. */
const MOST_WORDS = 24

/** Reads a question's words as what the briefs have. Beside a word that nothing has, only certain ones count: see `distrust`. */
export function readTerms(question: string, spellings: Spellings, vocabulary: Vocabulary): QuestionTerms {
  const terms: QuestionTerms = { known: [], unknown: [], corrected: [] }
  for (const word of tellingWords(question, spellings).slice(0, MOST_WORDS)) {
    const term = readTerm(word, vocabulary)
    if (!term) terms.unknown.push(word)
    else {
      terms.known.push(term)
      if (term.kind === 'guess') terms.corrected.push({ from: word, to: term.words[0] as string })
    }
  }
  return terms.unknown.length === 0 ? terms : distrust(terms)
}

/** The same question without guesses, beginnings and lone digits, which are no evidence by themselves: `leopard 2` does not ask for the 2. */
export function distrust({ known, unknown, corrected }: QuestionTerms): QuestionTerms {
  const certain = known.filter(({ kind, words }) => kind === 'word' && !/^\p{N}$/u.test(words[0] ?? ''))
  return { known: certain, unknown: [...unknown, ...corrected.map(({ from }) => from)], corrected: [] }
}

/** The words of a question that say what it is about, each once. */
export const tellingWords = (question: string, spellings: Spellings): string[] =>
  [...new Set(spellings.canonical(question))].filter(word => !STOP_WORDS.has(word))

/** A question as it was typed, without the words around what it is about: `what happened in july 2023?` → `july 2023`. */
export const trimQuestion = (question: string): string => {
  const words = question.replace(/[?!.\s]+$/, '').split(/\s+/)
  const isTelling = (word: string) => !STOP_WORDS.has(word.toLowerCase())
  return words.slice(words.findIndex(isTelling), words.findLastIndex(isTelling) + 1).join(' ')
}

function readTerm(word: string, vocabulary: Vocabulary): Term | undefined {
  const forms = formsOf(word).filter(vocabulary.has)
  if (forms.length > 0) return weigh(forms, 'word', vocabulary)
  if (word.length >= BEGINNING_FROM && vocabulary.beginsWith(word))
    return { words: [word], kind: 'beginning', weight: 0.5 }
  const guesses =
    word.length >= GUESSED_FROM && word.length <= GUESSED_TO ? vocabulary.near(word).slice(0, GUESSES) : []
  return guesses.length > 0 ? weigh(guesses, 'guess', vocabulary) : undefined
}

const weigh = (words: string[], kind: Term['kind'], vocabulary: Vocabulary): Term => {
  const count = words.reduce((sum, word) => sum + vocabulary.count(word), 0)
  return { words, kind, weight: 1 / Math.log2(2 + count) }
}

/** A word and its other number: “munitions” finds “munition”. */
function formsOf(word: string): string[] {
  if (word.length < 4) return [word]
  const forms = [word, `${word}s`]
  if (/(?:s|x|z|ch|sh)$/.test(word)) forms.push(`${word}es`)
  if (word.endsWith('y')) forms.push(`${word.slice(0, -1)}ies`)
  if (word.endsWith('ies')) forms.push(`${word.slice(0, -3)}y`)
  if (word.endsWith('es')) forms.push(word.slice(0, -2))
  if (word.endsWith('s') && !word.endsWith('ss')) forms.push(word.slice(0, -1))
  return forms
}

const STOP_WORDS = new Set(
  `a about an and any are as at be been but by can could did do does for from give had happen happened happens has have he her his how i if
  in into is it its many me more most much my of on or our please s say said says she should show so some t tell than that the their them
  there these they this to was we were what when where which who whom whose why will with would you your find get want wants know got made make makes`.split(
    /\s+/,
  ),
)
