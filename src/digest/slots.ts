import { Cron } from 'croner'
import type { Schedule } from './digest.ts'
import { stretchesFrom, zoneFault } from './zone.ts'

/** A slot that is decided later than this after it was due was missed, and is marked as delayed. */
export const ON_TIME_MS = 120_000

/** As many missed slots are recorded one by one; of more, the oldest are only counted. */
const MOST_MISSED = 1000

const DAY_MS = 86_400_000

/**
 * What becomes of the slots since the last look: at most one is posted, the others were missed. A cursor `isAhead` where the clock was
 * wrong by days: nothing would be posted until then, so the schedule has to start from now.
 */
export type Decision = { due?: { at: Date; isDelayed: boolean }; missed: Date[]; uncounted: number; isAhead?: true }

/**
 * Decides the slots after `cursor` and up to `now`. Of several that nobody was there for only the latest is posted, as delayed, where the
 * schedule asks for that and it is not too late. A clock that steps back decides nothing anew.
 */
export function decideSlots(
  { missed: { policy, withinMs }, ...schedule }: Schedule,
  cursor: Date,
  now: Date,
): Decision {
  if (cursor.getTime() - now.getTime() > DAY_MS) return { missed: [], uncounted: 0, isAhead: true }
  const { newest, more } = newestSlots(schedule, cursor, now)
  const latest = newest.at(-1)
  if (!latest) return { missed: [], uncounted: 0 }
  const lateMs = now.getTime() - latest.getTime()
  const isDelayed = lateMs > ON_TIME_MS
  const isDue = !isDelayed || (policy === 'latest' && lateMs <= withinMs)
  const missed = isDue ? newest.slice(0, -1) : newest
  return {
    ...(isDue && { due: { at: latest, isDelayed } }),
    missed: missed.slice(-MOST_MISSED),
    uncounted: more + Math.max(0, missed.length - MOST_MISSED),
  }
}

/** The last slots of a time, as many as may be needed, and how many more there were. */
function newestSlots(times: Times, after: Date, until: Date): { newest: Date[]; more: number } {
  let newest: Date[] = []
  let more = 0
  for (const slot of slotsAfter(times, after)) {
    if (slot > until) break
    newest.push(slot)
    if (newest.length <= 2 * MOST_MISSED) continue
    more += newest.length - MOST_MISSED - 1
    newest = newest.slice(-MOST_MISSED - 1)
  }
  return { newest, more }
}

type Times = Pick<Schedule, 'cron' | 'zone'>

/** The slots after one instant and up to another. */
export function slotsBetween(times: Times, after: Date, until: Date): Date[] {
  const slots: Date[] = []
  for (const slot of slotsAfter(times, after)) {
    if (slot > until) break
    slots.push(slot)
  }
  return slots
}

/** The next slots after an instant, at most so many. */
export const nextSlots = (times: Times, after: Date, count: number): Date[] =>
  slotsAfter(times, after).take(count).toArray()

/**
 * All slots after an instant. A time in the gap of a clock change is the first instant after the gap; one that comes twice counts the first
 * time; wildcards and steps run on. croner only tells what the clocks show, as if they were UTC's: its own reckoning in a zone drops a time
 * whose gap ends on the next day (23:30 in Nuuk and Ittoqqortoormiit, once a year), and takes ten times as long.
 */
function* slotsAfter({ cron, zone }: Times, after: Date): Generator<Date, void> {
  const showing = createFace(cron)
  const isFixed = hasFixedTimes(cron)
  const from = after.getTime()
  let shown = latestShown(zone, from)
  let last = from
  for (const { start, end, offsetMs } of stretchesFrom(zone, from)) {
    const stop = end + offsetMs
    let time = showing(isFixed ? shown : start + offsetMs)
    for (; time < stop; time = showing(time + 1)) {
      const slot = Math.max(start, time - offsetMs)
      if (slot > last) yield new Date(slot)
      last = slot
    }
    if (time === NEVER) return
    shown = stop
  }
}

const NEVER = Number.POSITIVE_INFINITY

/** Minutes and hours without a wildcard or a step are times of the day. */
const hasFixedTimes = (cron: string): boolean => !/[*?/]/.test(cron.trim().split(/\s+/).slice(0, 2).join(' '))

/** The latest time that a zone's clocks have shown just before an instant, as if it were UTC's: those of the hour that comes twice show it twice. */
function latestShown(zone: string, before: number): number {
  let latest = Number.NEGATIVE_INFINITY
  for (const { start, end, offsetMs } of stretchesFrom(zone, before - 2 * DAY_MS)) {
    if (start >= before) break
    latest = Math.max(latest, Math.min(end, before) + offsetMs)
  }
  return latest
}

/** Tells the first time of an expression that is not before another; both as if they were UTC's. */
function createFace(cron: string): (from: number) => number {
  const face = createCron(cron)
  let known = { from: NEVER, time: NEVER }
  return from => {
    const isKnown = known.from <= from && from <= known.time
    if (!isKnown) known = { from, time: face.nextRun(new Date(from - 1))?.getTime() ?? NEVER }
    return known.time
  }
}

const createCron = (cron: string): Cron => new Cron(cron, { utcOffset: 0, mode: '5-part', paused: true })

/** What an expression or a zone must be, as the end of `Expected KEY to be …`, where it can't be used or never comes. */
export function scheduleFault({ cron, zone }: Times): { key: 'cron' | 'zone'; fault: string } | undefined {
  const fault = cronFault(cron)
  if (fault !== undefined) return { key: 'cron', fault }
  const other = zoneFault(zone)
  return other === undefined ? undefined : { key: 'zone', fault: other }
}

/** What a cron expression must be. */
export const A_CRON = 'a cron expression such as "0 8 * * 1-5" for 08:00 from Monday to Friday'

/** What each field may hold, in order. */
const FIELDS: [name: string, values: string][] = [
  ['minute', 'from 0 to 59, such as 0 or 0,30'],
  ['hour', 'from 0 to 23, such as 8, 8,20 or 9-17'],
  ['day of the month', 'from 1 to 31, such as 1 or 1,15'],
  ['month', 'from 1 to 12, such as 6 or JUN'],
  ['day of the week', 'from 0 to 7 (Sunday is both), such as 5, 1-5 or FRI'],
]

/** What an expression must be, as the end of `Expected KEY to be …`, where it can't be read or never comes. */
export function cronFault(cron: string): string | undefined {
  const fields = cron.trim().split(/\s+/)
  if (fields.length !== FIELDS.length) return `${A_CRON}: minute, hour, day of the month, month, day of the week`
  const wrong = FIELDS.find(
    (_, index) => !isReadable(FIELDS.map((_, at) => (at === index ? fields[at] : '*')).join(' ')),
  )
  if (wrong) return `${A_CRON}, with its ${wrong[0]} ${wrong[1]}`
  return comes(cron) ? undefined : dateFault(fields)
}

/** What to write instead of a date that never comes, which is always a day that its months don't have. */
function dateFault([minute, hour, day, month, weekday]: string[]): string {
  const early = [minute, hour, '28', month, weekday].join(' ')
  return `a cron expression whose date comes, such as "${early}" (day ${day} of month ${month} never comes)`
}

const comes = (cron: string): boolean => createCron(cron).nextRun(ANY_DAY) !== null

/** The calendar repeats itself: what never comes from one day on does not from any. */
const ANY_DAY = new Date(0)

function isReadable(cron: string): boolean {
  try {
    return Boolean(createCron(cron))
  } catch {
    return false
  }
}
