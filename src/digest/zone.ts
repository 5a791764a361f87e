import { meant, nearest } from '../library/similar.ts'

const DAY_MS = 86_400_000

/** A time during which a zone's clocks run evenly: from `start` and before `end`, in milliseconds of UTC, and so far ahead of UTC. */
export type Stretch = { start: number; end: number; offsetMs: number }

/** A zone's time from an instant on, cut at least once a day and wherever the clocks change. */
export function* stretchesFrom(zone: string, from: number): Generator<Stretch, never> {
  for (let start = from, offsetMs = offsetAt(zone, from); ; ) {
    const after = offsetAt(zone, start + DAY_MS)
    const end = after === offsetMs ? start + DAY_MS : findChange(zone, start, start + DAY_MS)
    yield { start, end, offsetMs }
    start = end
    offsetMs = offsetAt(zone, end)
  }
}

/** The first instant after a change of the clocks that happens after one instant and up to another. */
function findChange(zone: string, before: number, after: number): number {
  const offsetMs = offsetAt(zone, before)
  let [low, high] = [before, after]
  while (high - low > 1) {
    const middle = Math.floor((low + high) / 2)
    if (offsetAt(zone, middle) === offsetMs) low = middle
    else high = middle
  }
  return high
}

/** How far a zone's clocks are ahead of UTC at an instant. */
export function offsetAt(zone: string, at: number): number {
  const [, sign, hours, minutes, seconds = 0] =
    /GMT([+-])(\d\d):(\d\d)(?::(\d\d))?$/.exec(formatOf(zone).format(at)) ?? []
  if (sign === undefined) return 0
  const ahead = ((Number(hours) * 60 + Number(minutes)) * 60 + Number(seconds)) * 1000
  return sign === '-' ? -ahead : ahead
}

/** A format takes a tenth of a millisecond to make, and serves for good. */
const formats = new Map<string, Intl.DateTimeFormat>()

function formatOf(zone: string): Intl.DateTimeFormat {
  const format = formats.get(zone) ?? new Intl.DateTimeFormat('en-US', { timeZone: zone, timeZoneName: 'longOffset' })
  formats.set(zone, format)
  return format
}

/** What a zone must be. */
export const A_ZONE = 'a time zone such as Europe/Brussels'

/** What a zone must be, as the end of `Expected KEY to be …`, where the runtime does not know it; old names it does. */
export function zoneFault(name: string): string | undefined {
  if (isZone(name)) return undefined
  const likely = suggestZone(name)
  return likely === undefined ? A_ZONE : `a time zone, most likely ${likely}`
}

/** A fixed offset such as `+02:00` is no zone, for its clocks never change. */
function isZone(name: string): boolean {
  try {
    return /^[a-z]/i.test(name) && Boolean(formatOf(name))
  } catch {
    return false
  }
}

/** The zone that was most likely meant: `Europe/Brusels` and `brussels` are Europe/Brussels. */
function suggestZone(name: string): string | undefined {
  const zones = ['UTC', ...Object.values(RENAMED), ...Intl.supportedValuesOf('timeZone')].filter(isZone)
  const written = name.trim().replaceAll(' ', '_')
  const found = meant(written, zones) ?? nearest(written.toLowerCase(), zones, zone => cityOf(zone).toLowerCase())[0]
  return found && (RENAMED[found] ?? found)
}

/** The last part of a zone's name. */
export const cityOf = (zone: string): string => zone.slice(zone.lastIndexOf('/') + 1)

/** Today's names of zones that the runtime lists by an older one. */
export const RENAMED: Record<string, string> = {
  'Africa/Asmera': 'Africa/Asmara',
  'America/Buenos_Aires': 'America/Argentina/Buenos_Aires',
  'America/Godthab': 'America/Nuuk',
  'Asia/Saigon': 'Asia/Ho_Chi_Minh',
  'Asia/Katmandu': 'Asia/Kathmandu',
  'Asia/Calcutta': 'Asia/Kolkata',
  'Asia/Rangoon': 'Asia/Yangon',
  'Atlantic/Faeroe': 'Atlantic/Faroe',
  'Europe/Kiev': 'Europe/Kyiv',
  'Pacific/Truk': 'Pacific/Chuuk',
  'Pacific/Enderbury': 'Pacific/Kanton',
  'Pacific/Ponape': 'Pacific/Pohnpei',
}
