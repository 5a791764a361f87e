import { runsText } from '../card/runs.ts'
import {
  type Brief,
  type BriefQuote,
  citesOf,
  type Difference,
  type Figure,
  type ParsedBrief,
  type Statement,
  statementsOf,
  type TimelineEntry,
} from './brief.ts'
import type { Collection } from './collection.ts'
import { type EdtfDate, parseEdtf } from './edtf.ts'
import type { Cite } from './markdown.ts'
import { type FoundNumber, findNumbers } from './number.ts'
import type { Fault } from './problem.ts'
import { findQuotations } from './quotation.ts'
import type { SourceRecord } from './record.ts'
import { suggest } from './similar.ts'
import type { SpokenDate } from './spoken-date.ts'
import { claimsOf, endsOf, holdsDate, holdsNumber } from './verify-fact.ts'
import { holdsWords, whyUnverified } from './verify-quote.ts'

/** What a brief is held against. */
export type Ground = Pick<Collection, 'name' | 'language' | 'spellings'> & {
  records: Map<string, SourceRecord>
  /** The ids of records that are there and can't be read. */
  unreadable: Set<string>
}

/**
 * Holds a brief against the records of its sources: every quote, figure, number and date. The brief only when nothing is wrong and
 * each record can be read; one that can't be is a problem of its own, and no fault of the brief.
 */
export function validateBrief(parsed: ParsedBrief, ground: Ground): { brief?: Brief; faults: Fault[] } {
  const date = parseEdtf(parsed.matter.date) as EdtfDate
  const cites = citesOf(parsed)
  const faults = [
    ...cites.flatMap(cite => checkCite(cite, ground)),
    ...statementsOf(parsed).flatMap(statement => checkStatement(statement, ground)),
    ...parsed.timeline.filter(isHeldTo).flatMap(entry => checkEntry(entry, ground)),
    ...parsed.figures.flatMap(figure => checkFigure(figure, ground)),
    ...parsed.differences.flatMap(difference => checkTopic(difference, ground)),
    ...parsed.quotes.flatMap(quote => checkQuote(quote, ground)),
  ]
  if (faults.length > 0) return { faults }
  const late = checkDate(
    date,
    { cites, at: parsed.at.date, where: 'cited in the brief', advice: AS_THE_SOURCE },
    ground,
  )
  if (late.length > 0 || cites.some(({ id }) => !ground.records.has(id))) return { faults: late }
  return { brief: { ...parsed, collection: ground.name, date, sources: sourcesOf(parsed, ground) }, faults }
}

const citesIn = (statement: Statement): Cite[] => statement.parts.flatMap(part => part.cites)

const isHeldTo = (statement: Statement): boolean => statement.own === undefined

function sourcesOf(parsed: ParsedBrief, { records }: Ground): Map<string, SourceRecord> {
  return new Map(citesOf(parsed).map(({ id }) => [id, records.get(id) as SourceRecord]))
}

function checkCite({ id, at }: Cite, { records, unreadable }: Ground): Fault[] {
  return records.has(id) || unreadable.has(id)
    ? []
    : [{ at, message: `Unknown source [@${id}]. ${suggest(id, [...records.keys()])}` }]
}

function checkStatement(statement: Statement, ground: Ground): Fault[] {
  const cites = citesIn(statement)
  const text = runsText(statement.parts.flatMap(part => [...part.runs, { kind: 'text' as const, text: ' ' }]))
  if (text.trim() === '') return [{ at: statement.at, message: 'Expected a sentence before the citation.' }]
  if (cites.length === 0)
    return [
      { at: statement.at, message: 'Nothing is cited here. Write the source behind it, such as [@press-conference].' },
    ]
  return isHeldTo(statement) ? checkClaims(text, claimOf(statement), ground) : []
}

/** What a text claims: the sources that must hold it, where it stands, and what to do where they don't. */
type Claim = { cites: Cite[]; at: number; where: string; advice: string }

const AS_THE_SOURCE = 'Write it as the source has it.'

