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
  const vocabulary = createVocabulary(database, spellings)

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
      const shown = ({ rowid }: { rowid: number }): Brief[] => {
        const brief = briefs.get(names.get(rowid) ?? '')
        return brief && isShown(brief) ? [brief] : []
      }
      const select = (query: string) => (match.all(query, Math.max(RANKED, most)) as { rowid: number }[]).flatMap(shown)
      const whole = readTerms(question, spellings, vocabulary)
      for (const terms of whole.corrected.length > 0 ? [whole, distrust(whole)] : [whole]) {
        for (const query of queriesOf(terms.known)) {
          const best = select(query)
          if (best.length === 0) continue
          const total =
            best.length < RANKED ? best.length : (count.all(query) as { rowid: number }[]).flatMap(shown).length
          return { ...terms, hits: rank(best, terms.known, spellings).slice(0, most), total }
        }
      }
      return { ...whole, hits: [], total: 0 }
    },
  }
}

/**
 * How many of the index's best are ranked once more by their passages. The index counts words by how few briefs have them, which says
 * nothing in a collection of a dozen briefs; there, these are all.
 */
const RANKED = 16

/** First all the words; then, unless one of them is only a guess, any of them. */
function queriesOf(terms: Term[]): string[] {
  if (terms.length === 0) return []
  const groups = terms.map(
    ({ words, kind }) => `(${words.map(word => (kind === 'beginning' ? `"${word}"*` : `"${word}"`)).join(' OR ')})`,
  )
  const all = groups.join(' AND ')
  return terms.length > 1 && terms.every(({ kind }) => kind !== 'guess') ? [all, groups.join(' OR ')] : [all]
}

function columnsOf(brief: Brief, spellings: Spellings): string[] {
  const { title, aliases, topics } = brief.matter
  const fold = (texts: string[]) => spellings.indexed(texts.join(' . ')).join(' ')
  const body = passagesOf(brief).map(passage => passage.text)
  return [fold([title, brief.name]), fold(aliases), fold(topics), fold(speakersOf(brief)), fold(body)]
}
