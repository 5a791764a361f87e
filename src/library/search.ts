import { DatabaseSync } from 'node:sqlite'
import type { Brief } from './brief.ts'
import { type Passage, passagesOf, speakersOf } from './passage.ts'
import { distance } from './similar.ts'
import type { Spellings } from './spelling.ts'

/** A brief that answers a question, with the passage that does it best. */
export type Hit = { brief: Brief; passage: Passage }

export type Found = {
  /** Best first. */
  hits: Hit[]
  /** How many briefs match in all. */
  total: number
  /** Words of the question that no brief has, nor anything like them. */
  unknown: string[]
  /** Words that were taken for others. */
  corrected: { from: string; to: string }[]
}

/** The search of one collection. One index serves successive snapshots: what it finds is looked up in the snapshot that asks. */
export type SearchIndex = {
  update: (removed: string[], added: Brief[]) => void
  find: (question: string, briefs: Map<string, Brief>, isShown: (brief: Brief) => boolean, most: number) => Found
  /** Whether a folded word stands in any brief. */
  knows: (word: string) => boolean
}

/** How much a word counts by where it stands: title, aliases, topics, speakers, everything else. */
const WEIGHTS = [10, 10, 4, 4, 1]

export function createIndex(spellings: Spellings): SearchIndex {
  const database = new DatabaseSync(':memory:')
  // The texts are folded before they come here, so that each run of letters and digits is a word as it stands.
  database.exec(`
    CREATE VIRTUAL TABLE briefs USING fts5(title, aliases, topics, speakers, body, content='', contentless_delete=1, tokenize='ascii');
    CREATE VIRTUAL TABLE vocabulary USING fts5vocab(briefs, row);
    INSERT INTO briefs(briefs, rank) VALUES ('rank', 'bm25(${WEIGHTS.join(', ')})');
  `)
  const rows = new Map<string, number>()
  const names = new Map<number, string>()
  let lastRow = 0
  const insert = database.prepare(
    'INSERT INTO briefs(rowid, title, aliases, topics, speakers, body) VALUES (?, ?, ?, ?, ?, ?)',
  )
  const remove = database.prepare('DELETE FROM briefs WHERE rowid = ?')
  const match = database.prepare('SELECT rowid FROM briefs WHERE briefs MATCH ? ORDER BY rank LIMIT ?')
  const count = database.prepare('SELECT rowid FROM briefs WHERE briefs MATCH ?')
  const vocabulary = createVocabulary(database)

  const drop = (name: string) => {
    const row = rows.get(name)
    if (row === undefined) return
    remove.run(row)
    rows.delete(name)
    names.delete(row)
  }

  const add = (brief: Brief) => {
    insert.run(++lastRow, ...columnsOf(brief, spellings))
    rows.set(brief.name, lastRow)
    names.set(lastRow, brief.name)
  }

  return {
    knows: vocabulary.has,
    update(removed, added) {
      if (removed.length + added.length === 0) return
      database.exec('BEGIN')
      for (const name of removed) drop(name)
      for (const brief of added) add(brief)
      database.exec('COMMIT')
    },
    find(question, briefs, isShown, most) {
      const terms = readTerms(question, spellings, vocabulary)
      const shown = (row: { rowid: number }): Brief[] => {
        const brief = briefs.get(names.get(row.rowid) ?? '')
        return brief && isShown(brief) ? [brief] : []
      }
      const select = (query: string) => (match.all(query, most * 2) as { rowid: number }[]).flatMap(shown)
      const { best, query } = selectBest(terms.known, select)
      const found = best.slice(0, most)
      const total =
        best.length <= most && best.length < most
          ? best.length
          : (count.all(query) as { rowid: number }[]).flatMap(shown).length
      const hits = found.map(brief => ({ brief, passage: bestPassage(brief, terms.known, spellings) }))
      return { hits, total, unknown: terms.unknown, corrected: terms.corrected }
    },
  }
}

/** Briefs that hold all the words, or where there are none, those that hold any. */
function selectBest(terms: Term[], select: (query: string) => Brief[]): { best: Brief[]; query: string } {
  if (terms.length === 0) return { best: [], query: '""' }
  const groups = terms.map(
    term => `(${term.words.map(word => (term.prefix ? `"${word}"*` : `"${word}"`)).join(' OR ')})`,
  )
  const all = groups.join(' AND ')
  const best = select(all)
  if (best.length > 0 || terms.length === 1) return { best, query: all }
  const any = groups.join(' OR ')
  return { best: select(any), query: any }
}

