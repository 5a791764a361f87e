import { DatabaseSync } from 'node:sqlite'
import type { Brief } from './brief.ts'
import { passagesOf, speakersOf } from './passage.ts'
import { type Hit, rank } from './rank.ts'
import { createVocabulary, distrust, type QuestionTerms, readTerms, type Term } from './search-terms.ts'
import type { Spellings } from './spelling.ts'

export type Found = Pick<QuestionTerms, 'unknown' | 'corrected'> & {
  /** Best first. */
  hits: Hit[]
  /** How many briefs match in all. */
  total: number
}

/** The search of one collection. One index serves successive snapshots: what it finds is looked up in the snapshot that asks. */
export type SearchIndex = {
  /** Takes in published briefs, and no others. One under embargo is searched from the first question on that may show it. */
  update: (removed: string[], added: Brief[]) => void
  find: (question: string, briefs: Map<string, Brief>, isShown: (brief: Brief) => boolean, most: number) => Found
  /** Whether a folded word stands in any brief. */
  knows: (word: string) => boolean
}

/** How much a word counts by where it stands: title, aliases, topics, speakers, everything else. */
const WEIGHTS = [10, 10, 4, 4, 1]

/** How much is gathered before it is written: the more, the faster a first load. */
const GATHERED_BYTES = 2 ** 22

/** After so many briefs the index is merged at once, instead of in the middle of some later save. */
const MANY = 1000

export function createIndex(spellings: Spellings): SearchIndex {
  const database = new DatabaseSync(':memory:')
  // The texts are folded before they come here, so that each run of letters and digits is a word as it stands.
  database.exec(`
    CREATE VIRTUAL TABLE briefs USING fts5(title, aliases, topics, speakers, body, content='', contentless_delete=1, tokenize='ascii');
    CREATE VIRTUAL TABLE vocabulary USING fts5vocab(briefs, row);
    INSERT INTO briefs(briefs, rank) VALUES ('rank', 'bm25(${WEIGHTS.join(', ')})'), ('hashsize', ${GATHERED_BYTES});
  `)
  const rows = new Map<string, number>()
  const names = new Map<number, string>()
  const waiting = new Map<string, Brief>()
  let lastRow = 0
  const insert = database.prepare(
    'INSERT INTO briefs(rowid, title, aliases, topics, speakers, body) VALUES (?, ?, ?, ?, ?, ?)',
  )
  const remove = database.prepare('DELETE FROM briefs WHERE rowid = ?')
  const match = database.prepare('SELECT rowid FROM briefs WHERE briefs MATCH ? ORDER BY rank LIMIT ?')
  const count = database.prepare('SELECT count(*) AS total FROM briefs WHERE briefs MATCH ?')
  const vocabulary = createVocabulary(database, spellings)

  const drop = (name: string) => {
    waiting.delete(name)
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

  const write = (change: () => void) => {
    database.exec('BEGIN')
    try {
      change()
      database.exec('COMMIT')
    } catch (error) {
      database.exec('ROLLBACK')
      throw error
    }
    vocabulary.forget()
  }

  /** Until its embargo ends not even a word of a brief may be known: nobody can ask its contents out of the index. */
  const takeInDue = (isShown: (brief: Brief) => boolean) => {
    const due = [...waiting.values()].filter(isShown)
    if (due.length === 0) return
    write(() => {
      for (const brief of due) add(brief)
    })
    for (const brief of due) waiting.delete(brief.name)
  }

  return {
    knows: vocabulary.has,
    update(removed, added) {
      if (removed.length + added.length === 0) return
      write(() => {
        for (const name of removed) drop(name)
        for (const brief of added) {
          if (brief.matter.embargo_until === undefined) add(brief)
          else waiting.set(brief.name, brief)
        }
      })
      if (added.length > MANY) database.exec("INSERT INTO briefs(briefs) VALUES ('optimize')")
    },
    find(question, briefs, isShown, most) {
      takeInDue(isShown)
      const looked = rows.size > LARGE ? most : Math.max(RANKED, most)
      const select = (query: string): Brief[] =>
        (match.all(query, looked) as { rowid: number }[])
          .flatMap(({ rowid }) => briefs.get(names.get(rowid) ?? '') ?? [])
          .filter(isShown)
      const whole = readTerms(question, spellings, vocabulary)
      for (const terms of whole.corrected.length > 0 ? [whole, distrust(whole)] : [whole]) {
        for (const query of queriesOf(terms.known)) {
          const best = select(query)
          if (best.length === 0) continue
          const total = best.length < looked ? best.length : (count.get(query) as { total: number }).total
          return { ...terms, hits: rank(best, terms.known, spellings).slice(0, most), total }
        }
      }
      return { ...whole, hits: [], total: 0 }
    },
  }
}

/**
 * How many of the index's best are ranked once more by their passages. The index counts words by how few briefs have them, which says
 * nothing in a collection of a dozen briefs; there, these are all. In a large one its order is as good, and only what is shown is looked at.
 */
const RANKED = 16
const LARGE = 1000

/** First all the words that tell briefs apart; then, unless one of them is only a guess, any of them. */
function queriesOf(terms: Term[]): string[] {
  const rare = terms.filter(({ weight }) => weight > COMMON)
  const groups = (rare.length > 0 ? rare : terms).map(groupOf)
  if (groups.length < 2) return groups
  const isSure = terms.every(({ kind }) => kind !== 'guess')
  return isSure ? [groups.join(' AND '), groups.join(' OR ')] : [groups.join(' AND ')]
}

const groupOf = ({ words, kind }: Term): string =>
  `(${words.map(word => (kind === 'beginning' ? `"${word}"*` : `"${word}"`)).join(' OR ')})`

/** The weight of a word that stands in the briefs a thousand times: beside a rarer one it takes long to find and tells nothing apart. It still ranks. */
const COMMON = 0.1

function columnsOf(brief: Brief, spellings: Spellings): string[] {
  const { title, aliases, topics } = brief.matter
  const fold = (texts: string[]) => texts.flatMap(text => spellings.indexed(text)).join(' ')
  const body = passagesOf(brief).map(passage => passage.text)
  return [fold([title, brief.name]), fold(aliases), fold(topics), fold(speakersOf(brief)), fold(body)]
}
