import { type EdtfDate, formatEdtf, parseEdtf } from '../library/edtf.ts'

/** The day that an instant falls on in a time zone, as `2026-11-22`. */
export function localDay(at: Date, zone: string): string {
  const { year = '', month = '', day = '' } = partsOf(at, zone)
  return `${year.padStart(4, '0')}-${month}-${day}`
}

/** An instant's time of day in a time zone, as `08:05`. */
export function localTime(at: Date, zone: string): string {
  const { hour, minute } = partsOf(at, zone)
  return `${hour}:${minute}`
}

/** A day for readers: `22 November 2026`. */
export const formatDay = (day: string): string => formatEdtf(parseEdtf(day) as EdtfDate)

function partsOf(at: Date, zone: string): Partial<Record<Intl.DateTimeFormatPartTypes, string>> {
  const format = new Intl.DateTimeFormat('en', {
    timeZone: zone,
    calendar: 'gregory',
    year: 'numeric',
    month: '2-digit',
    day: '2-digit',
    hour: '2-digit',
    minute: '2-digit',
    hourCycle: 'h23',
  })
  return Object.fromEntries(format.formatToParts(at).map(({ type, value }) => [type, value]))
}
