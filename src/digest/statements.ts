import { hash } from 'node:crypto'
import { runsWithUrls } from '../card/plain-text.ts'
import type { Brief, BriefQuote, Figure, Statement, TimelineEntry } from '../library/brief.ts'
import type { Cite } from '../library/markdown.ts'

/** Something that a brief states, with the hash by which it is known again. Each hash begins with the letter of its kind. */
export type Stated = { hash: string } & Content

type Content =
  | { kind: 'title' | 'date' | 'correction'; words: string }
  | { kind: 'paragraph' | 'key point'; statement: Statement }
  | { kind: 'quote'; quote: BriefQuote }
  | { kind: 'entry'; entry: TimelineEntry }
  | { kind: 'figure'; figure: Figure }
  | { kind: 'claim'; topic: string; statement: Statement }

export type Kind = Content['kind']

const LETTERS: Record<Kind, string> = {
  title: 'm',
  date: 'w',
  correction: 'c',
  paragraph: 'i',
  'key point': 'k',
  quote: 'q',
  entry: 't',
  figure: 'f',
  claim: 'd',
}

/** The kind of what a hash stands for; undefined where it is no hash of a statement. */
export const kindOf = (hash: string): Kind | undefined => KINDS.get(hash.slice(0, hash.indexOf(':')))

const KINDS = new Map(Object.entries(LETTERS).map(([kind, letter]) => [letter, kind as Kind]))

/** A brief never changes: a new version of it is another one. */
const known = new WeakMap<Brief, Stated[]>()

/**
 * All that a brief tells its readers, in the order of its file: what is not among it, such as `reviewed`, `owner`, topics, emphasis and
 * white space, makes no brief an updated one.
 */
export function statedIn(brief: Brief): Stated[] {
  const stated = known.get(brief) ?? contentsOf(brief).map(content => ({ ...content, hash: hashOf(content) }))
  known.set(brief, stated)
  return stated
}

export const hashesOf = (brief: Brief): string[] => statedIn(brief).map(stated => stated.hash)

function contentsOf(brief: Brief): Content[] {
  const { title, correction } = brief.matter
  return [
    { kind: 'title', words: title },
    { kind: 'date', words: brief.date.text },
    ...(correction === undefined ? [] : [{ kind: 'correction' as const, words: correction }]),
    ...brief.intro.map((statement): Content => ({ kind: 'paragraph', statement })),
    ...brief.keyPoints.map((statement): Content => ({ kind: 'key point', statement })),
    ...brief.quotes.map((quote): Content => ({ kind: 'quote', quote })),
    ...brief.timeline.map((entry): Content => ({ kind: 'entry', entry })),
    ...brief.figures.map((figure): Content => ({ kind: 'figure', figure })),
    ...brief.differences.flatMap(({ topic, claims }) =>
      claims.map((statement): Content => ({ kind: 'claim', topic, statement })),
    ),
  ]
}

const hashOf = (content: Content): string =>
  `${LETTERS[content.kind]}:${shortHash(JSON.stringify(tokensOf(content), plainSpaces))}`

/** 96 bits: two statements of one brief never meet. */
export const shortHash = (text: string): string => hash('sha256', text, 'base64url').slice(0, 16)

const plainSpaces = (_: string, value: unknown): unknown =>
  typeof value === 'string' ? value.replace(/\s+/g, ' ').trim() : value

/** What makes a statement another one: its words, the addresses of its links, what it cites, how it was checked. */
function tokensOf(content: Content): unknown[] {
  switch (content.kind) {
    case 'title':
    case 'date':
    case 'correction':
      return [content.words]
    case 'paragraph':
    case 'key point':
      return tokensOfStatement(content.statement)
    case 'quote':
      return tokensOfQuote(content.quote)
    case 'entry':
      return [content.entry.date.text, ...tokensOfStatement(content.entry)]
    case 'figure':
      return [content.figure.value, ...tokensOfStatement(content.figure)]
    case 'claim':
      return [content.topic, ...tokensOfStatement(content.statement)]
    default:
      return content satisfies never
  }
}

const tokensOfStatement = ({ parts, own }: Statement): unknown[] => [
  own ?? null,
  ...parts.map(({ runs, cites }) => [runsWithUrls(runs), idsOf(cites)]),
]

const tokensOfQuote = ({ paragraphs, speaker, role, date, cites, unverified }: BriefQuote): unknown[] => [
  paragraphs.map(runsWithUrls),
  speaker,
  role ?? null,
  date?.text ?? null,
  idsOf(cites),
  unverified ?? null,
]

const idsOf = (cites: Cite[]): string[] => cites.map(({ id }) => id).toSorted()
