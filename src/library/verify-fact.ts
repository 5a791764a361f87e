import { type EdtfDate, parseEdtf } from './edtf.ts'
import { type FoundNumber, findNumbers, sameNumber } from './number.ts'
import { overlap, type SourceRecord } from './record.ts'
import { edtfText, findDates, type SpokenDate } from './spoken-date.ts'

/** Whether a record's source holds a number: the same value with the same `%`, currency or name. */
export const holdsNumber = (record: SourceRecord, number: FoundNumber): boolean =>
  record.numbers.some(held => sameNumber(held, number))

/**
 * Whether a record's source holds a date. It does when it names that day; that day and month without a year, and it is the one
 * nearest to the source's own date; its weekday within a week of the source's own date; or is itself of that date. A month or a year
 * is held when the source names it or a day in it.
 */
export function holdsDate(record: SourceRecord, date: SpokenDate): boolean {
  if (date.weekday !== undefined) return record.dates.some(held => weekdayOf(held) === date.weekday)
  const published = parseEdtf(record.published) as EdtfDate
  return (
    isOwnDate(record.published, date) ||
    record.dates.some(held => agrees(held, date, published)) ||
    holdsYear(record, date)
  )
}

function agrees(held: SpokenDate, date: SpokenDate, published: EdtfDate): boolean {
  if (held.weekday !== undefined) return held.weekday === weekdayOf(date) && isWithin(WEEK_MS, date, published)
  if (held.year === undefined && date.year !== undefined && !isWithin(HALF_YEAR_MS, date, published)) return false
  if (held.year !== undefined && date.year !== undefined && held.year !== date.year) return false
  if (date.month !== undefined && held.month !== date.month) return false
  return date.day === undefined
    ? date.year === undefined || held.year !== undefined || held.month !== undefined
    : held.day === date.day
}

/** A bare year may stand in a source as a plain number, as in “the late 2000s”. */
const holdsYear = (record: SourceRecord, date: SpokenDate): boolean =>
  date.year !== undefined && date.month === undefined && record.numbers.some(held => held.value === String(date.year))

const isOwnDate = (published: string, date: SpokenDate): boolean =>
  date.year !== undefined && published.split('/').some(own => own.startsWith(edtfText(date)) || own === edtfText(date))

const WEEK_MS = 7 * 86_400_000

/** Within it, a day is the one of its day and month that is nearest. */
const HALF_YEAR_MS = 183 * 86_400_000

/** Whether a date is no further than a span from the source's own. */
function isWithin(spanMs: number, date: SpokenDate, published: EdtfDate): boolean {
  const instant = Date.parse(edtfText(date))
  return instant >= Date.parse(published.from) - spanMs && instant <= Date.parse(published.to) + spanMs
}

/** 1 (Monday) to 7; undefined where the date is no full day. */
function weekdayOf(date: SpokenDate): number | undefined {
  if (date.weekday !== undefined) return date.weekday
  if (date.year === undefined || date.month === undefined || date.day === undefined) return undefined
  return new Date(`${edtfText(date)}T00:00:00Z`).getUTCDay() || 7
}

/** Both ends of an editor's date, as dates that a source can hold. */
export const endsOf = (date: EdtfDate): SpokenDate[] =>
  date.text.split('/').map(end => {
    const [year, month, day] = end.split('-').map(Number)
    return { text: end, from: 0, to: end.length, year: year as number, ...(month && { month }), ...(day && { day }) }
  })

/**
 * What a statement claims that its sources must hold: its dates, and the numbers that are no part of one. In words, numbers below ten
 * without a unit are left to the editor: “in two parts” is how one writes, not what was measured.
 */
export function claimsOf(text: string, language: string): { dates: SpokenDate[]; numbers: FoundNumber[] } {
  const dates = findDates(text, language)
  return {
    dates,
    numbers: (NUMBER_HINT.test(text) ? findNumbers(text) : []).filter(
      number => isMeasured(number) && !dates.some(date => overlap(date, number)),
    ),
  }
}

const isMeasured = ({ digits, unit, value }: FoundNumber): boolean =>
  digits || unit !== undefined || Number(value) >= 10

/** Matches every text with a number that is measured, and is faster on the many without. */
const NUMBER_HINT =
  /\p{Nd}|(?:ten|tenth|eleven|eleventh|twelve|twelfth|dozens?|hundreds?|hundredth|thousands?|thousandth|illions?|illionth|teen|teenth|ty|tieth|half)(?!\p{L})|per ?cent|pct|euro|dollar|ro?uble|pound|yen|franc|hryvnia|met(?:er|re)|kilo|tonn?e?/iu