const claimOf = (statement: Statement): Claim => ({
  cites: citesIn(statement),
  at: statement.at,
  where: 'cited here',
  advice: 'Write it as the source has it, or mark it (own: why).',
})

function checkClaims(text: string, claim: Claim, ground: Ground): Fault[] {
  const { dates, numbers } = claimsOf(text, ground.language)
  return [
    ...findQuotations(text).flatMap(quotation =>
      checkHeld(quotation.text, record => holdsWords(record, quotation.text), claim, ground),
    ),
    ...dates.flatMap(date => checkHeld(date.text, record => holdsDate(record, date), claim, ground)),
    ...numbers.flatMap(number => checkNumber(number, claim, ground)),
  ]
}

const checkEntry = (entry: TimelineEntry, ground: Ground): Fault[] => checkDate(entry.date, claimOf(entry), ground)

/** A topic cites nothing itself: the sources of its claims hold its numbers and dates. */
function checkTopic({ topic, claims, at }: Difference, ground: Ground): Fault[] {
  return checkClaims(topic, { cites: claims.flatMap(citesIn), at, where: 'cited below', advice: AS_THE_SOURCE }, ground)
}

function checkFigure(figure: Figure, ground: Ground): Fault[] {
  const numbers = findNumbers(figure.value)
  const [number] = numbers
  if (!number || numbers.length > 1) {
    const message = `Expected one number in the figure, such as 31, 68% or 2.4 billion euros, got "${figure.value}".`
    return [{ at: figure.at, message }]
  }
  return isHeldTo(figure) ? checkNumber(number, claimOf(figure), ground) : []
}

function checkNumber(number: FoundNumber, claim: Claim, ground: Ground): Fault[] {
  const faults = checkHeld(number.text, record => holdsNumber(record, number), claim, ground)
  return faults.map(fault => ({ ...fault, message: `${fault.message}${nearNumber(number, claim.cites, ground)}` }))
}

function nearNumber(number: FoundNumber, cites: Cite[], { records }: Ground): string {
  const held = cites.flatMap(({ id }) => records.get(id)?.numbers ?? [])
  const near =
    held.find(one => one.value === number.value) ??
    held.find(one => one.value.slice(0, 2) === number.value.slice(0, 2) && one.unit === number.unit)
  return near ? ` They hold “${near.text}”.` : ''
}

const checkDate = (date: EdtfDate, claim: Claim, ground: Ground): Fault[] =>
  endsOf(date).flatMap((end: SpokenDate) => checkHeld(end.text, record => holdsDate(record, end), claim, ground))

/** Unknown sources are reported elsewhere; beside them nothing can be held against anything. */
function checkHeld(
  text: string,
  holds: (record: SourceRecord) => boolean,
  { cites, at, where, advice }: Claim,
  { records }: Ground,
): Fault[] {
  const cited = cites.map(({ id }) => records.get(id))
  if (cited.some(record => record === undefined || holds(record))) return []
  const ids = [...new Set(cites.map(({ id }) => `[@${id}]`))].join(', ')
  return [{ at, message: `No source ${where} holds “${text}”: ${ids || 'none is cited'}. ${advice}` }]
}

function checkQuote(quote: BriefQuote, ground: Ground): Fault[] {
  if (quote.cites.length === 0) {
    return [
      {
        at: quote.at,
        message: 'Nothing is cited here. Write the source at the end of the attribution, such as [@press-conference].',
      },
    ]
  }
  if (quote.unverified !== undefined) return []
  const words = quote.paragraphs.map(runsText).join('\n')
  const reasons = quote.cites.flatMap(({ id }) => {
    const record = ground.records.get(id)
    return (record && whyUnverified(words, quote.speaker, record, ground.spellings)) ?? []
  })
  const faults = reasons.map(reason => ({ at: quote.at, message: `Can't verify the quote: ${reason}` }))
  if (!quote.date) return faults
  const advice = 'Write the date as the source has it, or leave it out.'
  return [
    ...faults,
    ...checkDate(quote.date, { cites: quote.cites, at: quote.at, where: 'cited here', advice }, ground),
  ]
}
