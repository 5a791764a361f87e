import { hash } from 'node:crypto'
import { z } from 'zod'
import { type FoundNumber, findNumbers } from './number.ts'
import { findQuotations, type Quotation, splitParagraphs } from './quotation.ts'
import { edtf, expected, firstIssues, line, oneOf } from './schema.ts'
import { findDates, type SpokenDate } from './spoken-date.ts'
import { readWords } from './words.ts'

/** One word of a quotation as a record keeps it: a fingerprint, and whether the word is a negation or a number. */
export type KeptWord = { print: string; marked: boolean }

export type KeptQuotation = { line: number; speaker: string; words: KeptWord[] }

/**
 * What the repository keeps of a source: what it is, the fingerprints of its quotations, its numbers and its dates, and nothing of
 * the reporter's prose. `id` is the name of its file.
 */
export type SourceRecord = Omit<RecordFile, 'quotations' | 'numbers' | 'dates'> & {
  id: string
  quotations: KeptQuotation[]
  numbers: FoundNumber[]
  dates: SpokenDate[]
}

const PRINT = '[0-9a-f]{5}!?'

const A_SPOKEN_DATE = 'a date such as 12 July 2023, July 2023 or Wednesday'

const fields = z.strictObject({
  title: line('the title of the document', 300),
  publisher: line('the name of the publisher', 120),
  published: edtf,
  url: z.url({ protocol: /^https?$/, error: expected('an address such as https://example.org/article') }).optional(),
  language: line('a language tag such as en or uk', 35).refine(isLanguage, {
    error: expected('a language tag such as en or uk'),
  }),
  rendering: oneOf(['original', 'translation', 'machine translation']),
  sha256: z
    .string({ error: expected('64 hexadecimal digits') })
    .regex(/^[0-9a-f]{64}$/, { error: expected('64 hexadecimal digits') }),
  note: line('a sentence', 500).optional(),
  quotations: z
    .array(
      z.strictObject({
        line: z.string({ error: expected('a line number') }).regex(/^[1-9]\d*$/, { error: expected('a line number') }),
        speaker: line('the name of the speaker', 120),
        words: z
          .string({ error: expected('the fingerprints that `readout source add` wrote') })
          .trim()
          .regex(new RegExp(`^${PRINT}(?:\\s+${PRINT})*$`), {
            error: expected('fingerprints of five hexadecimal digits'),
          }),
      }),
      { error: expected('a list of quotations') },
    )
    .default([]),
  numbers: z
    .array(
      z.string({ error: expected('a number') }).refine(text => findNumbers(text).length > 0, {
        error: expected('a number such as 31, 68% or 2.4 billion euros'),
      }),
    )
    .default([]),
  dates: z.array(line(A_SPOKEN_DATE, 60)).default([]),
})

/** A date is read in the language of the document. */
export const recordSchema = fields.superRefine(({ dates, language }, context) => {
  for (const [index, date] of dates.entries())
    if (findDates(date, language).length === 0)
      context.addIssue({ code: 'custom', path: ['dates', index], message: expected(A_SPOKEN_DATE) })
})

export type RecordFile = z.output<typeof recordSchema>

/** Types what a record's file holds, so that quotes and figures can be held against it. */
export function toRecord(id: string, file: RecordFile): SourceRecord {
  return {
    ...file,
    id,
    quotations: file.quotations.map(({ line, speaker, words }) => ({
      line: Number(line),
      speaker,
      words: words.trim().split(/\s+/).map(readKept),
    })),
    numbers: file.numbers.flatMap(text => findNumbers(text).slice(0, 1)),
    dates: file.dates.flatMap(text => findDates(text, file.language)),
  }
}

const readKept = (kept: string): KeptWord => ({ print: kept.slice(0, PRINT_DIGITS), marked: kept.endsWith('!') })

const PRINT_DIGITS = 5

