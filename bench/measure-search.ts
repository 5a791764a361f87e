import { DatabaseSync } from 'node:sqlite'
import type { Brief } from '../src/library/brief.ts'
import type { Collection } from '../src/library/collection.ts'
import { passagesOf, speakersOf } from '../src/library/passage.ts'
import type { Shelf } from '../src/library/shelf.ts'
import { isVisibleAt } from '../src/library/visible.ts'
import { COLLECTION } from './generate-briefs.ts'
import { generateQuestions } from './generate-questions.ts'
import type { Prose } from './generate-words.ts'
import { percentile } from './statistics.ts'
import type { Measurement } from './table.ts'

const QUESTIONS = 3000
/** As many as an answer shows. */
const MOST = 5

/** From a question to its hits. */
export function measureSearch(shelf: Shelf, prose: Prose): Measurement[] {
  const collection = shelf.library.collections.get(COLLECTION) as Collection
  const questions = generateQuestions(QUESTIONS, prose)
  const now = new Date()
  const isShown = (brief: Brief) => isVisibleAt(brief, now)
  const ours = times(questions, question => collection.index.find(question, collection.briefs, isShown, MOST))
  const bare = times(questions, createBareSearch([...collection.briefs.values()]))
  const name = 'bare FTS5, the same texts, the words as typed, ORDER BY rank LIMIT 5'
  const beside = (share: number) => ({ name, value: percentile(bare, share) })
  return [
    { what: 'search, median', unit: 'ms', ours: percentile(ours, 0.5), yardstick: beside(0.5) },
    {
      what: 'search, 99th percentile',
      unit: 'ms',
      ours: percentile(ours, 0.99),
      yardstick: beside(0.99),
      aim: { most: 5 },
    },
    { what: 'search, worst', unit: 'ms', ours: Math.max(...ours), yardstick: { name, value: Math.max(...bare) } },
  ]
}

const times = (questions: string[], ask: (question: string) => unknown): number[] =>
  questions.map(question => {
    const start = performance.now()
    ask(question)
    return performance.now() - start
  })

function createBareSearch(briefs: Brief[]): (question: string) => unknown {
  const database = new DatabaseSync(':memory:')
  database.exec(`CREATE VIRTUAL TABLE briefs USING fts5(title, aliases, topics, speakers, body, content='')`)
  const insert = database.prepare('INSERT INTO briefs(title, aliases, topics, speakers, body) VALUES (?, ?, ?, ?, ?)')
  database.exec('BEGIN')
  for (const brief of briefs) insert.run(...columnsOf(brief))
  database.exec('COMMIT')
  const match = database.prepare('SELECT rowid FROM briefs WHERE briefs MATCH ? ORDER BY rank LIMIT 5')
  return question => match.all(question)
}

const columnsOf = (brief: Brief): string[] => [
  `${brief.matter.title} ${brief.name}`,
  brief.matter.aliases.join(' '),
  brief.matter.topics.join(' '),
  speakersOf(brief).join(' '),
  passagesOf(brief)
    .map(passage => passage.text)
    .join(' '),
]