function columnsOf(brief: Brief, spellings: Spellings): string[] {
  const { title, aliases, topics } = brief.matter
  const fold = (texts: string[]) => spellings.indexed(texts.join(' . ')).join(' ')
  const body = passagesOf(brief).map(passage => passage.text)
  return [fold([title, brief.name]), fold(aliases), fold(topics), fold(speakersOf(brief)), fold(body)]
}

/** A word of the question with the words of the briefs that it stands for; with `prefix`, those that begin so. */
type Term = { words: string[]; prefix: boolean }

type Vocabulary = {
  has: (word: string) => boolean
  beginsWith: (start: string) => boolean
  /** The words at one typing mistake, the most frequent first. */
  near: (word: string) => string[]
}

function createVocabulary(database: DatabaseSync): Vocabulary {
  const exact = database.prepare('SELECT doc FROM vocabulary WHERE term = ?')
  const after = database.prepare('SELECT term FROM vocabulary WHERE term >= ? AND term < ? LIMIT 1')
  const docs = (word: string): number => (exact.get(word) as { doc: number } | undefined)?.doc ?? 0
  return {
    has: word => docs(word) > 0,
    beginsWith: start => after.get(start, `${start}\u{10ffff}`) !== undefined,
    near: word =>
      typos(word)
        .map(candidate => ({ candidate, docs: docs(candidate) }))
        .filter(one => one.docs > 0)
        .toSorted((a, b) => b.docs - a.docs)
        .map(one => one.candidate),
  }
}

const ALPHABETS = ['abcdefghijklmnopqrstuvwxyz0123456789', 'абвгдежзийклмнопрстуфхцчшщъыьэюяєіїґ']

/** Every word that one mistake may have turned into this one: a letter dropped, added, replaced, or two swapped. */
function typos(word: string): string[] {
  const letters = [...word]
  const alphabet = ALPHABETS.find(one => one.includes(letters[0] ?? '')) ?? ''
  const words = new Set<string>()
  for (let i = 0; i <= letters.length; i++) {
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
  return [...words].filter(one => distance(one, word, 1) === 1)
}

/** Shorter words have too many neighbours to guess at. */
const GUESSED_FROM = 5

const GUESSES = 3

const PREFIX_FROM = 3

function readTerms(
  question: string,
  spellings: Spellings,
  vocabulary: Vocabulary,
): Pick<Found, 'unknown' | 'corrected'> & { known: Term[] } {
  const words = [...new Set(spellings.canonical(question))]
  const telling = words.filter(word => !STOP_WORDS.has(word))
  const terms: ReturnType<typeof readTerms> = { known: [], unknown: [], corrected: [] }
  for (const word of telling.slice(0, MOST_WORDS)) {
    const forms = formsOf(word).filter(vocabulary.has)
    const near = () => (word.length >= GUESSED_FROM ? vocabulary.near(word).slice(0, GUESSES) : [])
    if (forms.length > 0) terms.known.push({ words: forms, prefix: false })
    else if (word.length >= PREFIX_FROM && vocabulary.beginsWith(word))
      terms.known.push({ words: [word], prefix: true })
    else {
      const guesses = near()
      if (guesses.length === 0) terms.unknown.push(word)
      else {
        terms.known.push({ words: guesses, prefix: false })
        terms.corrected.push({ from: word, to: guesses[0] as string })
      }
    }
  }
  return terms
}

/** More words than this make no question clearer. */
const MOST_WORDS = 24

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
  `a about an and any are as at be been but by can could did do does for from had has have he her his how i if in into is it its me
  my of on or our she should show so some tell than that the their them there these they this to was we were what when where which
  who whom whose why will with would you your please give find happened s t said say says`.split(/\s+/),
)

/** The passage that holds the most of the words; the first of those that hold equally many. */
function bestPassage(brief: Brief, terms: Term[], spellings: Spellings): Passage {
  const passages = passagesOf(brief)
  let best = passages[0] as Passage
  let most = 0
  for (const passage of passages) {
    const words = wordsOf(passage, spellings)
    const held = terms.filter(term =>
      term.words.some(word => (term.prefix ? words.some(one => one.startsWith(word)) : words.includes(word))),
    ).length
    if (held > most) [best, most] = [passage, held]
  }
  return best
}

const folded = new WeakMap<Passage, string[]>()

function wordsOf(passage: Passage, spellings: Spellings): string[] {
  const known = folded.get(passage)
  if (known) return known
  const words = spellings.indexed(passage.text)
  folded.set(passage, words)
  return words
}
