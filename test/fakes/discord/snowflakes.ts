import type { Clock } from '../slack/clock.ts'

/** https://docs.discord.com/developers/reference#snowflakes: milliseconds since 2015 above 22 bits. */
const EPOCH_MS = 1_420_070_400_000
const SHIFT = 22n

/** The least id that something of this time may have. */
const firstOf = (ms: number): bigint => BigInt(Math.floor(ms) - EPOCH_MS) << SHIFT

/** Ids of the clock's time that are unique and increase. */
export function createSnowflakes(clock: Clock) {
  const used = new Set<string>()
  const last = { id: 0n }

  function unused(start: bigint): bigint {
    let id = start
    while (used.has(String(id))) id += 1n
    used.add(String(id))
    return id
  }

  return {
    /** A new id: of now, or of the given time in milliseconds since 1970. */
    next(atMs?: number): string {
      if (atMs !== undefined) return String(unused(firstOf(atMs)))
      const now = firstOf(clock.now())
      last.id = unused(now > last.id ? now : last.id + 1n)
      return String(last.id)
    },
  }
}

export const isSnowflake = (text: unknown): boolean => typeof text === 'string' && /^\d{1,20}$/.test(text)

export const compareIds = (a: string, b: string): number => Number(BigInt(a) - BigInt(b))

/** When an id was given, in milliseconds since 1970. */
export const timeOf = (id: string): number => Number(BigInt(id) >> SHIFT) + EPOCH_MS
