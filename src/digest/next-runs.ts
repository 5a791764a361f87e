import { routeOf } from './config.ts'
import type { Digest } from './digest.ts'
import { nextSlots } from './slots.ts'
import { offsetAt, stretchesFrom } from './zone.ts'

const DAY_MS = 86_400_000

/** A digest and whether it waits to be resumed. */
export type Planned = { digest: Digest; isPaused: boolean }

/** A coming slot of a digest. */
export type ComingRun = Planned & {
  at: Date
  /** In the digest's zone: `Mon 23 Nov 2026 08:00 Europe/Brussels (UTC+1)`. */
  time: string
  /** What happens to the clocks on that day, where something does. */
  change?: string
}

/** The next runs of all digests, at most so many, soonest first; the paused ones as if they were resumed now. */
export function nextRuns(planned: Planned[], now: Date, count: number): ComingRun[] {
  const runs = planned.flatMap(one =>
    nextSlots(one.digest.schedule, now, count).map(at => ({ ...one, at, ...describe(at, one.digest.schedule.zone) })),
  )
  return runs.toSorted((a, b) => a.at.getTime() - b.at.getTime()).slice(0, count)
}

/** The next runs as lines: `Mon 23 Nov 2026 08:00 Europe/Brussels (UTC+1)  morning → playground`. */
export function describeNextRuns(planned: Planned[], now: Date, count: number): string[] {
  const runs = nextRuns(planned, now, count)
  const width = Math.max(...runs.map(({ time }) => time.length))
  return runs.map(({ digest, isPaused, time, change }) => {
    const notes = [...(isPaused ? ['paused: not posted'] : []), ...(change === undefined ? [] : [change])]
    return `${time.padEnd(width)}  ${[routeOf(digest), ...notes].join('; ')}`
  })
}

function describe(at: Date, zone: string): { time: string; change?: string } {
  const offsetMs = offsetAt(zone, at.getTime())
  const shown = shownAt(at.getTime(), offsetMs)
  const change = changeOn(shown, zone)
  const time = `${dayOf(shown)} ${timeOf(shown)} ${zone} (${formatOffset(offsetMs)})`
  return change === undefined ? { time } : { time, change }
}

/** What a zone's clocks show at an instant, as if they were UTC's. */
const shownAt = (at: number, offsetMs: number): Date => new Date(at + offsetMs)

/** What happens to a zone's clocks on a day that they show. */
function changeOn(day: Date, zone: string): string | undefined {
  let before: number | undefined
  for (const { start, offsetMs } of stretchesFrom(zone, day.getTime() - 2 * DAY_MS)) {
    if (start > day.getTime() + 2 * DAY_MS) break
    if (before !== undefined && before !== offsetMs) {
      const [from, to] = [shownAt(start, before), shownAt(start, offsetMs)]
      const isThatDay = [shownAt(start - 1, before), to].some(shown => dayOf(shown) === dayOf(day))
      if (isThatDay)
        return `clocks go ${offsetMs > before ? 'forward' : 'back'} that day: ${timeOf(from)} → ${timeOf(to)}`
    }
    before = offsetMs
  }
  return undefined
}

const DAYS = ['Sun', 'Mon', 'Tue', 'Wed', 'Thu', 'Fri', 'Sat']

const MONTHS = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec']

const dayOf = (shown: Date): string =>
  `${DAYS[shown.getUTCDay()]} ${shown.getUTCDate()} ${MONTHS[shown.getUTCMonth()]} ${shown.getUTCFullYear()}`

const timeOf = (shown: Date): string => shown.toISOString().slice(11, 16)

/** `UTC+1`, `UTC-3:30`. */
function formatOffset(offsetMs: number): string {
  const minutes = Math.abs(Math.round(offsetMs / 60_000))
  const rest = minutes % 60
  return `UTC${offsetMs < 0 ? '-' : '+'}${Math.floor(minutes / 60)}${rest === 0 ? '' : `:${String(rest).padStart(2, '0')}`}`
}
