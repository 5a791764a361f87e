import { runsText } from '../card/runs.ts'
import {
  type Brief,
  type BriefQuote,
  citesOf,
  type Figure,
  type ParsedBrief,
  type Statement,
  statementsOf,
} from './brief.ts'
import type { Collection } from './collection.ts'
import { type EdtfDate, parseEdtf } from './edtf.ts'
import type { Cite } from './markdown.ts'
import { type FoundNumber, findNumbers } from './number.ts'
import type { Fault } from './problem.ts'
import type { SourceRecord } from './record.ts'
import { suggest } from './similar.ts'
import type { SpokenDate } from './spoken-date.ts'
import { claimsOf, endsOf, holdsDate, holdsNumber } from './verify-fact.ts'
import { whyUnverified } from './verify-quote.ts'

/** What a brief is held against. */
export type Ground = Pick<Collection, 'name' | 'language' | 'spellings'> & { records: Map<string, SourceRecord> }

/** Holds a brief against the records of its sources: every quote, figure, number and date. The brief only when nothing is wrong. */
export function validateBrief(parsed: ParsedBrief, ground: Ground): { brief?: Brief; faults: Fault[] } {
  const faults = [
    ...citesOf(parsed).flatMap(cite => checkCite(cite, ground)),
    ...statementsOf(parsed).flatMap(statement => checkStatement(statement, ground)),
    ...parsed.timeline.filter(isHeldTo).flatMap(entry => checkDate(entry.date, citesIn(entry), entry.at, ground)),
    ...parsed.figures.flatMap(figure => checkFigure(figure, ground)),
    ...parsed.quotes.flatMap(quote => checkQuote(quote, ground)),
  ]
  const date = parseEdtf(parsed.matter.date) as EdtfDate
  if (faults.length > 0) return { faults }
  const late = checkDate(date, citesOf(parsed), 0, ground)
  if (late.length > 0) return { faults: late }
  return { brief: { ...parsed, collection: ground.name, date, sources: sourcesOf(parsed, ground) }, faults }
}

const citesIn = (statement: Statement): Cite[] => statement.parts.flatMap(part => part.cites)

const isHeldTo = (statement: Statement): boolean => statement.own === undefined

function sourcesOf(parsed: ParsedBrief, { records }: Ground): Map<string, SourceRecord> {
  return new Map(citesOf(parsed).map(({ id }) => [id, records.get(id) as SourceRecord]))
}

function checkCite({ id, at }: Cite, { records }: Ground): Fault[] {
  return records.has(id) ? [] : [{ at, message: `Unknown source [@${id}]. ${suggest(id, [...records.keys()])}` }]
}

function checkStatement(statement: Statement, ground: Ground): Fault[] {
  const cites = citesIn(statement)
  const text = runsText(statement.parts.flatMap(part => [...part.runs, { kind: 'text' as const, text: ' ' }]))
  if (text.trim() === '') return [{ at: statement.at, message: 'Expected a sentence before the citation.' }]
  if (cites.length === 0)
    return [
      { at: statement.at, message: 'Nothing is cited here. Write the source behind it, such as [@press-conference].' },
    ]
  if (!isHeldTo(statement)) return []
  const { dates, numbers } = claimsOf(text, ground.language)
  return [
    ...dates.flatMap(date => checkHeld(date.text, record => holdsDate(record, date), cites, statement.at, ground)),
    ...numbers.flatMap(number => checkNumber(number, cites, statement.at, ground)),
  ]
}

function checkFigure(figure: Figure, ground: Ground): Fault[] {
  const numbers = findNumbers(figure.value)
  const [number] = numbers
  if (!number || numbers.length > 1) {
    const message = `Expected one number in the figure, such as 31, 68% or 2.4 billion euros, got "${figure.value}".`
    return [{ at: figure.at, message }]
  }
  return isHeldTo(figure) ? checkNumber(number, citesIn(figure), figure.at, ground) : []
}

function checkNumber(number: FoundNumber, cites: Cite[], at: number, ground: Ground): Fault[] {
  const faults = checkHeld(number.text, record => holdsNumber(record, number), cites, at, ground)
  return faults.map(fault => ({ ...fault, message: `${fault.message}${nearNumber(number, cites, ground)}` }))
}

function nearNumber(number: FoundNumber, cites: Cite[], { records }: Ground): string {
  const held = cites.flatMap(({ id }) => records.get(id)?.numbers ?? [])
  const near =
    held.find(one => one.value === number.value) ??
    held.find(one => one.value.slice(0, 2) === number.value.slice(0, 2) && one.unit === number.unit)
  return near ? ` They hold “${near.text}”.` : ''
}

const checkDate = (date: EdtfDate, cites: Cite[], at: number, ground: Ground): Fault[] =>
  endsOf(date).flatMap((end: SpokenDate) => checkHeld(end.text, record => holdsDate(record, end), cites, at, ground))

/** Unknown sources are reported elsewhere; beside them nothing can be held against anything. */
function checkHeld(
  text: string,
  holds: (record: SourceRecord) => boolean,
  cites: Cite[],
  at: number,
  { records }: Ground,
): Fault[] {
  const cited = cites.map(({ id }) => records.get(id))
  if (cited.some(record => record === undefined || holds(record))) return []
  const ids = [...new Set(cites.map(({ id }) => `[@${id}]`))].join(', ')
  return [
    {
      at,
      message: `No source cited here holds “${text}”: ${ids || 'none is cited'}. Write it as the source has it, or mark it (own: why).`,
    },
  ]
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
  return quote.date ? [...faults, ...checkDate(quote.date, quote.cites, quote.at, ground)] : faults
}
