import { z } from 'zod'
import type { Run } from '../card/card.ts'
import type { EdtfDate } from './edtf.ts'
import type { Cite, Part } from './markdown.ts'
import type { SourceRecord } from './record.ts'
import { day, edtf, expected, instant, line, oneOf, slug, startsWithDay } from './schema.ts'

/** The longest name that a brief may have, so that a button's id fits Discord's 100 characters. */
export const NAME_LENGTH = 60

/** What a brief or the record of a source may be named. */
export const NAME = new RegExp(`^[a-z0-9][a-z0-9-]{0,${NAME_LENGTH - 1}}$`)

/** The words that ask for a view, and so name no brief. */
export const RESERVED_NAMES = new Set([
  'overview',
  'quotes',
  'timeline',
  'figures',
  'sources',
  'latest',
  'search',
  'help',
  'home',
  'everything',
])

/** A statement in the editor's words. `own` says why its numbers need no source. `at` is its place in the file. */
export type Statement = { parts: Part[]; own?: string; at: number }

export type BriefQuote = {
  paragraphs: Run[][]
  speaker: string
  role?: string
  date?: EdtfDate
  cites: Cite[]
  /** Why the quote could not be verified, in the editor's words; absent on a quote that was. */
  unverified?: string
  at: number
}

export type TimelineEntry = Statement & { date: EdtfDate }

/** `value` is the number as the editor wrote it, with its unit: `2.4 billion euros`. */
export type Figure = Statement & { value: string }

export type Difference = { topic: string; claims: Statement[]; at: number }

/** What a brief's file says, before it is held against its sources. */
export type ParsedBrief = {
  name: string
  matter: FrontMatter
  at: MatterPlaces
  intro: Statement[]
  keyPoints: Statement[]
  quotes: BriefQuote[]
  timeline: TimelineEntry[]
  figures: Figure[]
  differences: Difference[]
}

/** A brief that was held against its sources; it keeps the records that it was checked with, in the order of their citation. */
export type Brief = ParsedBrief & { collection: string; date: EdtfDate; sources: Map<string, SourceRecord> }

const names = (what: string) =>
  z.array(line(`a ${what}`, 100), { error: expected(`a list of ${what}s: [one, two]`) }).default([])

const A_NOTE = 'a dated note such as "2026-11-21: The share was given as a half."'

export const frontMatterSchema = z.strictObject({
  title: line('a title', 150),
  date: edtf,
  aliases: names('name'),
  topics: names('topic'),
  related: z.array(slug(NAME_LENGTH), { error: expected("a list of briefs' names: [kyiv, vilnius]") }).default([]),
  reviewed: day,
  status: oneOf(['draft', 'published', 'withdrawn']).default('published'),
  owner: line('a name', 100).optional(),
  review_by: day.optional(),
  embargo_until: instant.optional(),
  correction: line(A_NOTE, 1000)
    .regex(/^\d{4}-\d{2}-\d{2}: \S/, { error: expected(A_NOTE) })
    .refine(startsWithDay, { error: expected(A_NOTE) })
    .optional(),
})

export type FrontMatter = z.output<typeof frontMatterSchema>

/** Where values of the front matter stand in the file. */
export type MatterPlaces = { date: number; title: number; aliases: number[]; related: number[] }

/** Every statement of a brief, in the order of the file. */
export const statementsOf = (brief: ParsedBrief): Statement[] => [
  ...brief.intro,
  ...brief.keyPoints,
  ...brief.timeline,
  ...brief.figures,
  ...brief.differences.flatMap(difference => difference.claims),
]

/** Every citation of a brief. */
export const citesOf = (brief: ParsedBrief): Cite[] => [
  ...statementsOf(brief).flatMap(statement => statement.parts.flatMap(part => part.cites)),
  ...brief.quotes.flatMap(quote => quote.cites),
]
