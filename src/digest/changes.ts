import type { Brief } from '../library/brief.ts'
import { type Kind, kindOf, type Stated, statedIn } from './statements.ts'

/** How a brief differs from what was told of it: what it states beside that, in order, and the sentence that says so. */
export type Change = { added: Stated[]; summary: string }

/** What changed of a brief since its statements had these hashes; undefined where nothing did. */
export function changeOf(brief: Brief, told: string[]): Change | undefined {
  const stated = statedIn(brief)
  const before = new Set(told.filter(hash => kindOf(hash) !== undefined))
  const now = new Set(stated.map(({ hash }) => hash))
  const added = stated.filter(({ hash }) => !before.has(hash))
  const removed = [...before].filter(hash => !now.has(hash))
  if (added.length + removed.length === 0) return undefined
  return { added, summary: summarise(tally(added, removed)) }
}

/** How many of each kind are there that were not, and were there that are not. */
type Tally = (kind: Kind) => { added: number; removed: number }

const tally =
  (added: Stated[], removed: string[]): Tally =>
  kind => ({
    added: new Set(added.flatMap(stated => (stated.kind === kind ? stated.hash : []))).size,
    removed: removed.filter(hash => kindOf(hash) === kind).length,
  })

/** `2 key points added, 1 quote; 1 figure changed.` A statement that went and another of its kind that came count as one that changed. */
function summarise(count: Tally): string {
  const all = COUNTED.map(kind => ({ kind, ...count(kind) }))
  const phrases = [
    ...correctionPhrase(count('correction')),
    phraseOf('added', all, ({ added, removed }) => added - removed),
    phraseOf('changed', all, ({ added, removed }) => Math.min(added, removed)),
    phraseOf('removed', all, ({ added, removed }) => removed - added),
    count('title').added > 0 ? 'a new title' : '',
    count('date').added > 0 ? 'another date' : '',
  ].filter(phrase => phrase !== '')
  const words = phrases.join('; ')
  return `${words.charAt(0).toUpperCase()}${words.slice(1)}.`
}

function correctionPhrase({ added, removed }: { added: number; removed: number }): string[] {
  if (added > 0) return ['a correction']
  return removed > 0 ? ['the note of a correction removed'] : []
}

/** The first names the verb, the others go without. */
function phraseOf<T extends { kind: CountedKind }>(verb: string, all: T[], countOf: (one: T) => number): string {
  return all
    .filter(one => countOf(one) > 0)
    .map((one, index) => `${countKind(countOf(one), one.kind)}${index === 0 ? ` ${verb}` : ''}`)
    .join(', ')
}

type CountedKind = Exclude<Kind, 'title' | 'date' | 'correction'>

const COUNTED = ['paragraph', 'key point', 'quote', 'entry', 'figure', 'claim'] as const satisfies CountedKind[]

const NOUNS: Record<CountedKind, [one: string, many: string]> = {
  paragraph: ['paragraph of the introduction', 'paragraphs of the introduction'],
  'key point': ['key point', 'key points'],
  quote: ['quote', 'quotes'],
  entry: ['timeline entry', 'timeline entries'],
  figure: ['figure', 'figures'],
  claim: ['claim where sources differ', 'claims where sources differ'],
}

const countKind = (count: number, kind: CountedKind): string => `${count} ${NOUNS[kind][count === 1 ? 0 : 1]}`

/** What a brief holds behind its introduction: `13 key points, 6 quotes`; empty where it holds nothing more. */
export function contentsLine(brief: Brief): string {
  const stated = statedIn(brief)
  return COUNTED.filter(kind => kind !== 'paragraph')
    .map(kind => ({ kind, count: stated.filter(one => one.kind === kind).length }))
    .filter(({ count }) => count > 0)
    .map(({ kind, count }) => countKind(count, kind))
    .join(', ')
}
