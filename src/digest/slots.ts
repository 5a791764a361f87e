import { Cron } from 'croner'
import type { Schedule } from './digest.ts'

/** A slot that is decided later than this after it was due was missed, and is marked as delayed. */
export const ON_TIME_MS = 120_000

/** As many missed slots are recorded one by one; of more, the oldest are only counted. */
const MOST_MISSED = 1000

/** What becomes of the slots since the last look: at most one is posted, the others were missed. */
export type Decision = { due?: { at: Date; isDelayed: boolean }; missed: Date[]; uncounted: number }

/**
 * Decides the slots after `cursor` and up to `now`. Of several that nobody was there for only the latest is posted, as delayed, where the
 * schedule asks for that and it is not too late.
 */
export function decideSlots(
  { missed: { policy, withinMs }, ...schedule }: Schedule,
  cursor: Date,
  now: Date,
): Decision {
  const all = slotsBetween(schedule, cursor, now)
  const latest = all.at(-1)
  if (!latest) return { missed: [], uncounted: 0 }
  const lateMs = now.getTime() - latest.getTime()
  const isDelayed = lateMs > ON_TIME_MS
  const isDue = !isDelayed || (policy === 'latest' && lateMs <= withinMs)
  const missed = isDue ? all.slice(0, -1) : all
  return {
    ...(isDue && { due: { at: latest, isDelayed } }),
    missed: missed.slice(-MOST_MISSED),
    uncounted: Math.max(0, missed.length - MOST_MISSED),
  }
}

type Times = Pick<Schedule, 'cron' | 'zone'>

/** The slots after one instant and up to another. */
export function slotsBetween(times: Times, after: Date, until: Date): Date[] {
  const cron = createCron(times)
  const slots: Date[] = []
  for (let slot = cron.nextRun(after); slot && slot <= until; slot = cron.nextRun(slot)) slots.push(slot)
  return slots
}

/** The next slots after an instant, at most so many. */
export const nextSlots = (times: Times, after: Date, count: number): Date[] => createCron(times).nextRuns(count, after)

/** A time in the gap of a clock change is the first instant after it; one that comes twice counts the first time; wildcards and steps run on. */
const createCron = ({ cron, zone }: Times): Cron =>
  // Without the rule, lists of hours are wrong in every fourth zone.
  new Cron(cron, { timezone: zone, mode: '5-part', fixedTimeRule: 'no-wildcard', paused: true })

/** Why an expression or a zone can't be used, or never comes; undefined where all is well. */
export function scheduleFault({ cron, zone }: Times, now: Date): { key: 'cron' | 'zone'; fault: string } | undefined {
  if (!isZone(zone)) return { key: 'zone', fault: 'no such time zone' }
  try {
    return createCron({ cron, zone }).nextRun(now) ? undefined : { key: 'cron', fault: 'a time that never comes' }
  } catch (error) {
    return { key: 'cron', fault: (error as Error).message.replace(/^\w+: /, '') }
  }
}

function isZone(zone: string): boolean {
  try {
    return new Intl.DateTimeFormat('en', { timeZone: zone }).resolvedOptions().timeZone !== ''
  } catch {
    return false
  }
}
