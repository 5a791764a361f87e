import { hash } from 'node:crypto'
import { type Brief, statementsOf } from './brief.ts'
import { findNumbers, sameNumber } from './number.ts'
import { statementText } from './passage.ts'
import { fingerprint, type KeptQuotation, type SourceRecord } from './record.ts'
import { readWords } from './words.ts'

/** How a text stands to a record: whether it is the very text, and else what of the record it does not hold. */
export type Comparison = { same: boolean; missingQuotations: KeptQuotation[]; missingNumbers: string[] }

/** Holds a text against a record. */
export function compareSource(document: string, record: SourceRecord): Comparison {
  const prints = readWords(document).map(word => fingerprint(record.sha256, word.text))
  const numbers = findNumbers(document)
  return {
    same: hash('sha256', document) === record.sha256,
    missingQuotations: record.quotations.filter(
      quotation =>
        !holdsRun(
          prints,
          quotation.words.map(word => word.print),
        ),
    ),
    missingNumbers: record.numbers
      .filter(number => !numbers.some(other => sameNumber(number, other)))
      .map(number => number.text),
  }
}

const holdsRun = (words: string[], run: string[]): boolean =>
  words.some((_, start) => run.every((word, index) => words[start + index] === word))

/** A run of words that a brief, outside its quotes, shares with a text. */
export type CopiedRun = { brief: Brief; words: string }

/** From this many words on, the same words in the same order are no chance, and no longer our own. */
const COPIED = 12

/** The longest runs of twelve words or more that briefs share with a document outside their quotes. */
export function findCopiedRuns(document: string, briefs: Brief[]): CopiedRun[] {
  const words = readWords(document).map(word => word.text)
  const starts = new Map<string, number[]>()
  for (let at = 0; at + COPIED <= words.length; at++) {
    const key = words.slice(at, at + COPIED).join(' ')
    const known = starts.get(key)
    if (known) known.push(at)
    else starts.set(key, [at])
  }
  return briefs.flatMap(brief =>
    ownTexts(brief).flatMap(text =>
      copiedFrom(
        readWords(text).map(word => word.text),
        words,
        starts,
      ).map(run => ({ brief, words: run })),
    ),
  )
}

/** All that a brief says in the editor's words. */
const ownTexts = (brief: Brief): string[] => [
  brief.matter.title,
  ...statementsOf(brief).map(statementText),
  ...brief.differences.map(difference => difference.topic),
  ...brief.quotes.map(quote => `${quote.speaker} ${quote.role ?? ''}`),
]

function copiedFrom(own: string[], words: string[], starts: Map<string, number[]>): string[] {
  const runs: string[] = []
  for (let at = 0; at + COPIED <= own.length; ) {
    const begins = starts.get(own.slice(at, at + COPIED).join(' ')) ?? []
    const length = Math.max(0, ...begins.map(begin => sharedLength(own, at, words, begin)))
    if (length > 0) runs.push(own.slice(at, at + length).join(' '))
    at += Math.max(1, length)
  }
  return runs
}

function sharedLength(a: string[], from: number, b: string[], begin: number): number {
  let length = 0
  while (from + length < a.length && a[from + length] === b[begin + length]) length++
  return length
}