/**
 * The fingerprint of a normalised word in the document with this SHA-256: 20 bits as five hexadecimal digits.
 *
 * A quotation of m words has at most m places where a run can begin. A run of n words that the source does not hold passes at
 * one place with probability 2^(-20 n), so in a record of M quoted words with at most M · 2^(-20 n). With M = 500 words that is
 * 5 · 10^-4 for a single word, 5 · 10^-10 for two, 5 · 10^-16 for three. Each `[x]` multiplies it by at most 4 and each `[…]` by
 * at most M. One changed word in a quote that is otherwise right passes with 2^(-20), about one in a million.
 * The salt makes records incomparable; it does not hide the words from somebody who tries a dictionary, and need not: these
 * are the quotations that briefs may show. Prose is not kept in any form.
 */
export function fingerprint(sha256: string, word: string): string {
  return hash('sha256', `${sha256} ${word}`).slice(0, PRINT_DIGITS)
}

/** A paragraph that the document prints as speech without quotation marks: the line where it begins, and who speaks. */
export type Speech = { line: number; speaker: string }

export type About = Pick<RecordFile, 'title' | 'publisher' | 'published' | 'language' | 'rendering'> & {
  url?: string
  note?: string
}

/** What is wrong with what an editor says of a source, as sentences. */
export function aboutFaults(about: About): string[] {
  const ofAbout = fields.pick({
    title: true,
    publisher: true,
    published: true,
    url: true,
    language: true,
    rendering: true,
    note: true,
  })
  const issues = firstIssues(ofAbout.safeParse(about).error?.issues ?? [])
  return issues.map(
    ({ path, message }) => `Expected --${path.join('.')} to be ${message}, got "${Reflect.get(about, path[0] ?? '')}".`,
  )
}

/** A record as it is first written, and the quotations in clear, for the editor to look at. */
export type DraftRecord = { file: RecordFile; quotations: (Quotation & { line: number })[] }

/**
 * Makes the record of a document.
 * @throws RangeError when a speech's line has no text.
 */
export function draftRecord(document: string, about: About, speeches: Speech[]): DraftRecord {
  const sha256 = hash('sha256', document)
  const quotations = [...findQuotations(document), ...speeches.map(speech => spokenParagraph(document, speech))]
    .toSorted((a, b) => a.from - b.from)
    .map(quotation => ({ ...quotation, line: document.slice(0, quotation.from).split('\n').length }))
  const kept = quotations.map(({ text, speaker, line }) => ({
    line: String(line),
    speaker: speaker ?? UNKNOWN,
    words: keepWords(sha256, text),
  }))
  return { file: { ...about, sha256, quotations: kept, ...keepFacts(document, about.language) }, quotations }
}

/** Stands for a speaker whom the tool could not propose. */
export const UNKNOWN = '?'

function spokenParagraph(document: string, { line, speaker }: Speech): Quotation {
  const paragraph = splitParagraphs(document).find(one => one.line === line)
  if (!paragraph) throw new RangeError(`Line ${line} of the document begins no paragraph.`)
  return { text: paragraph.text, from: paragraph.from, to: paragraph.from + paragraph.text.length, speaker }
}

const keepWords = (sha256: string, text: string): string =>
  readWords(text)
    .map(word => `${fingerprint(sha256, word.text)}${word.marked ? '!' : ''}`)
    .join(' ')

/** The numbers and dates of a text. A date's digits are not numbers; a bare year is both. */
function keepFacts(document: string, language: string): Pick<RecordFile, 'numbers' | 'dates'> {
  const dates = findDates(document, language)
  const numbers = findNumbers(document).filter(
    number => !dates.some(date => date.month !== undefined && overlap(date, number)),
  )
  const texts = (all: { text: string }[]) => [...new Set(all.map(one => one.text))]
  return { numbers: texts(numbers), dates: texts(dates) }
}

export const overlap = (a: { from: number; to: number }, b: { from: number; to: number }): boolean =>
  a.from < b.to && b.from < a.to

function isLanguage(tag: string): boolean {
  try {
    return Intl.getCanonicalLocales(tag).length === 1
  } catch {
    return false
  }
}
