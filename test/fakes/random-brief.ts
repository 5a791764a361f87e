import { composeBrief, type Draft } from '../../src/answer/brief-views.ts'
import type { Card, Run } from '../../src/card/card.ts'
import type { Brief, BriefQuote, Difference, Figure, Statement, TimelineEntry } from '../../src/library/brief.ts'
import { type EdtfDate, parseEdtf } from '../../src/library/edtf.ts'
import type { SourceRecord } from '../../src/library/record.ts'
import { HOSTILE } from './hostile.ts'

/** Numbers that are the same for the same seed. */
type Dice = { below: (limit: number) => number; pick: <T>(from: readonly T[]) => T }

/** mulberry32 */
function createDice(seed: number): Dice {
  let state = seed >>> 0
  const next = (): number => {
    state = (state + 0x6d2b79f5) >>> 0
    let mixed = Math.imul(state ^ (state >>> 15), state | 1)
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61)
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32
  }
  const below = (limit: number) => Math.floor(next() * limit)
  return { below, pick: from => from[below(from.length)] as (typeof from)[number] }
}

/** How many characters briefs have at most, for how many of 1,000. */
const SIZES = [
  { below: 720, size: 1000 },
  { below: 955, size: 4000 },
  { below: 993, size: 12_000 },
  { below: 999, size: 50_000 },
  { below: 1000, size: 200_000 },
]

function anySize(dice: Dice): number {
  const roll = dice.below(1000)
  return dice.below(1 + (SIZES.find(({ below }) => roll < below)?.size ?? 0))
}

/** The brief of a seed: its characters are spread over few or many statements, each of any script and markup. */
export function makeBrief(seed: number): Brief {
  const dice = createDice(seed)
  const text = createWriter(dice, anySize(dice))
  const sources = makeSources(dice, text)
  const many = <T>(most: number, make: () => T): T[] => Array.from({ length: dice.below(most + 1) }, make)
  const statement = (): Statement => makeStatement(dice, text, sources)
  const intro = many(4, statement)
  return {
    name: 'brief',
    collection: 'town',
    date: anyDate(dice),
    matter: {
      title: text.line(150),
      date: '2023-05-03',
      aliases: [],
      topics: many(3, () => text.line(100)),
      related: [],
      reviewed: '2026-11-21',
      status: 'published',
      ...(dice.below(3) === 0 && { review_by: '2026-11-22' }),
      ...(dice.below(3) === 0 && { correction: `2026-11-20: ${text.line(900)}` }),
    },
    at: { date: 0, title: 0, aliases: [], related: [] },
    intro: intro.length > 0 ? intro : [statement()],
    keyPoints: many(12, statement),
    quotes: many(6, () => makeQuote(dice, text, sources)),
    timeline: many(10, (): TimelineEntry => ({ ...statement(), date: anyDate(dice) })),
    figures: many(8, (): Figure => ({ ...statement(), value: text.line(40) })),
    differences: many(3, (): Difference => ({ topic: text.line(200), claims: [statement(), statement()], at: 0 })),
    sources: new Map(sources.map(source => [source.id, source])),
  }
}

const DATES = ['2008', '2022-09', '2023-07-12', '2023-07-11/2023-07-12', '2022-12/2023-01']

const anyDate = (dice: Dice): EdtfDate => parseEdtf(dice.pick(DATES)) as EdtfDate

/** Writes texts until a number of characters is used up; then they are as short as can be. */
type Writer = { line: (most: number) => string; runs: () => Run[] }

const WORDS = [
  'word',
  'sentence.',
  'Ukraine’s',
  'a\u0301e\u0308',
  'Київ',
  'шчо',
  'שלום',
  'مرحبا',
  '日本語',
  '😀👍🏽',
  '🇺🇦',
]

