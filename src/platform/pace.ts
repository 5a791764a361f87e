import { setTimeout } from 'node:timers/promises'
import type { Clock } from './platform.ts'

/**
 * A limit of a platform: so many calls in so long. They begin `gapMs` apart, where all at once would have each be answered late. Behind
 * calls that hang, a call waits no longer than `patienceMs`.
 */
export type Limit = { most: number; withinMs: number; gapMs?: number; patienceMs: number }

/** A call did not have its turn in time, and was not made. */
export class NoTurn extends Error {}

/** Makes a call as soon as its limit allows it, or rejects with NoTurn; each key has the limit to itself. */
export type Pace = <Answer>(call: () => Promise<Answer>, key?: string) => Promise<Answer>

/**
 * Lets calls wait that a platform would refuse, in their order. A call counts until so long after its answer: when it arrived is not known
 * any better, and so no window of the platform's holds too many, wherever it begins. Only durations matter, for a clock may be set back.
 */
export function createPace({ most, withinMs, gapMs = 0, patienceMs }: Limit, waits: Waits = REAL): Pace {
  const lines = new Map<string, Line>()

  function leave(line: Line, key: string): void {
    const next = line.waiting.shift()
    if (next) next()
    else line.counted -= 1
    if (line.counted === 0) lines.delete(key)
  }

  /** Resolves when another leaves; whoever has waited too long by then has gone. */
  async function waitIn(line: Line): Promise<void> {
    const { promise, resolve } = Promise.withResolvers<void>()
    const called = new AbortController()
    line.waiting.push(resolve)
    const tooLong = waits.wait(patienceMs, called.signal).then(() => {
      const at = line.waiting.indexOf(resolve)
      if (at < 0) return
      line.waiting.splice(at, 1)
      throw new NoTurn('Too many calls wait for their turn.')
    })
    try {
      await Promise.race([promise, tooLong])
    } finally {
      called.abort()
    }
  }

  return async (call, key = '') => {
    const line = lines.get(key) ?? { counted: 0, waiting: [], apart: Promise.resolve() }
    lines.set(key, line)
    if (line.counted < most) line.counted += 1
    else await waitIn(line)
    const { apart } = line
    if (gapMs > 0) line.apart = apart.then(() => waits.wait(gapMs))
    await apart
    try {
      return await call()
    } finally {
      void waits.rest(withinMs).then(() => leave(line, key))
    }
  }
}

/** How a call waits for its turn, and how its place rests before another has it. */
type Waits = { wait: Clock['wait']; rest: Clock['wait'] }

/** Only who waits keeps the process. */
const REAL: Waits = {
  wait: (ms, signal) => setTimeout(ms, undefined, { ...(signal && { signal }) }),
  rest: ms => setTimeout(ms, undefined, { ref: false }),
}

/** The calls of one key: how many count, those that wait, and when the next is far enough from the one before. */
type Line = { counted: number; waiting: (() => void)[]; apart: Promise<void> }
