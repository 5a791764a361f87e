import type { Brief } from '../library/brief.ts'
import type { Collection } from '../library/collection.ts'
import type { Library } from '../library/library.ts'
import { isVisibleAt } from '../library/visible.ts'
import { hashesOf, kindOf } from './statements.ts'

/**
 * What a digest has told a destination so far, one row for each time, in any order. The subject is
 * - `nato/vilnius` for a brief, with the hashes of all that it stated then,
 * - `nato/vilnius#QUOTE` for a quote of the day, with the hashes of the quote and of what stands beside it,
 * - `nato/vilnius@…` for what was shown without the brief being told: an entry of its timeline, or the beginning of something that ends
 *   in a later part. Such a row counts for nothing but `isStale`.
 * Among the hashes stands when it was told, as `at:2026-11-22T07:00:00.000Z`, and for the last two for which slot, as `for:…`.
 */
export type Told = { subject: string; hashes: string[] }[]

export type Row = Told[number]

const AT = 'at:'

const FOR = 'for:'

/** When something is told, and for which slot. */
export type Moment = { now: Date; slot: Date }

const rowOf = (subject: string, hashes: string[], now: Date): Row => ({
  subject,
  hashes: [...new Set(hashes), `${AT}${now.toISOString()}`],
})

const forSlot = (slot: Date): string => `${FOR}${slot.toISOString()}`

const subjectOf = (brief: Brief): string => `${brief.collection}/${brief.name}`

/** Everything that a brief states is told. */
export const rowOfBrief = (brief: Brief, now: Date): Row => rowOf(subjectOf(brief), hashesOf(brief), now)

/** A quote is told as the quote of a day. */
export const rowOfQuote = (brief: Brief, quote: string, hash: string, { now, slot }: Moment): Row =>
  rowOf(`${subjectOf(brief)}#${quote}`, [...besides(brief), hash, forSlot(slot)], now)

/** A statement is shown, and its brief is not told by that. */
export const rowOfEntry = (brief: Brief, hash: string, { now, slot }: Moment): Row =>
  rowOf(`${subjectOf(brief)}@${hash.slice(hash.indexOf(':') + 1)}`, [...besides(brief), hash, forSlot(slot)], now)

/** What of a brief stands beside each of its statements: its title, and that it was corrected. */
const besides = (brief: Brief): string[] =>
  hashesOf(brief).filter(hash => ['title', 'correction'].includes(kindOf(hash) ?? ''))

/** The same row for a part that shows only the beginning: nothing is told before the end is. */
export const rowOfBeginning = ({ subject, hashes }: Row): Row => ({
  subject: /[#@]/.test(subject) ? subject.replace('#', '@') : `${subject}@${WHOLE}`,
  hashes: hashes.filter(hash => !hash.startsWith(FOR)),
})

/** No hash is as short. */
const WHOLE = 'all'

const toldAt = ({ hashes }: Row): string => hashes.find(hash => hash.startsWith(AT)) ?? ''

/** The latest row of each subject. */
export type Latest = Map<string, Row>

export function latestOf(told: Told): Latest {
  const latest: Latest = new Map()
  for (const row of told) {
    const before = latest.get(row.subject)
    if (!before || toldAt(before) <= toldAt(row)) latest.set(row.subject, row)
  }
  return latest
}

/** What was shown in a slot already, for what is left of a digest is composed anew when a part of it may not be sent. */
export const shownFor = (slot: Date, latest: Latest): Row[] =>
  [...latest.values()].filter(({ hashes }) => hashes.includes(forSlot(slot)))

/** When each quote was last the quote of a day in a collection, by what stands behind its `#`: a renamed brief's quotes stay the same. */
export function quotesShown(latest: Latest, collection: string): Map<string, string> {
  const shown = new Map<string, string>()
  for (const [subject, row] of latest) {
    const [brief = '', quote] = subject.split('#')
    if (quote === undefined || !brief.startsWith(`${collection}/`)) continue
    if ((shown.get(quote) ?? '') <= toldAt(row)) shown.set(quote, toldAt(row))
  }
  return shown
}

/**
 * The hashes of a brief as it was last told; undefined where it never was. What was told under a former name counts, and where it was
 * told under several, the one that it is nearest to.
 */
export function lastTold(brief: Brief, { briefs }: Collection, latest: Latest): string[] | undefined {
  const names = [brief.name, ...formerNames(brief).filter(name => !briefs.has(name))]
  const rows = [...new Set(names)].flatMap(name => latest.get(`${brief.collection}/${name}`) ?? [])
  if (rows.length < 2) return rows[0]?.hashes
  const now = new Set(hashesOf(brief))
  const apart = ({ hashes }: Row) => now.size + hashes.length - 2 * hashes.filter(hash => now.has(hash)).length
  return rows.toSorted((a, b) => apart(a) - apart(b))[0]?.hashes
}

/** An alias may be written as a title is: `Kyiv visit` for `kyiv-visit`. */
const formerNames = (brief: Brief): string[] =>
  brief.matter.aliases.map(alias => alias.toLowerCase().replace(/[^a-z0-9]+/g, '-'))

/**
 * Whether a part that waits may no longer be sent as it is: a brief that it carries is gone or may not be seen, states something else, or
 * was corrected.
 */
export const isStale = (carries: Told, library: Library, now: Date): boolean =>
  carries.some(row => {
    const brief = findVisible(row.subject, library, now)
    return !brief || differs(row, brief)
  })

function findVisible(subject: string, { collections }: Library, now: Date): Brief | undefined {
  const [collection = '', name = ''] = subject.replace(/[#@].*$/, '').split('/')
  const brief = collections.get(collection)?.briefs.get(name)
  return brief && isVisibleAt(brief, now) ? brief : undefined
}

/** Of what tells a whole brief, everything counts; of what shows a statement, that it still stands and no correction came. */
function differs({ subject, hashes }: Row, brief: Brief): boolean {
  const carried = new Set(hashes.filter(hash => kindOf(hash) !== undefined))
  const stated = new Set(hashesOf(brief))
  const isWhole = !/[#@]/.test(subject) || subject.endsWith(`@${WHOLE}`)
  const come = [...stated].filter(hash => !carried.has(hash) && (isWhole || kindOf(hash) === 'correction'))
  return come.length > 0 || [...carried].some(hash => !stated.has(hash))
}
