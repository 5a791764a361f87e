import type { Schedule } from '../digest.ts'
import { formatDay, localDay, localTime } from '../local-day.ts'
import { offsetAt, zoneFault } from '../zone.ts'

/** Days of the week as bits, Sunday the lowest, and a time of the day in minutes. */
export type Times = { days: number; minutes: number }

export const EVERY_DAY = 127
export const WEEKDAYS = 62
export const WEEKEND = 65

export const DAYS = ['Sunday', 'Monday', 'Tuesday', 'Wednesday', 'Thursday', 'Friday', 'Saturday']

/** As people read a week. */
export const WEEK = [1, 2, 3, 4, 5, 6, 0]

const daysIn = (days: number): number[] => WEEK.filter(day => days & (1 << day))

export const writeCron = ({ days, minutes }: Times): string =>
  `${minutes % 60} ${Math.floor(minutes / 60)} * * ${fieldOf(days)}`

const fieldOf = (days: number): string =>
  days === EVERY_DAY ? '*' : days === WEEKDAYS ? '1-5' : daysIn(days).toSorted().join(',')

/** The days and the time of an expression that `writeCron` could have written; others have more to them. */
export function readCron(cron: string): Times | undefined {
  const [, minute, hour, field = ''] = /^(\d\d?) (\d\d?) \* \* (\*|1-5|[0-6](?:,[0-6])*)$/.exec(cron) ?? []
  if (minute === undefined) return undefined
  const minutes = Number(hour) * 60 + Number(minute)
  if (field === '*') return { days: EVERY_DAY, minutes }
  if (field === '1-5') return { days: WEEKDAYS, minutes }
  return { days: field.split(',').reduce((days, day) => days | (1 << Number(day)), 0), minutes }
}

/** Why neither the days nor the time of a schedule can be changed alone, where its expression says more than both. */
export const partFault = ({ cron }: Pick<Schedule, 'cron'>): string | undefined =>
  readCron(cron)
    ? undefined
    : `It is posted by the cron expression ${cron}, whose days and times can’t be changed apart. Write both, such as weekdays 08:30, or another expression in quotation marks.`

/** `08:30` of minutes. */
export const sayTime = (minutes: number): string =>
  `${String(Math.floor(minutes / 60)).padStart(2, '0')}:${String(minutes % 60).padStart(2, '0')}`

/** Minutes of `8:30`, `08.30`, `8am`, `8:30 pm` or `0830`; NaN where it has the form and no clock shows it, undefined where it has not. */
export function readTime(text: string): number | undefined {
  const [, hour, minute = '0', half] =
    /^(\d{1,2})[:.h](\d{2})\s*([ap]m)?$/i.exec(text) ??
    /^(\d{2})(\d{2})$/.exec(text) ??
    /^(\d{1,2})()\s*([ap]m)$/i.exec(text) ??
    []
  if (hour === undefined) return undefined
  const isWrong = Number(minute) > 59 || (half ? Number(hour) < 1 || Number(hour) > 12 : Number(hour) > 23)
  if (isWrong) return Number.NaN
  const twelve = half ? Number(hour) % 12 : Number(hour)
  return (half?.toLowerCase() === 'pm' ? twelve + 12 : twelve) * 60 + Number(minute)
}

export function sayDays(days: number): string {
  if (days === EVERY_DAY) return 'every day'
  if (days === WEEKDAYS) return 'on weekdays'
  if (days === WEEKEND) return 'at weekends'
  return `on ${joined(daysIn(days).map(day => `${DAYS[day]}s`))}`
}

const joined = (words: string[]): string =>
  words.length > 1 ? `${words.slice(0, -1).join(', ')} and ${words.at(-1)}` : words.join('')

/** A schedule as a reader says it: `on weekdays at 08:30, Europe/Brussels`. */
export const saySchedule = ({ cron, zone }: Pick<Schedule, 'cron' | 'zone'>): string => `${sayTimes({ cron })}, ${zone}`

/** The same without its zone. */
export function sayTimes({ cron }: Pick<Schedule, 'cron'>): string {
  const times = readCron(cron)
  return times ? `${sayDays(times.days)} at ${sayTime(times.minutes)}` : `by the cron expression ${cron}`
}

/** An instant as the clocks of a zone show it: `Monday, 23 November 2026, 08:30 (UTC+01:00)`. */
export function sayRun(at: Date, zone: string): string {
  const weekday = new Intl.DateTimeFormat('en', { timeZone: zone, weekday: 'long' }).format(at)
  return `${weekday}, ${formatDay(localDay(at, zone))}, ${localTime(at, zone)} (${sayOffset(zone, at)})`
}

/** How far a zone is ahead of UTC: `UTC+01:00`. */
export function sayOffset(zone: string, at: Date): string {
  const minutes = Math.round(offsetAt(zone, at.getTime()) / 60_000)
  return `UTC${minutes < 0 ? '-' : '+'}${sayTime(Math.abs(minutes))}`
}

/** A zone and how its clocks stand: `Europe/Brussels (UTC+01:00 now)`. */
export const sayZone = (zone: string, now: Date): string =>
  zoneFault(zone) === undefined ? `${zone} (${sayOffset(zone, now)} now)` : `${zone} (no time zone that is known)`

/** A zone to tell instants in: UTC where it is none. */
export const knownZone = (zone: string): string => (zoneFault(zone) === undefined ? zone : 'UTC')
