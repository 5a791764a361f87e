import { setTimeout } from 'node:timers/promises'
import type { Clock } from './platform.ts'

/** A limit of a platform: so many calls in so long. They begin `gapMs` apart, where all at once would have each be answered late. */
export type Limit = { most: number; withinMs: number; gapMs?: number }

/** Makes a call as soon as its limit allows it; each key has the limit to itself. */
export type Pace = <Answer>(call: () => Promise<Answer>, key?: string) => Promise<Answer>

/**
 * Lets calls wait that a platform would refuse, in their order. A call counts until so long after its answer: when it arrived is not known
 * any better, and so no window of the platform's holds too many, wherever it begins. Only durations matter, for a clock may be set back.
 */
export function createPace({ most, withinMs, gapMs = 0 }: Limit, wait: Clock['wait'] = ms => setTimeout(ms)): Pace {
  const lines = new Map<string, Line>()

  function leave(line: Line, key: string): void {
    const next = line.waiting.shift()
    if (next) next()
    else line.counted -= 1
    if (line.counted === 0) lines.delete(key)
  }

  return async (call, key = '') => {
    const line = lines.get(key) ?? { counted: 0, waiting: [], apart: Promise.resolve() }
    lines.set(key, line)
    if (line.counted < most) line.counted += 1
    else await new Promise<void>(next => line.waiting.push(next))
    const { apart } = line
    if (gapMs > 0) line.apart = apart.then(() => wait(gapMs))
    await apart
    try {
      return await call()
    } finally {
      void wait(withinMs).then(() => leave(line, key))
    }
  }
}

/** The calls of one key: how many count, those that wait, and when the next is far enough from the one before. */
type Line = { counted: number; waiting: (() => void)[]; apart: Promise<void> }