function createWriter(dice: Dice, size: number): Writer {
  let left = size
  const write = (most: number): string => {
    const length = Math.min(most, left, 1 + dice.below(dice.pick([10, 60, 300, most])))
    let words = dice.pick(['x', 'ж', 'ש', '字', dice.pick(HOSTILE)])
    while (words.length < length)
      words += `${dice.below(12) === 0 ? '' : ' '}${dice.pick(dice.below(8) === 0 ? HOSTILE : WORDS)}`
    const cut = words.slice(0, Math.max(1, most)).toWellFormed()
    left = Math.max(0, left - cut.length)
    return cut
  }
  const line = (most: number) => write(most).replace(/\s/g, ' ').trim() || 'x'
  return { line, runs: () => Array.from({ length: 1 + dice.below(4) }, () => makeRun(dice, write)) }
}

function makeRun(dice: Dice, write: (most: number) => string): Run {
  const text = write(dice.pick([40, 400, 4000, 40_000]))
  const words: Run = { kind: 'text', text }
  switch (dice.below(10)) {
    case 0:
      return { kind: 'code', text }
    case 1:
      return { kind: 'emphasis', runs: [words] }
    case 2:
      return { kind: 'strong', runs: [words, { kind: 'emphasis', runs: [{ kind: 'text', text: write(40) }] }] }
    case 3:
      return { kind: 'link', url: anyAddress(dice), runs: [words] }
    default:
      return words
  }
}

const ADDRESSES = [
  'https://example.org/',
  'https://example.org/a_(b)_*c*?d=e&f=%20#g',
  'https://xn--j1ail.example/~user/',
  'http://127.0.0.1:8080/',
  'mailto:ada@example.org',
]

const anyAddress = (dice: Dice): string =>
  dice.below(30) === 0 ? `https://example.org/${'path/'.repeat(dice.below(190))}` : dice.pick(ADDRESSES)

function makeStatement(dice: Dice, text: Writer, sources: SourceRecord[]): Statement {
  const parts = Array.from({ length: 1 + dice.below(3) }, () => ({ runs: text.runs(), cites: anyCites(dice, sources) }))
  return { parts, at: 0, ...(dice.below(10) === 0 && { own: text.line(200) }) }
}

const anyCites = (dice: Dice, sources: SourceRecord[]) =>
  Array.from({ length: dice.below(3) }, () => ({ kind: 'cite' as const, id: dice.pick(sources).id, at: 0 }))

const makeQuote = (dice: Dice, text: Writer, sources: SourceRecord[]): BriefQuote => ({
  paragraphs: Array.from({ length: 1 + dice.below(3) }, text.runs),
  speaker: text.line(120),
  cites: anyCites(dice, sources),
  at: 0,
  ...(dice.below(2) === 0 && { role: text.line(120) }),
  ...(dice.below(2) === 0 && { date: anyDate(dice) }),
  ...(dice.below(3) === 0 && { unverified: text.line(200) }),
})

const makeSources = (dice: Dice, text: Writer): SourceRecord[] =>
  Array.from({ length: 1 + dice.below(dice.pick([2, 5, 40])) }, (_, index) => ({
    id: `source-${index}`,
    title: text.line(300),
    publisher: text.line(120),
    published: dice.pick(DATES),
    language: dice.pick(['en', 'uk', 'he']),
    rendering: dice.pick(['original', 'translation', 'machine translation'] as const),
    sha256: '0'.repeat(64),
    quotations: [],
    numbers: [],
    dates: [],
    ...(dice.below(2) === 0 && { url: anyAddress(dice).replace(/^mailto:.*/, 'https://example.org/') }),
    ...(dice.below(4) === 0 && { note: text.line(500) }),
  }))

const VIEWS = ['overview', 'quotes', 'timeline', 'figures', 'sources'] as const

/** A brief's views as the answering code composes them. */
export const briefCards = (brief: Brief): Card[] =>
  VIEWS.map(
    (view): Draft =>
      composeBrief(brief, view, {
        library: { collections: new Map(), problems: [] },
        now: new Date('2026-11-22T12:00:00Z'),
      }),
  )
