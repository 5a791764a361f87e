/**
 * A date as editors write it: the part of EDTF (ISO 8601-2) that news needs, `2008`, `2022-09`, `2023-07-12` or `start/end`.
 * `from` and `to` are the first and the last day that it covers, as `2023-07-12`.
 */
export type EdtfDate = { text: string; from: string; to: string }

/** Reads an EDTF date; undefined where the text is none, or a day that no calendar has, or an interval that runs backwards. */
export function parseEdtf(text: string): EdtfDate | undefined {
  const [start, end, ...more] = text.split('/').map(parseSingle)
  if (!start || more.length > 0 || (text.includes('/') && !end)) return undefined
  const to = end?.to ?? start.to
  return to < start.from ? undefined : { text, from: start.from, to }
}

function parseSingle(text: string): { from: string; to: string } | undefined {
  const match = /^(\d{4})(?:-(\d{2})(?:-(\d{2}))?)?$/.exec(text)
  if (!match) return undefined
  const [, year, month, day] = match
  if (month === undefined) return { from: `${year}-01-01`, to: `${year}-12-31` }
  if (Number(month) < 1 || Number(month) > 12) return undefined
  const last = daysInMonth(Number(year), Number(month))
  if (day === undefined) return { from: `${year}-${month}-01`, to: `${year}-${month}-${last}` }
  return Number(day) < 1 || Number(day) > last ? undefined : { from: text, to: text }
}

const daysInMonth = (year: number, month: number): number =>
  new Date(Date.UTC(2000 + (year % 400), month, 0)).getUTCDate()

/** Whether two dates share a day. */
export const overlaps = (a: EdtfDate, b: EdtfDate): boolean => a.from <= b.to && b.from <= a.to

const MONTHS = 'January February March April May June July August September October November December'.split(' ')

/** A date for readers: `12 July 2023`, `11–12 July 2023`, `September 2022`, `2008`. */
export function formatEdtf(date: EdtfDate): string {
  const [start = '', end] = date.text.split('/')
  if (end === undefined || end === start) return formatSingle(start)
  const [a, b] = [start.split('-'), end.split('-')]
  const sameYear = a[0] === b[0]
  if (sameYear && a[1] === b[1] && a[2] && b[2]) return `${Number(a[2])}–${formatSingle(end)}`
  const first = formatSingle(start)
  return `${sameYear && a.length > 1 && b.length > 1 ? first.slice(0, -5) : first} – ${formatSingle(end)}`
}

function formatSingle(text: string): string {
  const [year, month, day] = text.split('-')
  if (!month) return `${year}`
  const name = MONTHS[Number(month) - 1]
  return day ? `${Number(day)} ${name} ${year}` : `${name} ${year}`
}
