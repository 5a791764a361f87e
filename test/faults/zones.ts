import { parseArgs } from 'node:util'
import { slotsBetween } from '../../src/digest/slots.ts'

const MINUTE_MS = 60_000

const HOUR_MS = 3_600_000

const DAY_MS = 86_400_000

/** A schedule, and what it wants of a day: minutes since midnight. `runsOn` tells one that has a wildcard or a step. */
type Wanted = { cron: string; minutes: Set<number>; runsOn: boolean }

const everyDay = (cron: string, hours: number[], minutes: number[], runsOn = false): Wanted => ({
  cron,
  minutes: new Set(hours.flatMap(hour => minutes.map(minute => hour * 60 + minute))),
  runsOn,
})

const ALL_HOURS = [...Array(24).keys()]

/** Single times, lists, ranges; wildcards and steps. */
const WANTED: Wanted[] = [
  everyDay('0 0 * * *', [0], [0]),
  everyDay('30 3 * * *', [3], [30]),
  everyDay('59 23 * * *', [23], [59]),
  everyDay('0,30 2,23 * * *', [2, 23], [0, 30]),
  everyDay('15 0-4 * * *', [0, 1, 2, 3, 4], [15]),
  everyDay('0 8,12,17 * * *', [8, 12, 17], [0]),
  everyDay('30 * * * *', ALL_HOURS, [30], true),
  everyDay('10 */3 * * *', [0, 3, 6, 9, 12, 15, 18, 21], [10], true),
  everyDay('*/20 0-3 * * *', [0, 1, 2, 3], [0, 20, 40], true),
]

/**
 * Holds the slots of every zone that the runtime knows against what its clocks show minute by minute, and prints what differs: `--zone NAME`
 * takes one zone, `--from YEAR` and `--years N` another time than 2026 and 2027. Gives the number of slots that are wrong.
 */
export async function seekZoneFaults(args: string[]): Promise<number> {
  const text = { type: 'string' } as const
  const { values } = parseArgs({ args, options: { zone: text, from: text, years: text } })
  const from = readCount('from', values.from) ?? 2026
  const years = readCount('years', values.years) ?? 2
  const zones = values.zone === undefined ? Intl.supportedValuesOf('timeZone') : [values.zone]
  console.log(`${zones.length} zones, ${WANTED.length} schedules, ${years} years from ${from} on.`)
  const started = performance.now()
  let [faults, told] = [0, started]
  for (const [index, zone] of zones.entries()) {
    for (const fault of zoneFaults(zone, Date.UTC(from, 0, 1), Date.UTC(from + years, 0, 1))) {
      console.log(fault)
      faults++
    }
    // Lets an interrupt through.
    await new Promise(resolve => setImmediate(resolve))
    if (performance.now() - told < 5000) continue
    told = performance.now()
    const seconds = Math.round((told - started) / 1000)
    const left = Math.round((seconds / (index + 1)) * (zones.length - index - 1))
    console.log(
      `${index + 1} of ${zones.length} zones in ${seconds} s, about ${left} s left: ${faults} slots are wrong.`,
    )
  }
  console.log(
    `${zones.length} zones in ${Math.round((performance.now() - started) / 1000)} s: ${faults} slots are wrong.`,
  )
  return faults
}

function readCount(name: string, value: string | undefined): number | undefined {
  if (value === undefined || /^\d{1,4}$/.test(value)) return value === undefined ? undefined : Number(value)
  throw new Error(`Expected --${name} to be a number such as 2026, got "${value}".`)
}

/** The slots of a zone that are missing or too many, as sentences. */
export function zoneFaults(zone: string, from: number, to: number): string[] {
  const due = dueTimes(zone, from, to)
  return WANTED.flatMap(({ cron }, index) => {
    const wanted = new Set(due[index])
    const got = slotsBetween({ cron, zone }, new Date(from), new Date(to)).map(slot => slot.getTime())
    const found = new Set(got)
    const tell = (what: string) => (at: number) => `${zone}, ${cron}: ${new Date(at).toISOString()} is ${what}.`
    return [
      ...[...wanted].filter(at => !found.has(at)).map(tell('missing')),
      ...got.filter(at => !wanted.has(at)).map(tell('too many')),
      ...got
        .filter((at, place) => place > 0 && at <= (got[place - 1] as number))
        .map(tell('not after the one before it')),
    ]
  })
}

/**
 * When each of the schedules is due after one instant and up to another, by a walk over the minutes: a time of the day as soon as the clocks
 * have shown it or a later one for the first time, one with a wildcard or a step whenever they show it.
 */
function dueTimes(zone: string, from: number, to: number): number[][] {
  const due: number[][] = WANTED.map(() => [])
  let latest = Number.POSITIVE_INFINITY
  for (const [at, shown] of clocks(zone, from - 2 * DAY_MS, to)) {
    if (latest === Number.POSITIVE_INFINITY) latest = shown
    const now = [minuteOf(shown)]
    const fresh: number[] = []
    for (let time = latest + MINUTE_MS; time <= shown; time += MINUTE_MS) fresh.push(minuteOf(time))
    for (const [index, { minutes, runsOn }] of WANTED.entries()) {
      const isDue = (runsOn ? now : fresh).some(minute => minutes.has(minute))
      if (isDue && at > from) due[index]?.push(at)
    }
    latest = Math.max(latest, shown)
  }
  return due
}

const minuteOf = (shown: number): number => (shown % DAY_MS) / MINUTE_MS

/** What the clocks show at each minute, as if it were UTC's; Intl is asked each hour, and each minute of an hour in which they change. */
function* clocks(zone: string, from: number, to: number): Generator<[at: number, shown: number]> {
  const format = new Intl.DateTimeFormat('sv-SE', { timeZone: zone, dateStyle: 'short', timeStyle: 'medium' })
  const show = (at: number): number => Date.parse(`${format.format(at).replace(' ', 'T')}Z`)
  for (let [hour, shown] = [from, show(from)]; hour <= to; hour += HOUR_MS) {
    const next = show(hour + HOUR_MS)
    const isEven = next - shown === HOUR_MS
    for (let past = 0; past < HOUR_MS && hour + past <= to; past += MINUTE_MS)
      yield [hour + past, isEven ? shown + past : show(hour + past)]
    shown = next
  }
}
